"""From ``depends_on`` to edges: which pods may connect to which pods, on which port."""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.network import Edge, Offer
from platc_compiler.ir.platform import Platform


def declared_edges(platform: Platform) -> Platform:
    """Resolve every link to the port of the pods, not of the Service.

    A policy is applied after the address of a Service has been rewritten to that of a pod, so it
    must name the pod's port. A check has already refused links to missing services.
    """
    offers: dict[tuple[str, str | None], Offer] = {}
    for offer in platform.offers:
        offers.setdefault((offer.service, None), offer)
        offers[offer.service, offer.port] = offer
    edges = [
        Edge(link.source, found.endpoint, found.number, found.protocol, "depends_on", link.origin)
        for link in platform.links
        if (found := offers.get((link.service, link.port))) is not None
    ]
    return replace(platform, edges=(*platform.edges, *edges))
