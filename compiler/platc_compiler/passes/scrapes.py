"""A scrape job for each service whose pods serve metrics."""

from __future__ import annotations

from dataclasses import replace

from platc_compiler.ir.observability import PodTargets, ScrapeJob
from platc_compiler.ir.platform import Platform


def scrapes(platform: Platform) -> Platform:
    """Add the jobs of workloads to those that lowering has made."""
    known = {job.name for job in platform.scrapes}
    jobs = list(platform.scrapes)
    for workload in sorted(platform.workloads, key=lambda w: (w.service, w.name)):
        scrape = workload.scrape
        if scrape is None:
            continue
        name = scrape.job or workload.service
        if name in known:
            continue
        known.add(name)
        found = PodTargets((workload.namespace,), workload.selector, port=scrape.port)
        jobs.append(
            ScrapeJob(
                name=name, service=workload.service, discovery=found, path=scrape.path,
                origin=workload.origin,
            )
        )  # fmt: skip
    return replace(platform, scrapes=tuple(jobs))
