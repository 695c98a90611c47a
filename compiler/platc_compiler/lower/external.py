"""Lowering of ``external``."""

from __future__ import annotations

from ipaddress import IPv4Network

from platc_compiler.ir.labels import NAME
from platc_compiler.ir.network import Endpoint, Outside, Pods
from platc_compiler.ir.observability import Metric, PodTargets, ScrapeJob, StaticTargets
from platc_compiler.ir.platform import External, Fragment
from platc_compiler.ir.pods import Amounts
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.golden_signals import golden_signals
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import container_ports, port_offers, service_host
from platc_spec import base
from platc_spec.kinds import external as spec


def offer(name: str, service: spec.External, _namespace: str) -> Offering:
    """Offer each port at its address."""
    where, host = _endpoint(name, service), _host(name, service)
    return Offering(
        port_offers(name, host, where, container_ports(service.ports)),
        pods=where if isinstance(where, Pods) else None,
        autoscaling=service.autoscaling or "",
    )


def lower(name: str, service: spec.External, context: Context) -> Fragment:
    """Return whom it calls, its metrics and scrape jobs, and what counts for the budget."""
    address, stated = service.address, service.resources
    where = _endpoint(name, service)
    external = External(
        name=name, namespace=address.namespace, replicas=address.replicas,
        requests=_amounts(stated.requests, stated) if stated else Amounts(),
        limits=_amounts(stated.limits, stated) if stated else Amounts(),
        counted=stated is not None, peers=service.peers, origin=service_origin(name),
    )  # fmt: skip
    signals = golden_signals(name, service.metrics, context)
    exports = service.metrics.exports if service.metrics else ()
    return Fragment(
        externals=(external,),
        metrics=(
            *(
                Metric(metric, name, origin=service_origin(name, "metrics", "exports", index))
                for index, metric in enumerate(exports)
            ),
            *signals.metrics,
        ),
        recordings=signals.recordings,
        alerts=signals.alerts,
        links=dependency_links(
            service.depends_on if isinstance(where, Pods) else (),
            where, service_origin(name, "depends_on"),
        ),
        scrapes=_scrapes(name, service),
    )  # fmt: skip


def _amounts(stated: base.Amounts, resources: base.Resources) -> Amounts:
    return Amounts(
        cpu=stated.cpu, memory=stated.memory, ephemeral_storage=stated.ephemeral_storage,
        extended=tuple(sorted(resources.extended.items())),
    )  # fmt: skip


def _endpoint(name: str, service: spec.External) -> Endpoint:
    address = service.address
    if address.namespace is None:
        return Outside(name, tuple(map(str, address.cidrs)) or _itself(address.host or ""))
    # A namespace without labels means all of its pods, for example those of an operator.
    default = {NAME: address.service} if address.service else {}
    labels = address.labels or default
    return Pods(name, address.namespace, tuple(sorted(labels.items())))


def _itself(host: str) -> tuple[str, ...]:
    """Return the network of a host that is written as an address, which needs no other word."""
    try:
        return (str(IPv4Network(host)),)
    except ValueError:
        return ()


def _host(name: str, service: spec.External) -> str:
    address = service.address
    if address.namespace is None:
        return address.host or name
    return service_host(address.service or name, address.namespace)


def _scrapes(name: str, service: spec.External) -> tuple[ScrapeJob, ...]:
    address, metrics = service.address, service.metrics
    place = service_origin(name, "metrics")
    if service.discover and address.namespace is not None:
        found = PodTargets(
            (address.namespace,), tuple(sorted(address.labels.items())), annotated=True
        )
        path = metrics.path if metrics is not None else "/metrics"
        return (ScrapeJob(name=name, service=name, discovery=found, path=path, origin=place),)
    if metrics is None:
        return ()
    stated = service.ports[metrics.port]
    port = stated if isinstance(stated, int) else stated.port
    targets = tuple(f"{host}:{port}" for host in _hosts(name, service))
    found_here = StaticTargets(targets)
    return (
        ScrapeJob(name=name, service=name, discovery=found_here, path=metrics.path, origin=place),
    )


def _hosts(name: str, service: spec.External) -> tuple[str, ...]:
    """Return a host for each replica: pods of a StatefulSet have their own DNS names."""
    address = service.address
    if address.replicas == 1 or address.service is None:
        return (_host(name, service),)
    return tuple(f"{address.service}-{i}.{_host(name, service)}" for i in range(address.replicas))


EXTERNAL = Kind("external", spec.External, lower, offer)
