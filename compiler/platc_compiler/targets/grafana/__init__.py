"""The Grafana target: provisioning files, and a file for each dashboard."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.source.emit import json_text, yaml_text
from platc_compiler.targets.grafana.dashboards import dashboard
from platc_compiler.targets.grafana.provisioning import data_sources, providers
from platc_compiler.templating.templates import Templates


def grafana(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield the provisioning of the platform's Grafana, nothing when it has none."""
    if not platform.dashboard_servers:
        return
    server = platform.dashboard_servers[0]
    yield File("grafana/datasources.yaml", yaml_text(data_sources(server, templates)))
    yield File("grafana/dashboards.yaml", yaml_text(providers(platform, server, templates)))
    notifications = platform.spec.notifications
    if server.receivers and notifications is not None:
        from platc_compiler.targets.grafana.alerting import alerting

        file = alerting(platform, server, notifications, templates)
        yield File("grafana/alerting.yaml", yaml_text(file))
    for board in platform.dashboards:
        text = json_text(dashboard(board, server, platform.name, templates))
        yield File(f"grafana/dashboards/{board.name}.json", text)
