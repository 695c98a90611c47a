"""Who may connect to whom, and why: the edges as rows for people."""

from __future__ import annotations

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import ANYWHERE, Edge, Endpoint, Outside, Pods
from platc_compiler.ir.platform import Platform


class Row(Struct, frozen=True):
    """A connection that is allowed."""

    source: str
    target: str
    port: str
    """The number, or the first and the last."""
    protocol: str
    reason: str
    origin: Origin


def matrix(platform: Platform) -> tuple[Row, ...]:
    """Return every allowed connection, in the order of their ends."""
    rows = {
        Row(
            name(edge.source),
            name(edge.target),
            _port(edge),
            edge.protocol,
            edge.reason,
            edge.origin,
        )
        for edge in platform.edges
    }
    return tuple(
        sorted(
            rows,
            key=lambda r: (
                r.source,
                r.target,
                r.protocol,
                int(r.port.partition("-")[0]),
                r.reason,
                str(r.origin),
            ),
        )
    )


def _port(edge: Edge) -> str:
    return f"{edge.port}-{edge.last}" if edge.last else str(edge.port)


def name(end: Endpoint) -> str:
    """Return what people call an end: pods by their namespace, addresses with what they are."""
    if isinstance(end, Pods):
        return f"{end.namespace}/{end.name}"
    if isinstance(end, Outside):
        return f"{end.name} ({', '.join(end.cidrs) or f'public addresses of {ANYWHERE}'})"
    return end.name
