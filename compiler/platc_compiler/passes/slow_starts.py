"""Startup probes for containers that have a liveness probe and no startup probe.

Without a startup probe the liveness probe counts from the first second: a container that starts
more slowly than it allows (60 s by default in a workload) is killed before it has started, again
and again. Until the startup probe succeeds, the kubelet runs no other probe.

The startup probe is the same check as the liveness probe. It is not the check of the readiness
probe, because that may wait for another service, such as a database, and a restart does not help
then.

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
    """Give each container with a liveness probe the time to start."""
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
