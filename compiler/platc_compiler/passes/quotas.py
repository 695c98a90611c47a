"""The quota of each namespace and the limits of its containers, from the numbers of the budget.

A quota must stop undeclared pods, and never a declared one. A pod is charged until it has ended
(``QuotaV1Pod`` in pkg/quota/v1/evaluator/core/pods.go), and for some moments more, until the quota
controller has counted again. So a quota allows every pod of the namespace at its worst moment, and
one run of each schedule (a user can start it by hand). It also allows the pods that are ending
while their replacements start:

- of a Deployment that rolls, all replicas: the controller does not wait for an old pod to end;
- of a StatefulSet, a DaemonSet and a Deployment that recreates, one: the controller waits for it,
  but the next pod comes before the quota is counted again;
- of a Job, the pod of the previous Job: an apply makes a new Job while the old one may still run;
- of a CronJob, one: an evicted pod is replaced while it is ending;
- of the tasks of pipelines, all. A task that a quota refuses has failed, and is not queued again
  (``task_publish_max_retries`` is 0 in the provider cncf.kubernetes).

It also allows one more container of the default size, for a person who debugs.

A quota of requests refuses a pod without requests, and a maximum refuses a container without a
limit. So if a container of the namespace does not state a resource, the namespace has no quota,
default or maximum of it. A namespace that contains foreign pods of unknown size has none either.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from platc_compiler.budget.lines import by_pipeline, pipelines_of, pod_count
from platc_compiler.budget.load import NOTHING, Load, Resource, from_amounts, made_of
from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.pods import LIMITED, amount, containers, effective_requests, size
from platc_compiler.ir.platform import Platform, Quota
from platc_compiler.ir.pods import Amounts, Pod
from platc_compiler.ir.workloads import CronJob, Deployment, StatefulSet, Workload

_DEFAULT = Amounts(cpu=100, memory=128 << 20, ephemeral_storage=256 << 20)
"""The defaults of a container without resources; no container of the platform needs them."""

_WITH_THOSE_ENDING = 2
"""Pods that are ending while new ones have begun."""


class _Sum(Struct):
    """The sums of a namespace so far."""

    requests: Load = NOTHING
    limits: Load = NOTHING
    unrequested: set[Resource] = field(default_factory=set)
    unlimited: set[Resource] = field(default_factory=set)
    largest: dict[Resource, int] = field(default_factory=dict)

    def hold(self, pod: Pod) -> None:
        """Add the containers of a pod."""
        for container in containers(pod):
            self.see(effective_requests(container), container.resources.limits)

    def see(self, requests: Amounts, limits: Amounts) -> None:
        """Add the resources of one container."""
        for resource in LIMITED:
            if amount(requests, resource) is None:
                self.unrequested.add(resource)
            limit = amount(limits, resource)
            if limit is None:
                self.unlimited.add(resource)
            else:
                self.largest[resource] = max(limit, self.largest.get(resource, 0))


def quotas(platform: Platform) -> Platform:
    """Set the quota of each namespace that has pods."""
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
                for pod in task.pods:
                    into.hold(pod)
        for line in by_pipeline(runner, own):
            into.requests += line.requests * _WITH_THOSE_ENDING
            into.limits += line.limits * _WITH_THOSE_ENDING
    for external in platform.externals:
        if external.namespace in sums:
            into = sums[external.namespace]
            into.see(external.requests, external.limits)
            # The controller's way of replacing its pods is not known.
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
    """Return how many pods can be ending while their replacements start."""
    match workload.controller:
        case Deployment(replicas=0) | StatefulSet(replicas=0):
            return 0
        case Deployment(replicas=replicas, recreate=False):
            return replicas
        case CronJob(suspended=True):
            # It is started by hand, and not counted otherwise.
            return _WITH_THOSE_ENDING
        case _:
            return 1


def _quota(known: _Sum) -> Quota | None:
    if not known.requests.pods:
        return None
    spare = from_amounts(_DEFAULT, 1)
    requests = replace(
        _stated(known.requests + spare, known.unrequested), extended=known.requests.extended
    )
    limits = _stated(known.limits + spare, known.unlimited)
    if requests == Amounts() and limits == Amounts():
        return None
    maximum = made_of({r: max(known.largest.get(r, 0), amount(_DEFAULT, r) or 0) for r in LIMITED})
    return Quota(
        requests=requests, limits=limits, pods=known.requests.pods + 1,
        container_default=_stated(from_amounts(_DEFAULT), known.unlimited),
        container_maximum=_stated(maximum, known.unlimited),
    )  # fmt: skip


def _stated(load: Load, left_out: Iterable[Resource]) -> Amounts:
    stated = {r: load.of(r) for r in LIMITED if r not in set(left_out)}
    return Amounts(
        cpu=stated.get("cpu"), memory=stated.get("memory"),
        ephemeral_storage=stated.get("ephemeral_storage"),
    )  # fmt: skip
