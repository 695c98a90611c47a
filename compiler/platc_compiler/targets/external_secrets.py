"""ExternalSecrets: secrets whose values the operator External Secrets fetches out of a store.

A template that has only a type keeps the keys as they were fetched (``ApplyTemplate`` in
pkg/controllers/externalsecret/externalsecret_controller_template.go of external-secrets v0.16).
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Fetched, Platform
from platc_compiler.objects.go_duration import go_duration
from platc_compiler.objects.labels import common_labels
from platc_compiler.objects.manifest import SECRETS, Artefacts, Manifest
from platc_compiler.templating.templates import Templates


def external_secrets(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[Manifest]:
    """Yield an ExternalSecret for each secret out of a store."""
    for secret in platform.secrets:
        source = secret.source
        if isinstance(source, Fetched):
            body = templates.data(
                "kubernetes/externalsecret.yaml.j2",
                secret=secret, source=source, labels=common_labels(platform.name),
                refresh=go_duration(source.refresh), entries=source.entries,
            )  # fmt: skip
            yield Manifest(SECRETS, body, secret.origin)
