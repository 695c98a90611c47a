"""Lowering of ``metrics`` and ``alerts``."""

from __future__ import annotations

from datetime import timedelta

from platc_compiler.ir.observability import Alert, Metric, Recording, RuleTest
from platc_compiler.lower.kind import Context
from platc_spec import observability as language
from platc_spec.platform import Spec

_OF_A_PROGRAM = ("job", "instance")
"""Labels by which a collector tells the programs apart whose metrics it serves."""


def declared_metrics(context: Context) -> tuple[Metric, ...]:
    """Return the metrics that platform.yaml declares."""
    return tuple(
        Metric(
            name,
            metric.component,
            _labels(metric, context),
            metric.type,
            metric.help,
            ("metrics", name),
        )
        for name, metric in sorted(context.spec.metrics.items())
    )


def _labels(metric: language.Metric, context: Context) -> tuple[str, ...] | None:
    """Return the labels, ``None`` if they are not known."""
    component = context.offerings.get(metric.component)
    telemetry = component.telemetry if component is not None else None
    if not metric.labels or (telemetry is not None and telemetry.adds_labels):
        return None
    added = _OF_A_PROGRAM if telemetry is not None else ()
    return tuple(dict.fromkeys((*metric.labels, *added)))


def declared_recordings(spec: Spec) -> tuple[Recording, ...]:
    """Return the recording rules of platform.yaml, in the group of its alerts."""
    return tuple(
        Recording(
            name=rule.record, expr=rule.expr, group="platform",
            labels=tuple(sorted(rule.labels.items())), origin=("recordings", index, "expr"),
        )
        for index, rule in enumerate(spec.recordings)
    )  # fmt: skip


def declared_alerts(spec: Spec) -> tuple[Alert, ...]:
    """Return the alerts of platform.yaml: those of Grafana have a group of their own."""
    return tuple(
        _alert(name, alert, by_grafana=evaluated_by(alert, spec) == "grafana")
        for name, alert in sorted(spec.alerts.items())
    )


def evaluated_by(alert: language.Alert, spec: Spec) -> language.Evaluator:
    """Return who evaluates an alert."""
    usual = spec.monitoring.evaluated_by if spec.monitoring else "prometheus"
    return alert.evaluated_by or usual


def _alert(name: str, alert: language.Alert, *, by_grafana: bool) -> Alert:
    return Alert(
        name=alert.alertname or name, expr=alert.expr, severity=alert.severity,
        group="grafana" if by_grafana else "platform", by_grafana=by_grafana,
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
