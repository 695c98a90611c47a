"""Lowering of ``workload``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import ApiServer, Edge, Pods
from platc_compiler.ir.observability import Metric
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Pod
from platc_compiler.ir.workloads import (
    Exposure,
    Job,
    Rights,
    Rule,
    Scrape,
    StatefulSet,
    Workload,
)
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.golden_signals import golden_signals
from platc_compiler.lower.job_names import with_digest
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import container_ports, exposure, port_offers, service_host
from platc_compiler.lower.telemetry import telemetry_alerts
from platc_compiler.lower.workload.autoscaling import asking, scaling
from platc_compiler.lower.workload.containers import (
    init_containers,
    main_container,
    port_number,
)
from platc_compiler.lower.workload.controllers import controller, runs_to_its_end
from platc_compiler.lower.workload.storage import configs, storage
from platc_compiler.lower.workload.waiting import reading_jobs, waited_for, waiting
from platc_spec.kinds import workload as spec

_PRIVILEGED = "platc.dev/privileged-because"
"""The annotation with the reason for the privileges of a pod."""
_HOST = "platc.dev/host-path-because"
"""The annotation with the reasons for folders of the node."""


def offer(name: str, service: spec.Workload, namespace: str) -> Offering:
    """Offer each port under its name."""
    pods = Pods(name, namespace, selector_labels("workload", name, "main"))
    ports = container_ports(service.every_port)
    return Offering(port_offers(name, service_host(name, namespace), pods, ports))


def lower(name: str, service: spec.Workload, context: Context) -> Fragment:
    """Return the pods under their controller, and what belongs to them."""
    metrics = service.metrics
    jobs = _jobs(service, job_names(context)) if service.wait_for else {}
    workload = _workload(name, service, context, jobs)
    pods = workload.endpoint
    signals = golden_signals(name, metrics, context)
    fragment = Fragment(
        workloads=(workload,),
        rights=tuple(_rights(name, service, workload)),
        links=dependency_links(service.depends_on, pods, service_origin(name, "depends_on")),
        edges=(
            *_edges(name, service, pods),
            *_executors(name, service, pods, context),
            *asking(name, service, context),
        ),
        metrics=(
            *(
                Metric(metric, name, origin=service_origin(name, "metrics", "exports", index))
                for index, metric in enumerate(metrics.exports if metrics else ())
            ),
            *signals.metrics,
        ),
        recordings=signals.recordings,
        alerts=(
            *(
                telemetry_alerts(name, service, service.env, context)
                if service.replicas and not runs_to_its_end(service)
                else ()
            ),
            *signals.alerts,
        ),
    )
    return reading_jobs(fragment, workload, jobs, context) if jobs else fragment


def _workload(
    name: str, service: spec.Workload, context: Context, jobs: Mapping[str, str]
) -> Workload:
    """Return the pods under their controller; ``jobs`` are the names of those it waits for."""
    metrics = service.metrics
    workload = Workload(
        name=name, namespace=context.namespace(service), service=name, app="workload",
        component="main", version=_tag(service.image), controller=controller(service),
        pod=_pod(name, service, context), exposures=_exposures(name, service),
        configs=configs(name, service), origin=service_origin(name),
        scrape=Scrape(port=port_number(service, metrics.port), path=metrics.path)
        if metrics
        else None,
        scaling=scaling(name, service, context),
    )  # fmt: skip
    workload = waiting(workload, service, context, jobs)
    if isinstance(workload.controller, Job):
        workload = with_digest(workload, workload.configs, context)
    return workload


@cached_by_identity
def job_names(context: Context) -> Mapping[str, str]:
    """Return the names of the Jobs for which others wait, by service.

    A name follows from what the Job runs, and that names the Jobs for which it waits itself: they
    come first.
    """
    from graphlib import TopologicalSorter

    services = context.of_kind(spec.Workload)
    waits = {name: services[name].wait_for for name in waited_for(context)}
    names: dict[str, str] = {}
    for name in TopologicalSorter(waits).static_order():
        if name in waits:
            service = services[name]
            names[name] = _workload(name, service, context, _jobs(service, names)).name
    return names


def _jobs(service: spec.Workload, names: Mapping[str, str]) -> dict[str, str]:
    return {wanted: names[wanted] for wanted in service.wait_for if wanted in names}


def _edges(name: str, service: spec.Workload, pods: Pods) -> Iterator[Edge]:
    """Yield the connections to the API server, and between the pods."""
    if service.api_access or service.rights:
        place = service_origin(name, "api_access" if service.api_access else "rights")
        yield Edge(pods, ApiServer(), 6443, "TCP", "API server", place)
    ports = {port.name: port for port in container_ports(service.every_port)}
    for index, peer in enumerate(service.peers):
        place = service_origin(name, "peers", index)
        yield Edge(pods, pods, ports[peer].number, ports[peer].protocol, "peers", place)


def _executors(name: str, service: spec.Workload, pods: Pods, context: Context) -> Iterator[Edge]:
    """Yield the connections of a driver with the executors of a cluster that it depends on."""
    for index, dependency in enumerate(service.depends_on):
        found = context.offering(dependency).executors
        if found is not None:
            place = service_origin(name, "depends_on", index)
            for port in found.to:
                yield Edge(found.pods, pods, port, "TCP", "executors", place)
            first, last = found.back
            yield Edge(pods, found.pods, first, "TCP", "executors", place, last)


def _rights(name: str, service: spec.Workload, workload: Workload) -> Iterator[Rights]:
    """Yield what its account may do: in its namespace, and in the whole cluster."""
    for cluster in (False, True):
        rules = tuple(
            Rule(each.groups, each.resources, each.verbs, each.names)
            for each in service.rights
            if each.cluster is cluster
        )
        if rules:
            yield Rights(
                account=name, namespace=workload.namespace, rules=rules, cluster=cluster,
                origin=service_origin(name, "rights"),
            )  # fmt: skip


def _tag(image: str) -> str:
    """Return the tag of an image as the value of a label, empty when it has none."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    return tag if len(tag) <= 63 else ""  # noqa: PLR2004 - the longest label value


