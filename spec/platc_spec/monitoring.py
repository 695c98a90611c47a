"""``monitoring``: what holds for all alerts."""

from platc_spec.base import Model, ServerUrl


class Monitoring(Model):
    """What holds for all alerts, those of the platform's components and your own."""

    runbook_url: ServerUrl
    """Where people read ``out/runbook/ALERTS.md``, such as a page of a wiki. Each alert gets the
    annotation ``runbook_url``: this URL, and the heading of the alert as GitHub, GitLab and most
    wikis write it behind ``#``."""
