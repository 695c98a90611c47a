"""``prometheus.yml``."""

from __future__ import annotations

from typing import Any

from platc_compiler.ir.observability import Monitor
from platc_compiler.ir.platform import Platform
from platc_compiler.merging import overlay
from platc_compiler.targets.prometheus.jobs import jobs
from platc_compiler.templating.templates import Templates


def configuration(platform: Platform, monitor: Monitor, templates: Templates) -> dict[str, Any]:
    """Return the configuration, with the user's own merged over it."""
    retention = monitor.retention
    alertmanagers: dict[str, list[str]] = {}
    for address, path in monitor.alertmanagers:
        alertmanagers.setdefault(path, []).append(address)
    generated: dict[str, Any] = templates.data(
        "prometheus/prometheus.yaml.j2",
        monitor=monitor, alertmanagers=alertmanagers, external_labels=dict(monitor.external_labels),
        # In bytes, because GB means 2³⁰ in Prometheus.
        age=retention[0] if retention else None, size=f"{retention[1]}B" if retention else None,
        jobs=list(jobs(platform, templates)),
        remotes=[
            templates.data("prometheus/remote-write.yaml.j2", remote=remote)
            for remote in monitor.remotes
        ],
    )  # fmt: skip
    return overlay(generated, monitor.config)
