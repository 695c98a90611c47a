"""Lowering of ``include``: objects that somebody else wrote.

Their pods become workloads of the platform, so that the budget, the quotas, the policies and all
checks of pods count them; the objects themselves are kept as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.network import ApiServer, Edge, Offer, Outside, Pods
from platc_compiler.ir.observability import Metric
from platc_compiler.ir.platform import Fragment, Included
from platc_compiler.ir.workloads import Scrape, Workload
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.include.objects import INCLUDE_LABEL, Object, objects, pod_labels
from platc_compiler.lower.include.pods import Keys, controller, pod_of
from platc_compiler.lower.include.ports import exposures, offers
from platc_compiler.lower.include.webhooks import calls
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_spec import include as spec


def offer(name: str, entry: spec.Include, namespace: str) -> Offering:
    """Offer the ports of its Service objects, and its pods as callers of others."""
    found = objects(name, entry, namespace)
    where = next((each.namespace for each in found if each.pod), namespace)
    pods = Pods(name, where, ((INCLUDE_LABEL, name),))
    return Offering(offers(name, entry, found), pods=pods)


def lower(name: str, entry: spec.Include, context: Context) -> Fragment:
    """Return the objects, their pods as workloads, and the declared connections."""
    found = objects(name, entry, context.namespace(entry))
    secrets = {
        (namespace, secret): stated.keys
        for secret, stated in context.spec.secrets.items()
        for namespace in context.spec.namespaces_of(stated)
    }
    ports = context.offerings[name].ports
    workloads = {
        each.origin: _workload(name, each, found, secrets, _scrape(entry, each, ports))
        for each in found
        if each.pod
    }
    ends = [workload.endpoint for workload in workloads.values()]
    metrics = entry.metrics
    return Fragment(
        workloads=tuple(workloads.values()),
        included=tuple(
            Included(
                each.body, name,
                (each.namespace, each.name) if each.origin in workloads else None, each.origin,
            )
            for each in found
        ),
        links=tuple(
            link
            for end in ends
            for link in dependency_links(
                entry.depends_on, end, service_origin(name, "depends_on")
            )
        ),
        edges=(*_edges(name, entry, ends, ports), *calls(name, found)),
        metrics=tuple(
            Metric(metric, name, origin=service_origin(name, "metrics", "exports", index))
            for index, metric in enumerate(metrics.exports if metrics else ())
        ),
    )  # fmt: skip


def _scrape(entry: spec.Include, found: Object, ports: tuple[Offer, ...]) -> Scrape | None:
    """Return where the pods of an object serve the metrics of its entry, if they do."""
    stated = entry.metrics
    for port in ports if stated is not None else ():
        if stated is not None and port.port == stated.port and _is(port, found):
            return Scrape(port=port.number, path=stated.path)
    return None


def _workload(
    name: str,
    found: Object,
    among: tuple[Object, ...],
    secrets: Keys,
    scrape: Scrape | None,
) -> Workload:
    labels = pod_labels(name, found)
    return Workload(
        name=found.name, namespace=found.namespace, service=name, app=name,
        component=f"{found.kind.lower()}-{found.name}", controller=controller(found, among),
        pod=pod_of(found, among, secrets), exposures=exposures(found, among), scrape=scrape,
        selected_by=labels, origin=found.origin,
    )  # fmt: skip


def _is(port: Offer, found: Object) -> bool:
    end = port.endpoint
    return isinstance(end, Pods) and (end.namespace, end.name) == (found.namespace, found.name)


def _edges(
    name: str, entry: spec.Include, ends: list[Pods], ports: tuple[Offer, ...]
) -> Iterator[Edge]:
    """Yield the connections to the API server, among the pods, and from outside."""
    for end in ends if entry.api_access else ():
        yield Edge(end, ApiServer(), 6443, "TCP", "API server", service_origin(name, "api_access"))
    for index, peer in enumerate(entry.peers):
        place = service_origin(name, "peers", index)
        for port in ports:
            if port.port == peer:
                for end in ends:
                    yield Edge(end, port.endpoint, port.number, port.protocol, "peers", place)
    for stated, cidrs in entry.sources.items():
        place = service_origin(name, "sources", stated)
        clients = Outside(f"clients of {name}", tuple(map(str, cidrs)))
        for port in ports:
            if port.port == stated:
                yield Edge(clients, port.endpoint, port.number, port.protocol, "sources", place)


INCLUDE = Kind("include", spec.Include, lower, offer)
"""It is no kind of the catalogue: an entry of ``include`` is such a service."""
