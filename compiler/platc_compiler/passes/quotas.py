"""The quota of each namespace and the limits of its containers, by the numbers of the budget.

A quota is to stop what nobody declared, never what was. A pod is charged until it has ended
(``QuotaV1Pod`` in pkg/quota/v1/evaluator/core/pods.go), and for some moments after that, until the
quota controller has counted anew. So a quota allows every pod of the namespace at its worst moment,
each run by the clock (whichever may be started by hand), and beside them the pods that are ending
while those that replace them start:

- of a Deployment that rolls, all replicas: the controller does not wait until an old pod has ended;
- of a StatefulSet, a DaemonSet and a Deployment that recreates, one: they wait for it, and the next
  pod comes before the quota is counted anew;
- of a Job, the pod of the Job before: an apply makes a new Job while the old one may still run;
- of a CronJob, one: a pod that is evicted is replaced while it is ending;
- of the tasks of pipelines, all. A task that a quota refuses has failed, and is not queued again
  (``task_publish_max_retries`` is 0 in the provider cncf.kubernetes).

And it allows one more container of the default size, for somebody who looks into something.

A quota of requests refuses a pod that states none, and a maximum refuses a container without a
limit. So a resource that some container of the namespace leaves open has no quota, no default and
no maximum there; nor has a namespace that holds pods of somebody else of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from platc_compiler.budget.lines import by_pipeline, pipelines_of, pod_count
from platc_compiler.budget.load import NOTHING, Load, Resource, from_amounts
from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.pods import LIMITED, amount, containers, effective_requests, size
from platc_compiler.ir.platform import Platform, Quota
from platc_compiler.ir.pods import Amounts, Pod
from platc_compiler.ir.workloads import CronJob, Deployment, StatefulSet, Workload

_DEFAULT = Amounts(cpu=100, memory=128 << 20, ephemeral_storage=256 << 20)
"""What a container gets that states nothing: none of the platform's."""

_WITH_THOSE_ENDING = 2
"""Pods that are ending beside those that have just begun."""


class _Sum(Struct):
    """What is known of a namespace so far."""

    requests: Load = NOTHING
    limits: Load = NOTHING
    unrequested: set[Resource] = field(default_factory=set)
    unlimited: set[Resource] = field(default_factory=set)
    largest: dict[Resource, int] = field(default_factory=dict)

    def hold(self, pod: Pod) -> None:
        """Take note of the containers of a pod."""
        for container in containers(pod):
            self.see(effective_requests(container), container.resources.limits)

    def see(self, requests: Amounts, limits: Amounts) -> None:
        """Take note of what one container states."""
        for resource in LIMITED:
            if amount(requests, resource) is None:
                self.unrequested.add(resource)
            limit = amount(limits, resource)
            if limit is None:
                self.unlimited.add(resource)
            else:
                self.largest[resource] = max(limit, self.largest.get(resource, 0))


def quotas(platform: Platform) -> Platform:
    """Fill in the quota of each namespace that has pods."""
    sums = _sums(platform)
    return replace(
        platform,
        namespaces=tuple(
            replace(namespace, quota=_quota(sums[namespace.name]))
            for namespace in platform.namespaces
        ),
    )


def _sums(platform: Platform) -> dict[str, _Sum]:
    every = nodes(platform.spec.cluster)
    sums = {namespace.name: _Sum() for namespace in platform.namespaces}
    for workload in platform.workloads:
        _add_workload(sums.setdefault(workload.namespace, _Sum()), workload, every)
    for runner, own in pipelines_of(platform):
        into = sums.setdefault(runner.namespace, _Sum())
        into.hold(runner.worker)
        for pipeline in own:
            for task in pipeline.tasks:
                if task.pod is not None:
                    into.hold(task.pod)
        for line in by_pipeline(runner, own):
            into.requests += line.requests * _WITH_THOSE_ENDING
            into.limits += line.limits * _WITH_THOSE_ENDING
    for external in platform.externals:
        if external.namespace in sums:
            into = sums[external.namespace]
            into.see(external.requests, external.limits)
            # How its pods are replaced is not known.
            count = external.replicas * _WITH_THOSE_ENDING
            into.requests += from_amounts(external.requests, 1) * count
            into.limits += from_amounts(external.limits, 1) * count
    return sums


def _add_workload(into: _Sum, workload: Workload, every: tuple[Node, ...]) -> None:
    one = size(workload.pod)
    count = pod_count(workload, every) + _ending(workload)
    into.hold(workload.pod)
    into.requests += one.requests * count
    into.limits += one.limits * count


def _ending(workload: Workload) -> int:
    """Return how many pods can be ending while those that replace them start."""
    match workload.controller:
        case Deployment(replicas=0) | StatefulSet(replicas=0):
            return 0
        case Deployment(replicas=replicas, recreate=False):
            return replicas
        case CronJob(suspended=True):
            # It is there to be run by hand, and not counted otherwise.
            return _WITH_THOSE_ENDING
        case _:
            return 1


def _quota(known: _Sum) -> Quota | None:
    if not known.requests.pods:
        return None
    spare = from_amounts(_DEFAULT, 1)
    requests = _stated(known.requests + spare, known.unrequested)
    limits = _stated(known.limits + spare, known.unlimited)
    if requests == Amounts() and limits == Amounts():
        return None
    maximum = Load(**{
        r: max(known.largest.get(r, 0), amount(_DEFAULT, r) or 0) for r in LIMITED
    })  # fmt: skip
    return Quota(
        requests=requests, limits=limits, pods=known.requests.pods + 1,
        container_default=_stated(from_amounts(_DEFAULT), known.unlimited),
        container_maximum=_stated(maximum, known.unlimited),
    )  # fmt: skip


def _stated(load: Load, left_out: Iterable[Resource]) -> Amounts:
    missing = set(left_out)
    return Amounts(**dict(_amounts(load, missing)))


def _amounts(load: Load, missing: set[Resource]) -> Iterator[tuple[str, int]]:
    for resource in LIMITED:
        if resource not in missing:
            yield resource, load.of(resource)
