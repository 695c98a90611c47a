"""Removal of alerts that can never fire.

An alert of a kind is removed if no service of the platform exports its metrics (for example, an
alert on a CronJob's state without kube-state-metrics). Alerts of platform.yaml stay: a check
reports them.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.expressions.known_metrics import KnownMetrics, known_metrics
from platc_compiler.expressions.promql import PromqlError, parse, selectors
from platc_compiler.ir.platform import Platform

_STATED = frozenset({"alerts", "slos", "notifications"})


def answerable(platform: Platform) -> Platform:
    """Remove the alerts of kinds whose metrics no service exports."""
    known = known_metrics(platform)
    alerts = tuple(
        alert
        for alert in platform.alerts
        if alert.origin[0] in _STATED or _is_answerable(alert.expr, known)
    )
    return replace(platform, alerts=alerts)


def _is_answerable(text: str, known: KnownMetrics) -> bool:
    try:
        expression = parse(text)
    except PromqlError:
        return True
    return all(not s.name or known.has(s.name) for s in selectors(expression))
