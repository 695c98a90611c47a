"""The alerts of ``otel_collector``."""

from __future__ import annotations

from platc_compiler.ir.observability import Alert, RuleTest
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner

_REFUSED = "otelcol_receiver_refused_metric_points"
_FAILED = "otelcol_exporter_send_failed_metric_points"


def alerts(name: str, job: str) -> tuple[Alert, ...]:
    """Return the alerts on the collector; ``job`` is the job of its own metrics."""
    owner = Owner(name, service_origin(name), name)
    return (
        _points(
            owner, "CollectorRefusesMetrics", job, _REFUSED, "refuses metrics",
            "Its memory_limiter refuses {{ $value | humanize }} points per second, or they cannot"
            " be read: raise the memory limit, or send less.",
        ),
        _points(
            owner, "CollectorLosesMetrics", job, _FAILED, "loses metrics",
            "It cannot pass on {{ $value | humanize }} points per second: its log says why.",
        ),
    )  # fmt: skip


def _points(  # noqa: PLR0913, PLR0917 - each is a part of a rule
    owner: Owner, name: str, job: str, metric: str, what: str, description: str
) -> Alert:
    selector = f'{metric}{{job="{job}"}}'
    series = f'{metric}{{job="{job}",instance="otel-0"}}'
    return owner.alert(
        name, f"sum(rate({selector}[5m])) > 0", "warning", f"{owner.service} {what}", description,
        RuleTest(((series, "0+60x30"),), ((series, "60x30"),)), minutes=5,
    )  # fmt: skip
