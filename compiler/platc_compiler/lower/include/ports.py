"""The ports that others can reach: of included Service objects, or of containers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Offer, Pods
from platc_compiler.ir.workloads import Exposure, ServicePort
from platc_compiler.lower.include.objects import Object, pod_labels, template
from platc_compiler.lower.include.raw import Raw, mapping, mappings, number, text
from platc_compiler.lower.ports import container_ports, service_host
from platc_spec import include as spec

_LONGEST_PORT = 15


class Reached(Struct, frozen=True):
    """A port of a Service object, or of a container."""

    service: Object | None
    """The Service object; ``None`` for a port of a container alone."""
    name: str
    public: int
    """The port that clients connect to."""
    target: int
    """The port of the pods."""
    protocol: Literal["TCP", "UDP"]
    pods: Object
    headless: bool = False


def reached(found: Sequence[Object]) -> tuple[Reached, ...]:
    """Return the ports of all Service objects that select included pods."""
    makers = [each for each in found if each.pod]
    return tuple(
        port
        for service in found
        if service.kind == "Service"
        for port in _of_service(service, makers)
    )


def once(known: Sequence[Reached]) -> tuple[Reached, ...]:
    """Return each port of the pods once: several Service objects may lead to it.

    One with an address of its own is preferred to a headless one.
    """
    chosen: dict[tuple[Origin, int, str], Reached] = {}
    for one in known:
        key = (one.pods.origin, one.target, one.protocol)
        if key not in chosen or (chosen[key].headless and not one.headless):
            chosen[key] = one
    return tuple(chosen.values())


def _of_service(service: Object, makers: Sequence[Object]) -> Iterator[Reached]:
    stated = mapping(service.body, "spec")
    selector = mapping(stated, "selector")
    selected = [
        maker
        for maker in makers
        if selector
        and maker.namespace == service.namespace
        and selector.items() <= mapping(template(maker.body), "metadata", "labels").items()
    ]
    headless = stated.get("clusterIP") == "None"
    for port in mappings(stated, "ports"):
        public = number(port, "port", 0)
        protocol: Literal["TCP", "UDP"] = "UDP" if port.get("protocol") == "UDP" else "TCP"
        for pods in selected:
            target = _target(port.get("targetPort", public), pods.pod, protocol)
            if target:
                # Clients of a headless Service connect to the pods themselves.
                outer = target if headless else public
                yield Reached(service, text(port, "name"), outer, target, protocol, pods, headless)


def _target(stated: object, pod: Raw, protocol: str) -> int:
    if isinstance(stated, int):
        return stated
    for port in _container_ports(pod):
        if text(port, "name") == stated and port.get("protocol", "TCP") == protocol:
            return number(port, "containerPort", 0)
    return 0


def _container_ports(pod: Raw) -> Iterator[Raw]:
    for container in (*mappings(pod, "containers"), *mappings(pod, "initContainers")):
        yield from mappings(container, "ports")


def offers(name: str, entry: spec.Include, found: Sequence[Object]) -> tuple[Offer, ...]:
    """Return the ports that others may depend on.

    A stated port that nothing has is left out: a check reports it.
    """
    known = reached(found)
    if entry.ports:
        stated = container_ports(entry.ports)
        return tuple(
            _offer(name, port.name, one)
            for port in stated
            for one in _meant(port.number, port.protocol, known, found)
        )
    single = once(known)
    names = Counter((one.name, one.service.name if one.service else "") for one in single)
    times = Counter(label for label, _ in names)
    return tuple(_offer(name, _name(one, times), one) for one in single)


def _name(one: Reached, times: Mapping[str, int]) -> str:
    own = one.name or str(one.public)
    if not one.name or times[one.name] == 1 or one.service is None:
        return own
    return f"{one.service.name}-{own}"


def _meant(
    port: int, protocol: str, known: Sequence[Reached], found: Sequence[Object]
) -> tuple[Reached, ...]:
    """Return what a stated number means: a port of a Service, or else of containers."""
    by_service = [o for o in known if port == o.public and o.protocol == protocol]
    by_target = [o for o in known if port == o.target and o.protocol == protocol]
    if by_service or by_target:
        return once(by_service or by_target)
    return tuple(
        Reached(None, "", port, port, "UDP" if protocol == "UDP" else "TCP", maker)
        for maker in found
        for held in _container_ports(maker.pod)
        if held.get("containerPort") == port and held.get("protocol", "TCP") == protocol
    )


def exposures(pods: Object, found: Sequence[Object]) -> tuple[Exposure, ...]:
    """Return the Service objects of the pods of an object."""
    ports: dict[str, list[Reached]] = {}
    for one in reached(found):
        if one.pods.origin == pods.origin and one.service is not None:
            ports.setdefault(one.service.name, []).append(one)
    return tuple(
        Exposure(
            name=name, headless=several[0].headless,
            ports=tuple(ServicePort(o.name, o.public, o.target, o.protocol) for o in several),
        )
        for name, several in ports.items()
    )  # fmt: skip


def without_place(entry: spec.Include, found: Sequence[Object]) -> Iterator[str]:
    """Yield the stated ports that no Service and no container has."""
    known = reached(found)
    for port in container_ports(entry.ports):
        if not _meant(port.number, port.protocol, known, found):
            yield port.name


def numbers(found: Sequence[Object]) -> tuple[int, ...]:
    """Return the numbers that a stated port can have."""
    of_services = {one.public for one in reached(found)}
    of_pods = {number(p, "containerPort", 0) for each in found for p in _container_ports(each.pod)}
    return tuple(sorted(of_services or of_pods))


def _offer(entry: str, port: str, one: Reached) -> Offer:
    pods = Pods(one.pods.name, one.pods.namespace, pod_labels(entry, one.pods))
    host = service_host(one.service.name, one.service.namespace) if one.service else ""
    public = one.public if one.public != one.target else 0
    return Offer(entry, port, pods, one.target, one.protocol, host, public)
