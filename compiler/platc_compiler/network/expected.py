"""Who should reach whom: the declared and derived edges, as connections between the same pods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct, field

from platc_compiler.ir.network import ANYWHERE, NOT_PUBLIC, Edge, Endpoint, Outside, Pods
from platc_compiler.network.pods import Index
from platc_compiler.network.ports import NONE, Ports, ports
from platc_compiler.network.universe import as_pods


class Addresses(Struct, frozen=True):
    """Addresses outside the pods, that an edge leads to or comes from."""

    cidrs: tuple[str, ...]
    excepted: tuple[str, ...]
    ports: Ports
    edge: Edge


class Expected(Struct):
    """What is to be allowed, by pods' numbers."""

    pairs: dict[tuple[int, int], Ports] = field(default_factory=dict)
    edges: dict[tuple[int, int], list[Edge]] = field(default_factory=dict)
    outwards: defaultdict[int, list[Addresses]] = field(default_factory=lambda: defaultdict(list))
    inwards: defaultdict[int, list[Addresses]] = field(default_factory=lambda: defaultdict(list))


def expected(edges: tuple[Edge, ...], index: Index) -> Expected:
    """Return what the edges ask for between the pods of an index."""
    result = Expected()
    for edge in edges:
        sources, targets = _pods(edge.source, index), _pods(edge.target, index)
        asked = ports([(edge.protocol, edge.port, edge.last or edge.port)])
        for source in sources:
            for target in targets:
                pair = (source, target)
                result.pairs[pair] = result.pairs.get(pair, NONE) | asked
                result.edges.setdefault(pair, []).append(edge)
        for addresses in _addresses(edge.target, asked, edge):
            for source in sources:
                result.outwards[source].append(addresses)
        for addresses in _addresses(edge.source, asked, edge):
            for target in targets:
                result.inwards[target].append(addresses)
    return result


def _pods(end: Endpoint, index: Index) -> list[int]:
    selected = as_pods(end)
    if selected is None:
        return []
    found = index.labelled(selected.namespace, selected.labels)
    return [i for i in found if not any(key in index.pods[i].labels for key in selected.lacking)]


def _addresses(end: Endpoint, asked: Ports, edge: Edge) -> Iterator[Addresses]:
    if isinstance(end, Pods):
        return
    if isinstance(end, Outside) and not end.cidrs:
        yield Addresses((ANYWHERE,), NOT_PUBLIC, asked, edge)
    elif end.cidrs:
        yield Addresses(end.cidrs, (), asked, edge)
