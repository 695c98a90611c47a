"""Ways into the cluster: Ingresses, and Services with a port outside."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.entries import HttpEntry, PortEntry
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import WORKLOADS, Manifest
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.templating.templates import Templates


def entry_manifests(platform: Platform, templates: Templates) -> Iterator[Manifest]:
    """Yield an object for each way in."""
    for entry in platform.http_entries:
        yield _manifest(templates, "kubernetes/ingress.yaml.j2", entry)
    for opened in platform.port_entries:
        yield _manifest(templates, "kubernetes/service-public.yaml.j2", opened)


def _manifest(templates: Templates, template: str, entry: HttpEntry | PortEntry) -> Manifest:
    about = metadata(templates, entry.name, entry.namespace, {}, entry.annotations)
    selector = dict(entry.selector) if isinstance(entry, PortEntry) else {}
    body = templates.data(template, metadata=about, entry=entry, selector=selector)
    return Manifest(WORKLOADS, body, entry.origin)
