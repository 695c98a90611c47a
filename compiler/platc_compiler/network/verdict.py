"""Where the emitted policies and the edges differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct

from platc_compiler.ir.network import Edge
from platc_compiler.ir.platform import Platform
from platc_compiler.network.addresses import network
from platc_compiler.network.evaluate import Direction, Evaluation
from platc_compiler.network.expected import Addresses, Expected, expected
from platc_compiler.network.ports import NONE, Ports
from platc_compiler.network.universe import Source, index_by_meaning, universe


class Difference(Struct, frozen=True):
    """A connection that is allowed and not declared, or declared and not allowed."""

    kind: Literal["extra", "missing"]
    source: str
    target: str
    ports: Ports
    manifests: tuple[int, ...] = ()
    """The objects by number: the policies that allow it, else the pods at its ends."""
    edges: tuple[Edge, ...] = ()
    """The edges that ask for it."""
    ends: tuple[int, ...] = ()
    """The objects by number that the pods at its ends come from."""


def differences(manifests: Sequence[Mapping[str, Any]], platform: Platform) -> Iterator[Difference]:
    """Yield where what the policies among the objects allow is not what the edges ask for.

    Pods on the host network have no part in it, nor have connections between two pods of others.
    """
    numbers = [i for i, body in enumerate(manifests) if body["kind"] == "NetworkPolicy"]
    met = universe(manifests, platform)
    sources = met.sources
    evaluation = Evaluation(
        [manifests[i] for i in numbers], [source.pod for source in sources], met.namespaces
    )
    proof = _Proof(
        sources, evaluation, expected(platform.edges, index_by_meaning(sources)), numbers,
        frozenset(namespace.name for namespace in platform.namespaces),
    )  # fmt: skip
    yield from proof.missing()
    yield from proof.extra()
    yield from proof.addresses()


class _Proof(Struct, frozen=True):
    sources: Sequence[Source]
    evaluation: Evaluation
    wanted: Expected
    numbers: Sequence[int]
    own: frozenset[str]

    def missing(self) -> Iterator[Difference]:
        for (source, target), asked in self.wanted.pairs.items():
            lacking = asked - self.evaluation.reach(source, target)
            if lacking and self._concerns(source, target):
                edges = tuple(self.wanted.edges[source, target])
                yield Difference(
                    "missing", self._name(source), self._name(target), lacking, (), edges
                )

    def extra(self) -> Iterator[Difference]:
        for found in self.evaluation.connections():
            pair = (found.source, found.target)
            surplus = found.ports - self.wanted.pairs.get(pair, NONE)
            if surplus and self._concerns(*pair):
                policies = {self.numbers[i] for i in self.evaluation.responsible(*pair)}
                numbers = {self.sources[i].manifest for i in pair}
                ends = tuple(sorted(number for number in numbers if number is not None))
                yield Difference(
                    "extra", self._name(found.source), self._name(found.target), surplus,
                    tuple(sorted(policies)) or ends, ends=ends,
                )  # fmt: skip

    def addresses(self) -> Iterator[Difference]:
        for number, source in enumerate(self.sources):
            if source.pod.namespace in self.own and not source.pod.host_network:
                yield from self._outside(number, "Egress", self.wanted.outwards.get(number, []))
                yield from self._outside(number, "Ingress", self.wanted.inwards.get(number, []))

    def _outside(
        self, pod: int, direction: Direction, asked: Sequence[Addresses]
    ) -> Iterator[Difference]:
        stated = self.evaluation.networks(pod, direction)
        own = (cidr for addresses in asked for cidr in (*addresses.cidrs, *addresses.excepted))
        lacking: dict[Edge, tuple[str, Ports]] = {}
        surplus: tuple[str, Ports] | None = None
        for address in probes((*stated, *own)):
            if direction == "Egress":
                allowed = self.evaluation.to_address(pod, address)
            else:
                allowed = self.evaluation.from_address(address, pod)
            here = [addresses for addresses in asked if addresses.hold(address)]
            wanted = NONE
            for addresses in here:
                wanted |= addresses.ports
                if addresses.ports - allowed:
                    lacking.setdefault(addresses.edge, (address, addresses.ports - allowed))
            if (more := allowed - wanted) and surplus is None:
                surplus = (address, more)
        if surplus is not None:
            yield self._difference("extra", pod, direction, surplus, ())
        for edge, found in lacking.items():
            yield self._difference("missing", pod, direction, found, (edge,))

    def _difference(
        self,
        kind: Literal["extra", "missing"],
        pod: int,
        direction: Direction,
        found: tuple[str, Ports],
        edges: tuple[Edge, ...],
    ) -> Difference:
        address, lacking = found
        ends = (self._name(pod), f"the address {address}")
        source, target = ends if direction == "Egress" else ends[::-1]
        responsible = self.evaluation.responsible_outside(pod, direction, address)
        manifests = tuple(sorted({self.numbers[i] for i in responsible}))
        manifest = self.sources[pod].manifest
        if not manifests and manifest is not None:
            manifests = (manifest,)
        own = () if manifest is None else (manifest,)
        return Difference(kind, source, target, lacking, manifests, edges, own)

    def _concerns(self, source: int, target: int) -> bool:
        ends = (self.sources[source].pod, self.sources[target].pod)
        return any(pod.namespace in self.own for pod in ends) and not any(
            pod.host_network for pod in ends
        )

    def _name(self, pod: int) -> str:
        one = self.sources[pod].pod
        return f"{one.namespace}/{one.name}"


def probes(cidrs: Iterable[str]) -> list[str]:
    """Return an address of every region that networks cut the addresses into.

    A network's first address and the one after its last are enough: membership changes nowhere
    else. The first of all addresses stands for what no network holds.
    """
    points = {"0.0.0.0", "2001:db8::"}  # noqa: S104 - an address, bound to by nobody
    for cidr in set(cidrs):
        points.update(_edges(cidr))
    return sorted(points)


@lru_cache(maxsize=8192)
def _edges(cidr: str) -> tuple[str, ...]:
    whole = network(cidr)
    after = int(whole.broadcast_address) + 1
    first = str(whole.network_address)
    if after >= 1 << whole.max_prefixlen:
        return (first,)
    return (first, str(type(whole.network_address)(after)))
