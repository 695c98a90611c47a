"""The SealedSecret objects of ``sealed-secrets.yaml`` whose secrets are declared.

A Secret that Velero restores has lost its owner reference (Velero, ``pkg/restore/restore.go``:
``resetMetadata``). The controller does not change a Secret that it does not own, unless the Secret
carries an annotation (sealed-secrets, ``pkg/controller/controller.go``: ``unseal``). The template
sets this annotation, so that a restored Secret still follows the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import SECRETS, Artefacts, Manifest
from platc_compiler.templating.templates import Templates

_MANAGED = "sealedsecrets.bitnami.com/managed"


def sealed_secrets(platform: Platform, _templates: Templates, _: Artefacts) -> Iterator[Manifest]:
    """Yield the sealed objects of declared secrets, with unchanged ciphertext."""
    origins = {(s.namespace, s.name): s.origin for s in platform.secrets if s.sealed}
    for body in platform.sealed:
        metadata = body["metadata"]
        origin = origins.get((metadata["namespace"], metadata["name"]))
        if origin is not None:
            yield Manifest(SECRETS, _reclaimable(body), origin)


def _reclaimable(body: dict[str, Any]) -> dict[str, Any]:
    body = deepcopy(body)
    body["spec"]["template"]["metadata"].setdefault("annotations", {})[_MANAGED] = "true"
    return body
