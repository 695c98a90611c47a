"""What a pod counts for, out of its containers.

Source: ``aggregateContainerResourcesByFn`` in k8s.io/component-helpers/resource/helpers.go, which
the scheduler, the kubelet and the quota controller share. Sidecars (init containers that restart
always) go on running, so each init container stands beside the sidecars before it. A pod's overhead
is that of its RuntimeClass. The size of an emptyDir is not counted: it is a
limit that the kubelet enforces by eviction, and only requests are reserved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from platc_compiler.budget.load import NOTHING, Load, Resource, from_amounts, most
from platc_compiler.ir.pods import Amounts, Container, Pod

LIMITED: tuple[Resource, ...] = ("memory", "cpu", "ephemeral_storage")
"""The resources that a container has requests and limits of."""


SCORED_MEMORY = 200 << 20
"""What a container without a memory request is scored as (``DefaultMemoryRequest`` in
pkg/scheduler/util/pod_resources.go)."""
SCORED_CPU = 100
"""The same for CPU (``DefaultMilliCPURequest`` there)."""


class Size(Struct, frozen=True):
    """What a pod counts for."""

    requests: Load
    limits: Load
    """The sum of the limits that are stated."""
    scored: Load
    """What the scheduler takes the requests for when it looks for the emptiest node."""
    unlimited: tuple[Resource, ...]
    """Resources that a container has no limit of: the sum above is then no bound."""


def size(pod: Pod) -> Size:
    """Return what a pod counts for, the pod itself among its ``pods``."""
    one = from_amounts(pod.overhead, pods=1)
    return Size(
        requests=one + _effective(pod, lambda c: from_amounts(effective_requests(c))),
        limits=one + _effective(pod, lambda c: from_amounts(c.resources.limits)),
        scored=one + _effective(pod, _scored),
        unlimited=tuple(
            r
            for r in LIMITED
            if any(amount(c.resources.limits, r) is None for c in containers(pod))
        ),
    )


def containers(pod: Pod) -> Iterator[Container]:
    """Yield all containers of a pod, those of its initialisation first."""
    yield from pod.init
    yield from pod.containers


def amount(amounts: Amounts, resource: Resource) -> int | None:
    """Return the amount of one resource, ``None`` where it is not stated."""
    stated: int | None = getattr(amounts, resource)
    return stated


def effective_requests(container: Container) -> Amounts:
    """Return the requests of a container; the API server takes the limit where only that is stated.

    Source: ``SetDefaults_Pod`` in pkg/apis/core/v1/defaults.go.
    """
    asked, most_allowed = container.resources.requests, container.resources.limits

    def pick(request: int | None, limit: int | None) -> int | None:
        return request if request is not None else limit

    return Amounts(
        cpu=pick(asked.cpu, most_allowed.cpu),
        memory=pick(asked.memory, most_allowed.memory),
        ephemeral_storage=pick(asked.ephemeral_storage, most_allowed.ephemeral_storage),
        extended=asked.extended or most_allowed.extended,
    )


def _scored(container: Container) -> Load:
    """Return the requests of a container, with the scheduler's defaults for what it leaves open.

    Source: ``calculatePodResourceRequest`` in
    pkg/scheduler/framework/plugins/noderesources/resource_allocation.go.
    """
    asked = effective_requests(container)
    return Load(
        memory=SCORED_MEMORY if asked.memory is None else asked.memory,
        cpu=SCORED_CPU if asked.cpu is None else asked.cpu,
        ephemeral_storage=asked.ephemeral_storage or 0,
        extended=asked.extended,
    )


def _effective(pod: Pod, amounts: Callable[[Container], Load]) -> Load:
    sidecars, initialising = NOTHING, NOTHING
    for container in pod.init:
        load = amounts(container)
        if container.sidecar:
            sidecars += load
            initialising = most(initialising, sidecars)
        else:
            initialising = most(initialising, load + sidecars)
    running = sidecars
    for container in pod.containers:
        running += amounts(container)
    return most(running, initialising)
