"""The annotation ``runbook_url`` of every alert, where people read the runbook."""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform

_NAME = "runbook_url"


def runbook_links(platform: Platform) -> Platform:
    """Annotate the alerts that name no page of their own."""
    monitoring = platform.spec.monitoring
    if monitoring is None or monitoring.runbook_url is None:
        return platform
    from platc_compiler.monitoring.runbook import anchors

    found = anchors(platform)
    alerts = tuple(
        alert
        if any(name == _NAME for name, _ in alert.annotations)
        else replace(
            alert,
            annotations=(
                *alert.annotations, (_NAME, f"{monitoring.runbook_url}#{found[alert.name]}")
            ),
        )
        for alert in platform.alerts
    )  # fmt: skip
    return replace(platform, alerts=alerts)
