"""Single pods that no node can take, whatever else runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from platc_compiler.budget.lines import daemon_nodes, pipelines_of, pod_count, size_origin
from platc_compiler.budget.load import Load, from_amounts
from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.pods import size
from platc_compiler.diagnostics import Origin
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.labels import Labels
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Pod
from platc_compiler.ir.taints import Toleration, tolerated
from platc_compiler.ir.workloads import CronJob, DaemonSet, Workload


class Homeless(Struct, frozen=True):
    """A pod that no node can take."""

    name: str
    requests: Load
    selector: Labels
    size_place: Origin
    selector_place: Origin
    labelled: tuple[Node, ...]
    """The nodes that have the labels."""
    open: tuple[Node, ...]
    """Those of them that take the platform's pods."""


class _Single(Struct, frozen=True):
    name: str
    requests: Load
    selector: Labels
    size_place: Origin
    selector_place: Origin
    tolerations: tuple[Toleration, ...] = ()


@cached_by_identity
def homeless(platform: Platform) -> tuple[Homeless, ...]:
    """Return the pods that no node can take, one for each workload, task and external service.

    Pods of a DaemonSet run on nodes of their own choice: they are returned when no node has their
    labels, and not for their size.
    """
    every = nodes(platform.spec.cluster)
    return tuple(_without_home(_singles(platform, every), every))


def _without_home(singles: Iterator[_Single], every: Sequence[Node]) -> Iterator[Homeless]:
    kinds = {(n.labels, n.taints, n.free): n for n in reversed(every)}.values()
    for one in singles:
        labelled = tuple(node for node in kinds if node.matches(one.selector))
        open_ = tuple(n for n in labelled if tolerated(n.taints, one.tolerations))
        if not any(one.requests.fits(node.free) for node in open_):
            yield Homeless(
                one.name, one.requests, one.selector, one.size_place, one.selector_place,
                labelled, open_,
            )  # fmt: skip


def _singles(platform: Platform, every: Sequence[Node]) -> Iterator[_Single]:
    for workload in platform.workloads:
        if _runs(workload, every):
            selector_place = ("services", workload.service, "node_selector")
            yield _single(workload.name, workload.pod, size_origin(workload), selector_place)
    for runner, own in pipelines_of(platform):
        selector_place = ("services", runner.service, "node_selector")
        yield _single(f"{runner.service}-worker", runner.worker, runner.origin, selector_place)
        for pipeline in own:
            for task in pipeline.tasks:
                place = (*task.origin, "resources")
                for pod in task.pods:
                    yield _single(
                        f"{pipeline.name}.{task.name}", pod,
                        pod.containers[0].resources.origin or place,
                        (*task.origin, "node_selector"),
                    )  # fmt: skip
    for external in platform.externals:
        if external.counted:
            requests = from_amounts(external.requests, 1)
            place = (*external.origin, "resources")
            yield _Single(external.name, requests, (), place, place)


def _single(name: str, pod: Pod, size_place: Origin, selector_place: Origin) -> _Single:
    return _Single(
        name, size(pod).requests, pod.node_selector, size_place, selector_place, pod.tolerations
    )


def _runs(workload: Workload, every: Sequence[Node]) -> bool:
    """Say whether a workload has pods to be judged here.

    A suspended CronJob is there to be run by hand. A DaemonSet runs where it can: it is judged when
    that is nowhere.
    """
    if isinstance(workload.controller, DaemonSet):
        return not daemon_nodes(workload, every)
    return isinstance(workload.controller, CronJob) or pod_count(workload, every) > 0
