"""The report of the series that Prometheus is expected to store, ``report/series.md``."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.templating.templates import Templates
from platc_spec.durations import duration_text
from platc_spec.quantities import human_bytes


def series_report(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield the report where platform.yaml states ``series`` of the Prometheus."""
    if not platform.monitors or platform.monitors[0].series is None:
        return
    from platc_compiler.monitoring.series import BASE, OF_A_TARGET, PER_SAMPLE, PER_SERIES, estimate

    found = estimate(platform)
    if found is None:
        return
    monitor, plan = platform.monitors[0], platform.monitors[0].series
    jobs = {job.name: job for job in platform.scrapes}
    text = templates.text(
        "report/series.md.j2",
        name=platform.name, server=monitor.service, margin=f"{plan.margin:g}", added=OF_A_TARGET,
        rows=[
            {"job": each.job, "targets": each.targets, "series": each.series,
             "stored": each.stored, "interval": duration_text(each.interval),
             "samples": jobs[each.job].sample_limit or "none",
             "labels": jobs[each.job].label_limit or "none", "source": each.source}
            for each in sorted(found.jobs, key=lambda each: (-each.stored, each.job))
        ],
        recorded=found.recorded, series=found.series, rate=f"{found.samples:.0f}",
        memory=human_bytes(found.memory), base=human_bytes(BASE), each=human_bytes(PER_SERIES),
        age=duration_text(found.age), blocks=human_bytes(found.blocks), log=human_bytes(found.log),
        sample=f"{PER_SAMPLE:g}", size=human_bytes(plan.size), volume=human_bytes(plan.volume),
    )  # fmt: skip
    yield File("report/series.md", text)
