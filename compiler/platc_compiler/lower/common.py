"""Pieces that several kinds are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Endpoint, Link, Offer, Pods
from platc_compiler.ir.pods import Amounts, Env, Port, Resources, SecretKey
from platc_compiler.ir.workloads import Exposure, ServicePort, Workload
from platc_spec import base
from platc_spec.service import PortSpec

_SECRET = re.compile(r"\$\{([a-z0-9][-a-z0-9]*)/([-._a-zA-Z0-9]+)\}")

EPHEMERAL_REQUEST = 64 << 20
EPHEMERAL_LIMIT = 1 << 30
"""Bytes of local disk for logs and emptyDirs, where platform.yaml does not say."""


def origin(service: str, *rest: str | int) -> Origin:
    """Return the path of a part of a service in platform.yaml."""
    return ("services", service, *rest)


def resources(stated: base.Resources, default: Resources, place: Origin) -> Resources:
    """Return what is stated over the kind's default.

    A limit that is not stated is never below a stated request: it rises with it.
    """

    def pick(own: int | None, otherwise: int | None) -> int | None:
        return own if own is not None else otherwise

    asked, most = stated.requests, stated.limits
    requests = Amounts(
        cpu=pick(asked.cpu, default.requests.cpu),
        memory=pick(asked.memory, default.requests.memory),
        ephemeral_storage=pick(asked.ephemeral_storage, default.requests.ephemeral_storage),
    )
    limits = Amounts(
        cpu=_at_least(most.cpu, default.limits.cpu, requests.cpu),
        memory=_at_least(most.memory, default.limits.memory, requests.memory),
        ephemeral_storage=_at_least(
            most.ephemeral_storage, default.limits.ephemeral_storage, requests.ephemeral_storage
        ),
    )
    lowered = Amounts(
        cpu=_at_most(asked.cpu, requests.cpu, most.cpu),
        memory=_at_most(asked.memory, requests.memory, most.memory),
        ephemeral_storage=_at_most(
            asked.ephemeral_storage, requests.ephemeral_storage, most.ephemeral_storage
        ),
    )
    return Resources(requests=lowered, limits=limits, origin=place)


def _at_least(stated: int | None, default: int | None, request: int | None) -> int | None:
    if stated is not None or default is None:
        return stated
    return max(default, request or 0)


def _at_most(stated: int | None, request: int | None, limit: int | None) -> int | None:
    """A default request gives way to a stated limit; a stated one stays, for the check to see."""
    if stated is not None or request is None or limit is None:
        return request
    return min(request, limit)


def sized(
    memory: int, cpu: int, most_memory: int | None = None, most_cpu: int | None = None
) -> Resources:
    """Return resources from MiB and millicores; limits left out are as large as the requests for
    memory, and four times for CPU.
    """
    return Resources(
        requests=Amounts(cpu=cpu, memory=memory << 20, ephemeral_storage=EPHEMERAL_REQUEST),
        limits=Amounts(
            cpu=most_cpu if most_cpu is not None else cpu * 4,
            memory=(most_memory if most_memory is not None else memory) << 20,
            ephemeral_storage=EPHEMERAL_LIMIT,
        ),
    )


def environment(variables: Mapping[str, str], place: Origin) -> tuple[Env, ...]:
    """Return environment variables; ``${secret/key}`` becomes a reference."""
    result = []
    for name, value in variables.items():
        match = _SECRET.fullmatch(value)
        result.append(Env(name, SecretKey(match[1], match[2], (*place, name)) if match else value))
    return tuple(result)


def secret_key(reference: str, place: Origin) -> SecretKey:
    """Return the secret and key that ``secret/key`` names."""
    secret, _, key = reference.partition("/")
    return SecretKey(secret, key, place)


def ports(stated: Mapping[str, int | PortSpec]) -> tuple[Port, ...]:
    """Return the ports of a container."""
    return tuple(
        Port(name, spec) if isinstance(spec, int) else Port(name, spec.port, spec.protocol)
        for name, spec in stated.items()
    )


def exposure(name: str, container_ports: Iterable[Port], *, headless: bool = False) -> Exposure:
    """Return a Service object with each of the ports under its own number."""
    return Exposure(
        name=name, headless=headless,
        ports=tuple(ServicePort(p.name, p.number, p.number, p.protocol) for p in container_ports),
    )  # fmt: skip


def endpoint(workload: Workload) -> Pods:
    """Return a workload's pods as an end of a connection."""
    return Pods(workload.name, workload.namespace, workload.selector)


def offers(
    service: str, host: str, pods: Endpoint, container_ports: Iterable[Port]
) -> tuple[Offer, ...]:
    """Return each port as an offer to other services."""
    return tuple(
        Offer(service, port.name, pods, port.number, port.protocol, host)
        for port in container_ports
    )


def links(dependencies: Iterable[str], source: Endpoint, place: Origin) -> tuple[Link, ...]:
    """Return a link for each entry of a ``depends_on``; ``place`` is the path of the list."""
    result = []
    for index, dependency in enumerate(dependencies):
        name, _, port = dependency.partition(":")
        result.append(Link(source, name, port or None, (*place, index)))
    return tuple(result)


def host(name: str, namespace: str) -> str:
    """Return the host name of a Service object, good from every namespace."""
    return f"{name}.{namespace}.svc"
