"""The report of the metrics that platform.yaml declares: what each is, and who uses it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from platc_compiler.diagnostics import Origin
from platc_compiler.expressions.promql import PromqlError, parse, selectors
from platc_compiler.grafana.variables import concrete
from platc_compiler.ir.observability import Metric
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.templating.templates import Templates

_PARTS = {"alerts": "alert", "dashboards": "dashboard", "slos": "objective"}
_SERIES = ("", "_bucket", "_count", "_sum")
"""What the names of the series of a histogram or a summary end in."""


def metrics_report(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield ``report/metrics.md`` where platform.yaml declares a metric."""
    declared = [metric for metric in platform.metrics if metric.origin[:1] == ("metrics",)]
    if not declared:
        return
    users = _users(platform)
    text = templates.text(
        "report/metrics.md.j2",
        name=platform.name, rows=[_row(metric, users) for metric in declared],
    )  # fmt: skip
    yield File("report/metrics.md", text)


def _row(metric: Metric, users: dict[str, set[str]]) -> dict[str, str]:
    using = set(chain.from_iterable(users.get(metric.name + end, ()) for end in _SERIES))
    return {
        "name": metric.name,
        "type": metric.type,
        "help": " ".join(metric.help.split()),
        "labels": ", ".join(metric.labels or ()),
        "exporter": metric.service,
        "users": ", ".join(sorted(using)) or "nobody",
    }


def _users(platform: Platform) -> dict[str, set[str]]:
    """Return what uses the series of each name, in words."""
    found: dict[str, set[str]] = defaultdict(set)
    for text, origin in _expressions(platform):
        try:
            named = {selector.name for selector in selectors(parse(text))}
        except PromqlError:
            continue
        for name in named:
            found[name].add(" ".join((_PARTS.get(str(origin[0]), str(origin[0])), str(origin[1]))))
    return found


def _expressions(platform: Platform) -> Iterator[tuple[str, Origin]]:
    yield from ((alert.expr, alert.origin) for alert in platform.alerts)
    yield from ((rule.expr, rule.origin) for rule in platform.recordings)
    for board in platform.dashboards:
        yield from (
            (concrete(query.expr, {}), query.origin or board.origin) for query in board.queries()
        )
