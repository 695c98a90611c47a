"""``monitoring``: what holds for all alerts, and for all metrics of one's own."""

from typing import Literal

from platc_spec.base import Model, ServerUrl


class Monitoring(Model):
    """What holds for all alerts, those of components and your own, and for all your metrics."""

    runbook_url: ServerUrl | None = None
    """Where people read ``out/runbook/ALERTS.md``, such as a page of a wiki. Each alert gets the
    annotation ``runbook_url``: this URL, and the heading of the alert as GitHub, GitLab and most
    wikis write it behind ``#``."""
    metrics_modules: bool = False
    """Whether ``out/metrics`` gets a Python module for each service and task that declares
    ``metrics``, which makes them by ``prometheus_client``."""
    evaluated_by: Literal["prometheus", "grafana"] = "prometheus"
    """Who evaluates the alerts of platform.yaml that do not say it themselves. The alerts of
    components and of objectives are Prometheus' in any case."""