def _pod(name: str, service: spec.Workload, context: Context) -> Pod:
    volumes, mounts = storage(name, service)
    root = service.privileges is not None and service.privileges.root
    user = 0 if root else service.user
    group = service.files_group
    return Pod(
        containers=(main_container(name, service, mounts, context),),
        init=init_containers(name, service, mounts), volumes=volumes, user=user, group=group,
        fs_group=group, token=service.api_access or bool(service.rights),
        annotations=tuple(_reasons(service)),
        # The name of a Job changes with what it runs; that of its account does not.
        service_account=name if service.controller == "Job" else None,
        restart="OnFailure" if runs_to_its_end(service) else "Always",
        grace=int(service.grace.total_seconds()) if service.grace else 30,
    )  # fmt: skip


def _reasons(service: spec.Workload) -> Iterator[tuple[str, str]]:
    """Yield the annotations that say why the pods may do more than others."""
    hosts = [each.host.because for each in service.volumes.values() if each.host is not None]
    if hosts:
        yield _HOST, "; ".join(dict.fromkeys(hosts))
    if service.privileges is not None:
        yield _PRIVILEGED, service.privileges.because


def _exposures(name: str, service: spec.Workload) -> tuple[Exposure, ...]:
    """Return the Service of the ports, and one for the names of a StatefulSet's pods."""
    ports = container_ports(service.every_port)
    own = (exposure(name, ports),) if ports else ()
    if isinstance(controller(service), StatefulSet):
        return (*own, exposure(f"{name}-pods", ports, headless=True, all_pods=True))
    return own


WORKLOAD = Kind("workload", spec.Workload, lower, offer)
