"""The most samples and labels of a scrape, where platform.yaml states what is expected."""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform


def series_limits(platform: Platform) -> Platform:
    """Limit each job of whose targets something is known; a limit that is stated stays."""
    if not platform.monitors or platform.monitors[0].series is None:
        return platform
    from platc_compiler.monitoring.series import estimate, limits

    found = estimate(platform)
    if found is None:
        return platform
    plan = platform.monitors[0].series
    bounds = {
        job.job: limits(job, plan)
        for job in found.jobs
        if job.source != "not known"
    }  # fmt: skip
    jobs = tuple(
        replace(
            job,
            sample_limit=job.sample_limit or bounds[job.name][0],
            label_limit=bounds[job.name][1],
        )
        if job.name in bounds
        else job
        for job in platform.scrapes
    )
    return replace(platform, scrapes=jobs)
