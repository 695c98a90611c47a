"""The report of what watches each service, and who is told when it ends."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.monitoring.coverage import Watched, coverage
from platc_compiler.monitoring.recipients import recipients, watchdog_recipient
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.templating.templates import Templates


def coverage_report(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield ``report/coverage.md`` where something collects metrics."""
    found = coverage(platform)
    if found:
        rows = [_row(each, platform) for each in found]
        text = templates.text("report/coverage.md.j2", name=platform.name, rows=rows)
        yield File("report/coverage.md", text)


def _row(watched: Watched, platform: Platform) -> dict[str, str]:
    names = dict.fromkeys(f"{alert.name} ({alert.severity})" for alert in watched.alerts)
    alerts = ", ".join(names)
    told = recipients(platform, watched.alerts)
    if watched.by_silence:
        alerts, told = "none: Watchdog no longer arrives", watchdog_recipient(platform)
    return {
        "service": watched.service,
        "inside": "; ".join(watched.inside) or "nothing",
        "outside": "; ".join(watched.outside) or "nothing",
        "alerts": alerts or "none",
        "told": "; ".join(told) or "nobody",
    }
