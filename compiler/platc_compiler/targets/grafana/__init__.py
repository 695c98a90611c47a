"""The Grafana target: provisioning files, and a file for each dashboard."""

from __future__ import annotations

from platc_compiler.documents import Artefacts
from platc_compiler.emit import json_text, yaml_text
from platc_compiler.ir.platform import Platform
from platc_compiler.targets.grafana.dashboards import dashboard
from platc_compiler.targets.grafana.provisioning import data_sources, providers
from platc_compiler.templating import Templates


def grafana(platform: Platform, templates: Templates) -> Artefacts:
    """Return what the platform's Grafana is provisioned with; nothing where there is no Grafana."""
    if not platform.dashboard_servers:
        return {}
    server = platform.dashboard_servers[0]
    files = {
        "grafana/datasources.yaml": yaml_text(data_sources(server, templates)),
        "grafana/dashboards.yaml": yaml_text(providers(platform, server, templates)),
    }
    for board in platform.dashboards:
        text = json_text(dashboard(board, server, platform.name, templates))
        files[f"grafana/dashboards/{board.name}.json"] = text
    return files
