"""The Kubernetes target: workloads and all that belongs to them, as objects."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Artefacts, Manifest
from platc_compiler.targets.kubernetes.access import account_manifests, rights_manifests
from platc_compiler.targets.kubernetes.certificates import certificate_manifests
from platc_compiler.targets.kubernetes.config import config_manifests
from platc_compiler.targets.kubernetes.entries import entry_manifests
from platc_compiler.targets.kubernetes.namespaces import namespace_manifests
from platc_compiler.targets.kubernetes.operated import operated_manifests
from platc_compiler.targets.kubernetes.priorities import priority_manifests
from platc_compiler.targets.kubernetes.workloads import workload_manifests
from platc_compiler.templating.templates import Templates


def kubernetes(
    platform: Platform, templates: Templates, artefacts: Artefacts
) -> Iterator[Manifest]:
    """Yield the objects of the platform; ``artefacts`` are the files that its pods read."""
    yield from namespace_manifests(platform, templates)
    yield from priority_manifests(platform, templates)
    yield from account_manifests(platform, templates)
    yield from rights_manifests(platform, templates)
    yield from config_manifests(platform, templates, artefacts)
    yield from workload_manifests(platform, templates, artefacts)
    yield from entry_manifests(platform, templates)
    yield from certificate_manifests(platform, templates)
    yield from operated_manifests(platform, templates)
