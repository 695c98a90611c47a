"""The reports of metrics: what each is, who exports it, and who uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from platc_compiler.expressions.exported_metrics import lines, version
from platc_compiler.expressions.known_metrics import OF_A_SCRAPE, Known, known_metrics
from platc_compiler.ir.observability import Exporter, Metric
from platc_compiler.ir.platform import Platform
from platc_compiler.monitoring.users import users
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.templating.templates import Templates

_SERIES = ("", "_bucket", "_count", "_sum")
"""What the names of the series of a histogram or a summary end in."""


def metrics_report(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield ``report/metrics.md`` where there are metrics, and ``report/exported-metrics.md`` where
    there are exporters whose metrics stand in a catalogue.
    """
    using = users(platform)
    declared = [metric for metric in platform.metrics if metric.origin[:1] == ("metrics",)]
    used = list(_used(platform, declared, using)) if platform.monitors else []
    if declared or used:
        text = templates.text(
            "report/metrics.md.j2",
            name=platform.name, rows=[_row(metric, using) for metric in declared], used=used,
        )  # fmt: skip
        yield File("report/metrics.md", text)
    if platform.monitors and platform.exporters:
        bases = {name.removesuffix(end) for name in using for end in _SERIES}
        exporters = [_exporter(each, platform, bases) for each in platform.exporters]
        text = templates.text(
            "report/exported-metrics.md.j2", name=platform.name, exporters=exporters
        )
        yield File("report/exported-metrics.md", text)


def _row(metric: Metric, using: Mapping[str, frozenset[str]]) -> dict[str, str]:
    return {
        "name": metric.name,
        "type": metric.type,
        "help": " ".join(metric.help.split()),
        "labels": ", ".join(metric.labels or ()),
        "exporter": metric.service,
        "users": ", ".join(_users_of(metric.name, using)) or "nobody",
    }


def _users_of(name: str, using: Mapping[str, frozenset[str]]) -> list[str]:
    return sorted(set(chain.from_iterable(using.get(name + end, ()) for end in _SERIES)))


def _used(
    platform: Platform, declared: list[Metric], using: Mapping[str, frozenset[str]]
) -> Iterator[dict[str, str]]:
    """Yield the series that something uses, except those of declared metrics."""
    known = known_metrics(platform)
    own = {f"{metric.name}{end}" for metric in declared for end in _SERIES}
    for name in sorted(using.keys() - own):
        for kind, labels, source in _sources(name, known.of(name), name in known.recorded):
            yield {
                "name": name,
                "type": kind,
                "labels": labels,
                "source": source,
                "users": ", ".join(sorted(using[name])),
            }


def _sources(name: str, exported: tuple[Known, ...], recorded: bool) -> Iterator[tuple[str, ...]]:  # noqa: FBT001
    """Yield type, labels and origin of the series of a name: for each exporter, or once."""
    if recorded:
        yield "gauge", "", "a recording rule"
    elif name in OF_A_SCRAPE:
        yield "gauge", "", "Prometheus, for each target"
    elif not exported:
        yield "unknown", "", "Prometheus" if name.startswith("ALERTS") else "not known"
    for each in exported:
        labels = "not known" if each.labels is None else ", ".join(sorted(each.labels))
        yield each.type, labels, each.service or f"the nodes' {each.job}"


def _exporter(exporter: Exporter, platform: Platform, used: set[str]) -> dict[str, object]:
    """Return the metrics of an exporter that nobody uses, and those that are not stored."""
    jobs = [
        job
        for job in platform.scrapes
        if job.name == exporter.job or (job.service and job.service == exporter.service)
    ]
    drop = [re.compile(pattern) for job in jobs for pattern in job.drop]
    unused, dropped = [], []
    for line in lines(exporter.catalogue):
        name = line.split(" ", 2)[1]
        if exporter.lacks and name.startswith(exporter.lacks):
            continue
        if any(pattern.fullmatch(name) for pattern in drop):
            dropped.append(name)
        elif name not in used:
            unused.append(line)
    return {
        "name": exporter.service or f"the nodes' {exporter.job}",
        "catalogue": exporter.catalogue,
        "version": version(exporter.catalogue),
        "count": len(unused),
        # One text: as two thousand values they take 25 ms of a build of the reference platform.
        "unused": "\n".join(unused),
        "stored": any(job.keep is None for job in jobs),
        "dropped": ", ".join(dropped),
    }
