"""Startup probes of containers that have a liveness probe and none of their own.

Without a startup probe the liveness probe counts from the first second: a container that starts
more slowly than it allows (60 s for the default of a workload) is killed before it is up, and
again, for ever. Until the startup probe succeeds, the kubelet asks no other one.

The startup probe asks what the liveness probe asks. It does not ask what the readiness probe asks,
because that may wait for others, such as a database, and no restart mends those.

Source: pkg/kubelet/prober/worker.go of Kubernetes; langfuse/langfuse-k8s#371.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Container, Probe

LONGEST_START = 600
"""Seconds that a container may take to start. A first start that migrates a database takes minutes:
Keycloak 26 took 93 s on a busy machine."""
_LONGEST_PERIOD = 10


def slow_starts(platform: Platform) -> Platform:
    """Give each container that can be killed by a liveness probe the time to start."""
    workloads = tuple(
        replace(
            workload,
            pod=replace(
                workload.pod,
                containers=tuple(map(_with_startup, workload.pod.containers)),
                init=tuple(map(_with_startup, workload.pod.init)),
            ),
        )
        for workload in platform.workloads
    )
    return replace(platform, workloads=workloads)


def _with_startup(container: Container) -> Container:
    if container.startup is not None or container.liveness is None:
        return container
    return replace(container, startup=_startup(container.liveness))


def _startup(liveness: Probe) -> Probe:
    period = min(liveness.period, _LONGEST_PERIOD)
    failures = max(-(-LONGEST_START // period), liveness.failures)
    return replace(liveness, period=period, failures=failures)
