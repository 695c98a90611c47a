"""Keep-lists: the metrics of a job that a rule, a panel, an objective or an autoscaler uses.

What is not in the list is dropped after each scrape, before it takes memory or disk.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.expressions.known_metrics import KnownMetrics, known_metrics
from platc_compiler.ir.observability import ScrapeJob
from platc_compiler.ir.platform import Platform


def keep_lists(platform: Platform) -> Platform:
    """Give each job that a Prometheus names the list of its used metrics."""
    wanted = {name for monitor in platform.monitors for name in monitor.keep_used}
    if not wanted:
        return platform
    from platc_compiler.monitoring.users import users

    used, known = sorted(users(platform)), known_metrics(platform)
    jobs = tuple(
        replace(job, keep=tuple(_kept(job, used, known))) if job.name in wanted else job
        for job in platform.scrapes
    )
    return replace(platform, scrapes=jobs)


def _kept(job: ScrapeJob, used: list[str], known: KnownMetrics) -> Iterator[str]:
    """Yield the used names that the job may serve: its own, and those of which nothing is known."""
    for name in used:
        sources = known.of(name)
        if name not in known.recorded and (
            not sources
            or any(each.service == job.service and each.job in {"", job.name} for each in sources)
        ):
            yield name
