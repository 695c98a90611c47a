"""``wait_for``: containers that wait before the others start.

A port is waited for by connecting to it: the Service of a pod that is not ready has no address that
accepts (kube-proxy rejects connections to a Service without ready endpoints). A Job is waited for
in the Kubernetes API: ``kubectl wait`` ends when it is complete, and fails when it does not exist
or is not complete after an hour; then the kubelet starts it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.network import ApiServer, Edge
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Container
from platc_compiler.ir.workloads import Job, Rights, Rule, Workload
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.resources import sized
from platc_spec.kinds import workload as spec

_SMALL = sized(memory=16, cpu=10, most_memory=32, most_cpu=100)
_OF_KUBECTL = sized(memory=64, cpu=10, most_memory=128, most_cpu=200)
_KUBECTL = "registry.k8s.io/kubectl:v1.37.2"
"""kubectl alone (build/server-image/kubectl of kubernetes/kubernetes)."""
_SCRIPT = 'until nc -z -w 2 "$0" "$1"; do echo "waiting for $0:$1"; sleep 2; done'


def waiting(
    workload: Workload, service: spec.Workload, context: Context, jobs: Mapping[str, str]
) -> Workload:
    """Return a workload whose pods wait for other services before their containers start.

    A Job for which others wait is kept when it has ended: one that has deleted itself would be
    waited for without an end.

    Args:
        workload: the workload.
        service: the service that it is lowered from.
        context: the context of the lowering.
        jobs: the names of the Jobs that it waits for, by service.
    """
    ended = workload.controller
    if isinstance(ended, Job) and workload.service in waited_for(context):
        workload = replace(workload, controller=replace(ended, keep=None))
    if not service.wait_for:
        return workload
    pod = workload.pod
    beside = tuple(each for each in pod.init if each.sidecar)
    before = tuple(each for each in pod.init if not each.sidecar)
    waits = tuple(_containers(workload.service, service, context, jobs))
    pod = replace(pod, init=(*beside, *waits, *before), token=pod.token or bool(jobs))
    return replace(workload, pod=pod)


@cached_by_identity
def waited_for(context: Context) -> frozenset[str]:
    """Return the Jobs for which other services wait."""
    services = context.of_kind(spec.Workload)
    return frozenset(
        wanted
        for service in services.values()
        for wanted in service.wait_for
        if wanted in services and services[wanted].runs_once
    )


def _containers(
    name: str, service: spec.Workload, context: Context, jobs: Mapping[str, str]
) -> Iterator[Container]:
    """Yield the containers that wait, in the order of ``wait_for``."""
    for index, wanted in enumerate(service.wait_for):
        place = service_origin(name, "wait_for", index)
        if wanted in jobs:
            yield _for_job(wanted, jobs[wanted], context, place)
            continue
        depended = [d for d in service.depends_on if split_dependency(d)[0] == wanted]
        for each in depended:
            offer = context.offer(each)
            label = wanted if len(depended) == 1 else f"{wanted}-{offer.port}"
            yield Container(
                name=f"wait-for-{label}", image=service.wait_image,
                command=("sh", "-c", _SCRIPT, offer.host, str(offer.public or offer.number)),
                resources=_SMALL, origin=place,
            )  # fmt: skip


def _for_job(service: str, job: str, context: Context, place: Origin) -> Container:
    namespace = context.namespace(context.of_kind(spec.Workload)[service])
    return Container(
        name=f"wait-for-{service}", image=_KUBECTL,
        args=(
            "wait", "--for=condition=complete", f"--namespace={namespace}", "--timeout=1h",
            f"job/{job}",
        ),
        resources=_OF_KUBECTL, origin=place,
    )  # fmt: skip


def reading_jobs(
    fragment: Fragment, workload: Workload, jobs: Mapping[str, str], context: Context
) -> Fragment:
    """Return the part of a service with the right and the connection to see Jobs."""
    place = service_origin(workload.service, "wait_for")
    by_namespace: dict[str, list[str]] = {}
    for service, job in jobs.items():
        within = context.namespace(context.of_kind(spec.Workload)[service])
        by_namespace.setdefault(within, []).append(job)
    rights = tuple(
        Rights(
            account=workload.service, namespace=workload.namespace, within=within,
            rules=(Rule(("batch",), ("jobs",), ("get", "list", "watch"), tuple(sorted(names))),),
            origin=place,
        )
        for within, names in by_namespace.items()
    )  # fmt: skip
    edge = Edge(workload.endpoint, ApiServer(), 6443, "TCP", "API server", place)
    joined = _joined((*fragment.rights, *rights))
    return replace(fragment, rights=joined, edges=(*fragment.edges, edge))


def _joined(rights: tuple[Rights, ...]) -> tuple[Rights, ...]:
    """Return the rights with one of each place: each becomes a role of the account's name."""
    found: dict[tuple[bool, str], Rights] = {}
    for each in rights:
        place = each.cluster, each.within or each.namespace
        before = found.get(place)
        found[place] = replace(before, rules=(*before.rules, *each.rules)) if before else each
    return tuple(found.values())
