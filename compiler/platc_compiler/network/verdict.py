"""Where the emitted policies and the edges differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from platc_compiler.ir.network import Edge
from platc_compiler.ir.platform import Platform
from platc_compiler.network.evaluate import Direction, Evaluation
from platc_compiler.network.expected import Addresses, Expected, expected
from platc_compiler.network.ports import NONE, Ports, ports
from platc_compiler.network.regions import regions
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
        lacking: dict[Edge, tuple[str, Ports]] = {}
        surplus: tuple[str, Ports] | None = None
        allowed, wanted = _Held(), _Held()
        always = self.evaluation.to_everywhere(pod, direction)
        for region in regions(_holders(self.evaluation.blocks(pod, direction), asked)):
            for holder in region.left:
                (allowed if holder.edge is None else wanted).leave(holder)
            for holder in region.entered:
                (allowed if holder.edge is None else wanted).enter(holder)
            open_here = allowed.ports | always
            for holder in wanted.beyond(open_here):
                if holder.edge is not None and holder.edge not in lacking:
                    lacking[holder.edge] = (region.address, holder.ports - open_here)
            if surplus is None and (more := open_here - wanted.ports):
                surplus = (region.address, more)
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


class _Holder(Struct, frozen=True):
    """What holds networks: a rule of a policy, or what an edge asks for."""

    ports: Ports
    edge: Edge | None
    number: int


def _holders(
    blocks: Iterable[tuple[Ports, Mapping[str, Any]]], asked: Iterable[Addresses]
) -> Iterator[tuple[str, tuple[str, ...], _Holder]]:
    for number, (opened, block) in enumerate(blocks):
        yield block["cidr"], tuple(block.get("except") or ()), _Holder(opened, None, number)
    for number, each in enumerate(asked):
        for cidr in each.cidrs:
            yield cidr, each.excepted, _Holder(each.ports, each.edge, number)


class _Held:
    """The holders of one region."""

    def __init__(self) -> None:
        self._times: defaultdict[Ports, dict[int, int]] = defaultdict(dict)
        self._untold: defaultdict[Ports, dict[int, _Holder]] = defaultdict(dict)
        self.ports = NONE

    def enter(self, holder: _Holder) -> None:
        """Take a network of a holder, which may have others that overlap it."""
        times = self._times[holder.ports]
        if not times:
            self.ports |= holder.ports
        times[holder.number] = times.get(holder.number, 0) + 1
        self._untold[holder.ports][holder.number] = holder

    def leave(self, holder: _Holder) -> None:
        """Give up a network of a holder."""
        times = self._times[holder.ports]
        times[holder.number] -= 1
        if times[holder.number] == 0:
            del times[holder.number]
            self._untold[holder.ports].pop(holder.number, None)
        if not times:
            del self._times[holder.ports]
            self.ports = ports(each for held in self._times for each in held.stretches)

    def beyond(self, allowed: Ports) -> Iterator[_Holder]:
        """Yield the holders with a port that is not allowed, each once while it is here."""
        for wanted in [each for each in self._untold if each - allowed]:
            yield from self._untold.pop(wanted).values()
