"""Edges that nobody declares because they follow from the rest: DNS for whoever connects by name."""

from __future__ import annotations

from dataclasses import replace

from platc_compiler.ir.network import ApiServer, Dns, Edge, Pods
from platc_compiler.ir.platform import Platform


def derived_edges(platform: Platform) -> Platform:
    """Add DNS, over UDP and TCP, for every pod that connects to anything by a name."""
    sources = sorted(
        {edge.source for edge in platform.edges
         if isinstance(edge.source, Pods) and not isinstance(edge.target, ApiServer)},
        key=lambda pods: (pods.namespace, pods.labels),
    )  # fmt: skip
    dns = [
        Edge(source, Dns(), 53, protocol, "DNS")
        for source in sources
        for protocol in ("UDP", "TCP")
    ]
    return replace(platform, edges=(*platform.edges, *dns))
