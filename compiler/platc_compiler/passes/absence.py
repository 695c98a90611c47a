"""Alerts on missing services: jobs without targets, and services without healthy targets.

A target that does not exist has no ``up`` of 0, so an alert on ``up == 0`` does not see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from platc_compiler.ir.observability import Alert, PodTargets, RuleTest, ScrapeJob, ServiceTargets
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import CronJob, Job


def absence(platform: Platform) -> Platform:
    """Add the alerts."""
    if not platform.monitors:
        return platform
    found = (*_absent(platform), *_service_down(platform))
    return replace(platform, alerts=(*platform.alerts, *found))


def _absent(platform: Platform) -> Iterator[Alert]:
    """Yield an alert on jobs that have lost all their targets."""
    by_the_clock = {
        (w.namespace, w.selector)
        for w in platform.workloads
        if isinstance(w.controller, (CronJob, Job))
    }
    expected = sorted(
        (job for job in platform.scrapes if _is_expected(job, by_the_clock)),
        key=lambda job: job.name,
    )
    if not expected:
        return
    series = [_up(job) for job in expected]
    present = tuple((text, "1") for text in series)
    yield Alert(
        name="TargetAbsent", group="prometheus", severity="critical", lasting=timedelta(minutes=5),
        liveness=True,
        expr="\nor ".join(f"absent({text})" for text in series),
        summary="{{ $labels.job }} has no target",
        description="Prometheus finds nothing to scrape for the job {{ $labels.job }}.",
        test=RuleTest(fires=present[1:], silent=present), origin=platform.monitors[0].origin,
    )  # fmt: skip


def _service_down(platform: Platform) -> Iterator[Alert]:
    """Yield an alert on services with several targets, of which none answers."""
    several = sorted({j.service for j in platform.scrapes if j.service and j.has_several_targets})
    if not several:
        return
    one, other = (f'up{{job="{several[0]}",instance="{i}",service="{several[0]}"}}' for i in "ab")
    yield Alert(
        name="ServiceDown", group="prometheus", severity="critical", lasting=timedelta(minutes=1),
        liveness=True,
        expr=f'max by (service) (up{{service=~"{"|".join(several)}"}}) == 0',
        summary="{{ $labels.service }} is down altogether",
        description="No target of {{ $labels.service }} answers Prometheus.",
        test=RuleTest(((one, "0"), (other, "0")), ((one, "0"), (other, "1"))),
        origin=platform.monitors[0].origin,
    )  # fmt: skip


def _up(job: ScrapeJob) -> str:
    service = f',service="{job.service}"' if job.service else ""
    return f'up{{job="{job.name}"{service}}}'


def _is_expected(
    job: ScrapeJob, by_the_clock: set[tuple[str, tuple[tuple[str, str], ...]]]
) -> bool:
    """Return whether a job always has a target: discovery and scheduled runs may have none."""
    match job.discovery:
        case PodTargets(annotated=True) | ServiceTargets():
            return False
        case PodTargets((namespace,), labels):
            return (namespace, labels) not in by_the_clock
    return True
