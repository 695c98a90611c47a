"""Ports: of a container, of its Service object, and as offers to other services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from platc_compiler.ir.network import Endpoint, Offer
from platc_compiler.ir.pods import Port
from platc_compiler.ir.workloads import Exposure, ServicePort
from platc_spec.service import PortSpec


def container_ports(stated: Mapping[str, int | PortSpec]) -> tuple[Port, ...]:
    """Return the ports of a container."""
    return tuple(
        Port(name, spec) if isinstance(spec, int) else Port(name, spec.port, spec.protocol)
        for name, spec in stated.items()
    )


def exposure(
    name: str, ports: Iterable[Port], *, headless: bool = False, all_pods: bool = False
) -> Exposure:
    """Return a Service object that has each of the ports under its own number."""
    return Exposure(
        name=name, headless=headless, all_pods=all_pods,
        ports=tuple(ServicePort(p.name, p.number, p.number, p.protocol) for p in ports),
    )  # fmt: skip


def service_host(name: str, namespace: str) -> str:
    """Return the host name of a Service object; it resolves in every namespace."""
    return f"{name}.{namespace}.svc"


def port_offers(
    service: str, host: str, pods: Endpoint, ports: Iterable[Port]
) -> tuple[Offer, ...]:
    """Return each port as an offer to other services."""
    return tuple(
        Offer(service, port.name, pods, port.number, port.protocol, host) for port in ports
    )
