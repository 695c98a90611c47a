"""Ways into the cluster: Ingresses, routes of a Gateway, and Services with a port outside.

A route whose service has a certificate of its own gets a listener for it. The listener stands in a
ListenerSet beside the service, so that its Secret is there too and nobody changes the Gateway.
cert-manager issues the certificate of an Ingress by an annotation, that of a listener by a
Certificate. Sources: gateway-api.sigs.k8s.io, "ListenerSets"; cert-manager.io, "Annotated Ingress
resource".
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.entries import HttpEntry, PortEntry
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import CUSTOM, WORKLOADS, Manifest
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.templating.templates import Templates

_ISSUING = {
    "ClusterIssuer": "cert-manager.io/cluster-issuer",
    "Issuer": "cert-manager.io/issuer",
}


def entry_manifests(platform: Platform, templates: Templates) -> Iterator[Manifest]:
    """Yield the objects of each way in."""
    for entry in platform.http_entries:
        if entry.gateway is None:
            yield _ingress(templates, entry)
        else:
            yield from _route(templates, entry)
    for opened in platform.port_entries:
        yield _service(templates, opened)


def _ingress(templates: Templates, entry: HttpEntry) -> Manifest:
    issuing = (
        ((_ISSUING[entry.issuer.kind], entry.issuer.name),) if entry.issuer is not None else ()
    )
    about = metadata(templates, entry.name, entry.namespace, {}, (*entry.annotations, *issuing))
    body = templates.data("kubernetes/ingress.yaml.j2", metadata=about, entry=entry)
    return Manifest(WORKLOADS, body, entry.origin)


def _route(templates: Templates, entry: HttpEntry) -> Iterator[Manifest]:
    about = metadata(templates, entry.name, entry.namespace, {}, entry.annotations)
    names = ["httproute", *(["listenerset"] if entry.tls_secret else ())]
    for name in (*names, *(["certificate"] if entry.issuer else ())):
        body = templates.data(f"kubernetes/{name}.yaml.j2", metadata=about, entry=entry)
        yield Manifest(CUSTOM, body, entry.origin)


def _service(templates: Templates, entry: PortEntry) -> Manifest:
    about = metadata(templates, entry.name, entry.namespace, {}, entry.annotations)
    body = templates.data(
        "kubernetes/service-public.yaml.j2",
        metadata=about, entry=entry, selector=dict(entry.selector),
    )  # fmt: skip
    return Manifest(WORKLOADS, body, entry.origin)
