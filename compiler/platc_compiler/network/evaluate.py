"""Who can reach whom: NetworkPolicy objects evaluated by the text of their API.

Source: k8s.io/api/networking/v1/types.go. Policies add up. A pod is isolated in a direction when a
policy of that direction selects it, and is then open to what any rule of any such policy allows;
otherwise it is open to all. A connection needs both of its ends to allow it. Missing or empty
``from``, ``to`` and ``ports`` hold for all; missing rules for nothing. The selectors of one peer
hold together, and without a namespaceSelector for the policy's own namespace. A policy without
``policyTypes`` is one of ingress, and one of egress when it has egress rules. Whether an ipBlock
matches pods is left open by the API; here it does for pods whose address is given.

Each policy is looked at once for each pod that it selects, and each pair once for each rule that
allows it, so that the work grows with policies and connections, not with pairs of pods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct, field

from platc_compiler.network.addresses import within
from platc_compiler.network.pods import Index, Pod
from platc_compiler.network.ports import EVERY, NONE, Ports, ports

Policy = Mapping[str, Any]
Direction = Literal["Ingress", "Egress"]


class Connection(Struct, frozen=True):
    """What one pod may reach of another."""

    source: int
    target: int
    ports: Ports


class _Rule(Struct):
    """A rule of a policy, its peers resolved."""

    everybody: bool
    pods: frozenset[int]
    blocks: tuple[Mapping[str, Any], ...]
    ports: Sequence[Mapping[str, Any]]
    policy: int


class _Side(Struct):
    """What a pod allows in one direction."""

    isolated: bool = False
    rules: list[_Rule] = field(default_factory=list)
    for_all: list[_Rule] = field(default_factory=list)
    """Those of the rules that let every peer through."""
    by_peer: defaultdict[int, list[_Rule]] = field(default_factory=lambda: defaultdict(list))
    """The other rules, by each pod that they let through."""

    def add(self, rules: Sequence[_Rule]) -> None:
        """Take the rules of one more policy."""
        self.isolated = True
        self.rules += rules
        for rule in rules:
            if rule.everybody:
                self.for_all.append(rule)
            else:
                for peer in rule.pods:
                    self.by_peer[peer].append(rule)

    def of(self, peer: int) -> Iterator[_Rule]:
        """Yield the rules that let a pod through."""
        yield from self.for_all
        yield from self.by_peer.get(peer, ())

    @property
    def open_to_all(self) -> bool:
        """Whether some rule, or the lack of any policy, lets every peer through."""
        return not self.isolated or bool(self.for_all)


class Evaluation:
    """Policies, resolved against pods."""

    def __init__(
        self,
        policies: Sequence[Policy],
        pods: Sequence[Pod],
        namespaces: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.pods = pods
        self.policies = policies
        self._index = Index(pods, namespaces or {})
        self._sides: dict[Direction, list[_Side]] = {
            "Ingress": [_Side() for _ in pods],
            "Egress": [_Side() for _ in pods],
        }
        self._addressed = [i for i, pod in enumerate(pods) if pod.address is not None]
        for number, policy in enumerate(policies):
            self._apply(number, policy)

    def _apply(self, number: int, policy: Policy) -> None:
        namespace = policy["metadata"]["namespace"]
        spec = policy.get("spec") or {}
        selected = self._index.select(namespace, spec.get("podSelector") or {})
        stated = spec.get("policyTypes") or ()
        directions: tuple[tuple[Direction, str, bool], ...] = (
            ("Ingress", "from", "Ingress" in stated if stated else True),
            ("Egress", "to", "Egress" in stated if stated else bool(spec.get("egress"))),
        )
        for direction, peers, concerned in directions:
            if concerned:
                rules = [
                    self._rule(rule, peers, namespace, number)
                    for rule in spec.get(direction.lower()) or ()
                ]
                for pod in selected:
                    self._sides[direction][pod].add(rules)

    def _rule(self, rule: Mapping[str, Any], peers: str, namespace: str, policy: int) -> _Rule:
        stated = rule.get(peers) or ()
        blocks = tuple(peer["ipBlock"] for peer in stated if peer.get("ipBlock") is not None)
        found = {pod for peer in stated for pod in self._matched(peer, namespace)}
        found |= {
            i for i in self._addressed if any(_within(b, self.pods[i].address) for b in blocks)
        }
        return _Rule(not stated, frozenset(found), blocks, rule.get("ports") or (), policy)

    def _matched(self, peer: Mapping[str, Any], namespace: str) -> Iterator[int]:
        pods, namespaces = peer.get("podSelector"), peer.get("namespaceSelector")
        if pods is None and namespaces is None:
            return
        places = [namespace] if namespaces is None else self._index.namespaces(namespaces)
        for place in places:
            yield from self._index.select(place, pods or {})

    def connections(self) -> Iterator[Connection]:
        """Yield, for each pod, what it may reach of others and of further pods of its own kind."""
        admitted: defaultdict[int, list[int]] = defaultdict(list)
        unguarded = []
        for target, side in enumerate(self._sides["Ingress"]):
            if side.open_to_all:
                unguarded.append(target)
            for source in {pod for rule in side.rules for pod in rule.pods}:
                admitted[source].append(target)
        for source, side in enumerate(self._sides["Egress"]):
            if side.open_to_all:
                candidates = {*unguarded, *admitted[source]}
            else:
                candidates = {pod for rule in side.rules for pod in rule.pods}
            for target in sorted(candidates):
                reached = self.reach(source, target)
                if reached:
                    yield Connection(source, target, reached)

    def reach(self, source: int, target: int) -> Ports:
        """Return the ports of one pod that another may reach."""
        pod = self.pods[target]
        out = self._allowed("Egress", source, target, pod)
        return out & self._allowed("Ingress", target, source, pod) if out else NONE

    def _allowed(self, direction: Direction, owner: int, peer: int, served: Pod) -> Ports:
        side = self._sides[direction][owner]
        if not side.isolated:
            return EVERY
        allowed = NONE
        for rule in side.of(peer):
            allowed |= _ports(rule.ports, served)
        return allowed

    def responsible(self, source: int, target: int) -> Iterator[int]:
        """Yield the policies, by number, that let one pod reach another."""
        ends: tuple[tuple[Direction, int, int], ...] = (
            ("Egress", source, target),
            ("Ingress", target, source),
        )
        for direction, owner, peer in ends:
            side = self._sides[direction][owner]
            yield from (rule.policy for rule in side.rules if rule.everybody or peer in rule.pods)

    def responsible_outside(self, pod: int, direction: Direction, address: str) -> Iterator[int]:
        """Yield the policies, by number, that open a pod to an address in a direction."""
        for rule in self._sides[direction][pod].rules:
            if rule.everybody or any(_within(block, address) for block in rule.blocks):
                yield rule.policy

    def to_everywhere(self, pod: int, direction: Direction) -> Ports:
        """Return the ports that the policies of a pod open to every address in a direction."""
        side = self._sides[direction][pod]
        if not side.isolated:
            return EVERY
        served = self.pods[pod] if direction == "Ingress" else None
        allowed = NONE
        for rule in side.for_all:
            allowed |= _ports(rule.ports, served)
        return allowed

    def blocks(self, pod: int, direction: Direction) -> Iterator[tuple[Ports, Mapping[str, Any]]]:
        """Yield every ipBlock of the policies of a pod in a direction, with the ports it opens."""
        served = self.pods[pod] if direction == "Ingress" else None
        for rule in self._sides[direction][pod].rules:
            if rule.blocks:
                opened = _ports(rule.ports, served)
                yield from ((opened, block) for block in rule.blocks)


def _ports(stated: Sequence[Mapping[str, Any]], served: Pod | None) -> Ports:
    """Return the ports of a rule; a name is that of a port of the pod that serves."""
    if not stated:
        return EVERY
    stretches = []
    for port in stated:
        protocol = port.get("protocol") or "TCP"
        number = port.get("port")
        if number is None:
            stretches += [s for s in EVERY.stretches if s[0] == protocol]
        elif isinstance(number, str):
            named = served.ports.get((number, protocol)) if served is not None else None
            stretches += [(protocol, named, named)] if named is not None else []
        else:
            stretches.append((protocol, number, port.get("endPort") or number))
    return ports(stretches)


def _within(block: Mapping[str, Any], address: str | None) -> bool:
    return address is not None and within(address, block["cidr"], tuple(block.get("except") or ()))
