"""The containers of a ``workload``, with their probes."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import Container, Exec, HttpGet, Mount, Probe, Resources, TcpSocket
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import container_ports
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables
from platc_compiler.lower.telemetry import with_telemetry
from platc_compiler.lower.workload.controllers import runs_to_its_end
from platc_compiler.lower.workload.storage import in_memory
from platc_spec.kinds import workload as spec

_DEFAULT = sized(memory=128, cpu=50, most_cpu=500)
_BESIDE = sized(memory=128, cpu=50, most_memory=128, most_cpu=500)


def main_container(
    name: str, service: spec.Workload, mounts: tuple[Mount, ...], context: Context
) -> Container:
    """Return the container of the service's own image."""
    env = environment_variables(service.env, service_origin(name, "env"))
    return Container(
        name=name, image=service.image, command=service.command, args=service.args,
        env=with_telemetry(env, name, service, context),
        ports=container_ports(service.ports), mounts=mounts,
        resources=stated_resources(
            service.resources, _default(service), service_origin(name, "resources")
        ),
        startup=_probe(service, service.probes.startup),
        readiness=_probe(service, service.probes.readiness) or _default_probe(service, failures=3),
        liveness=_probe(service, service.probes.liveness) or _default_probe(service, failures=6),
        stop=service.pre_stop, origin=service_origin(name),
        capabilities=service.privileges.capabilities if service.privileges else (),
    )  # fmt: skip


def _default(service: spec.Workload) -> Resources:
    """Return the default resources: what folders in memory hold is memory of the container."""
    folders = in_memory(service)
    if not folders:
        return _DEFAULT
    return sized(memory=128 + ceil(folders / 2**20), cpu=50, most_cpu=500)


def init_containers(
    name: str, service: spec.Workload, mounts: tuple[Mount, ...]
) -> tuple[Container, ...]:
    """Return the sidecars, then the containers that run to their end before the main one."""
    groups: dict[str, Mapping[str, spec.SideContainer]] = {
        "sidecars": service.sidecars,
        "init": service.init,
    }
    return tuple(
        _beside(service.image, stated, service_origin(name, group, key), mounts)
        for group, containers in groups.items()
        for key, stated in containers.items()
    )


def _beside(
    image: str, stated: spec.SideContainer, place: Origin, mounts: tuple[Mount, ...]
) -> Container:
    ports = stated.ports if isinstance(stated, spec.Sidecar) else None
    return Container(
        name=str(place[-1]), image=stated.image or image, command=stated.command, args=stated.args,
        env=environment_variables(stated.env, (*place, "env")),
        ports=container_ports(ports or {}), mounts=mounts, sidecar=ports is not None, origin=place,
        resources=stated_resources(stated.resources, _BESIDE, (*place, "resources")),
    )  # fmt: skip


def port_number(service: spec.Workload, port: str) -> int:
    """Return the number of a port of the service."""
    stated = service.every_port[port]
    return stated if isinstance(stated, int) else stated.port


def _probe(service: spec.Workload, check: spec.Check | None) -> Probe | None:
    if check is None:
        return None
    port = (
        port_number(service, check.port or next(iter(service.every_port)))
        if not check.command
        else 0
    )
    handler = (
        Exec(check.command) if check.command
        else HttpGet(check.http, port) if check.http is not None else TcpSocket(port)
    )  # fmt: skip
    return Probe(
        handler=handler, failures=check.failures,
        period=int(check.period.total_seconds()) if check.period else 10,
        timeout=int(check.timeout.total_seconds()) if check.timeout else 5,
    )  # fmt: skip


def _default_probe(service: spec.Workload, *, failures: int) -> Probe | None:
    """Return a probe that connects to the first port of the main container.

    ``None`` if it has no port, or if the pods end by themselves.
    """
    if runs_to_its_end(service) or not service.ports:
        return None
    number = port_number(service, next(iter(service.ports)))
    return Probe(handler=TcpSocket(number), failures=failures)
