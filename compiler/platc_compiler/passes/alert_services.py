"""The service of an alert in platform.yaml, derived from the metrics that it reads.

Samples have the label ``service`` until an aggregation drops it. This pass adds the label to the
alert again, because inhibition along ``depends_on`` and people need it.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.expressions.known_metrics import KnownMetrics, known_metrics
from platc_compiler.expressions.promql import PromqlError, parse, selectors
from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform


def alert_services(platform: Platform) -> Platform:
    """Set the service of alerts that state none and read the metrics of one service only."""
    foreign = {job.service for job in platform.scrapes if job.foreign}
    services = platform.spec.services.keys() - foreign
    known = known_metrics(platform)
    alerts = tuple(
        replace(alert, service=_service(alert, known, services))
        if alert.origin[0] == "alerts" and not alert.service
        else alert
        for alert in platform.alerts
    )
    return replace(platform, alerts=alerts)


def _service(alert: Alert, known: KnownMetrics, services: set[str]) -> str:
    """Return the only service that exports the metrics of an alert, empty if there is none."""
    try:
        names = {selector.name for selector in selectors(parse(alert.expr))}
    except PromqlError:
        return ""
    if not all(known.of(name) for name in names):
        return ""
    found = {each.service for name in names for each in known.of(name)}
    return found.pop() if len(found) == 1 and found <= services else ""
