"""The SealedSecret objects of ``sealed-secrets.yaml`` whose secrets are declared, as they are."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.documents import CUSTOM, Manifest
from platc_compiler.ir.platform import Platform
from platc_compiler.templating import Templates


def sealed_secrets(platform: Platform, _templates: Templates) -> Iterator[Manifest]:
    """Yield the sealed objects of declared secrets; the ciphertext is nobody's to change."""
    origins = {(s.namespace, s.name): s.origin for s in platform.secrets}
    for body in platform.sealed:
        metadata = body["metadata"]
        origin = origins.get((metadata["namespace"], metadata["name"]))
        if origin is not None:
            yield Manifest(CUSTOM, body, origin)
