"""Lowering of ``metrics``, ``alerts`` and ``dashboards``."""

from __future__ import annotations

from datetime import timedelta

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.observability import Alert, Dashboard, Metric, Panel, Query, RuleTest
from platc_spec import observability as language
from platc_spec.platform import Spec


def declared_metrics(spec: Spec) -> tuple[Metric, ...]:
    """Return the metrics that platform.yaml declares."""
    return tuple(
        Metric(name, metric.component, metric.labels, metric.type, metric.help, ("metrics", name))
        for name, metric in sorted(spec.metrics.items())
    )


def declared_alerts(spec: Spec) -> tuple[Alert, ...]:
    """Return the alerts of platform.yaml, in the group ``platform``."""
    return tuple(_alert(name, alert) for name, alert in sorted(spec.alerts.items()))


def _alert(name: str, alert: language.Alert) -> Alert:
    return Alert(
        name=name, expr=alert.expr, group="platform", severity=alert.severity,
        lasting=alert.for_ or timedelta(0), keep_firing=alert.keep_firing_for,
        summary=alert.summary, description=alert.description,
        labels=tuple(sorted(alert.labels.items())),
        annotations=tuple(sorted(alert.annotations.items())), service=alert.service or "",
        test=_test(alert.test) if alert.test else None, origin=("alerts", name),
    )  # fmt: skip


def _test(test: language.AlertTest) -> RuleTest:
    return RuleTest(samples(test.fires), samples(test.silent))


def samples(stated: str | tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Split each ``series values`` at the space after the series; labels can contain spaces."""
    result = []
    for text in (stated,) if isinstance(stated, str) else stated:
        head, brace, tail = text.rpartition("}")
        series, values = (head + brace, tail) if brace else text.partition(" ")[::2]
        result.append((series.strip(), values.strip()))
    return tuple(result)


def declared_dashboards(spec: Spec) -> tuple[Dashboard, ...]:
    """Return the dashboards of platform.yaml."""
    return tuple(
        Dashboard(
            name=name, title=board.title, description=board.description, audience=board.audience,
            home=board.home, refresh=board.refresh, range=board.range,
            panels=tuple(
                _panel(panel, ("dashboards", name, "panels", index))
                for index, panel in enumerate(board.panels)
            ),
            origin=("dashboards", name),
        )
        for name, board in sorted(spec.dashboards.items())
    )  # fmt: skip


def _panel(panel: language.Panel, place: Origin) -> Panel:
    one = (Query(panel.expr, panel.legend, (*place, "expr")),) if panel.expr else ()
    several = tuple(
        Query(query.expr, query.legend, (*place, "queries", index, "expr"))
        for index, query in enumerate(panel.queries)
    )
    return Panel(
        title=panel.title, type=panel.type, unit=panel.unit, description=panel.description,
        queries=one + several, text=panel.text, minimum=panel.min, maximum=panel.max,
        thresholds=tuple(panel.thresholds.items()), width=panel.width, height=panel.height,
        origin=place,
    )  # fmt: skip
