"""Objects that an operator of the cluster acts on."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.labels import COMPONENT, INSTANCE, NAME
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import CUSTOM, Manifest
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.templating.templates import Templates


def operated_manifests(platform: Platform, templates: Templates) -> Iterator[Manifest]:
    """Yield each such object."""
    for each in platform.operated:
        labels = {COMPONENT: each.kind.lower(), INSTANCE: each.service, NAME: each.app}
        about = metadata(templates, each.name, each.namespace, labels)
        body = templates.data("kubernetes/operated.yaml.j2", metadata=about, object=each)
        yield Manifest(CUSTOM, body, each.origin, released=each.data)
