"""Grafana's provisioning files.

Source: grafana.com/docs/grafana/latest/administration/provisioning
"""

from __future__ import annotations

from typing import Any

from platc_compiler.ir.dashboards import DashboardServer
from platc_compiler.ir.platform import Platform
from platc_compiler.templating.templates import Templates


def data_sources(server: DashboardServer, templates: Templates) -> dict[str, Any]:
    """Return the data sources, under fixed uids that dashboards refer to."""
    data: dict[str, Any] = templates.data("grafana/datasources.yaml.j2", sources=server.sources)
    return data


def providers(platform: Platform, server: DashboardServer, templates: Templates) -> dict[str, Any]:
    """Return a provider for each folder: it loads a directory of the pod into one of Grafana."""
    folders = {board.directory: board.folder for board in platform.dashboards}
    data: dict[str, Any] = templates.data(
        "grafana/dashboards.yaml.j2",
        providers=[
            {"name": name, "folder": folder, "path": f"{server.folder}/{name}"}
            for name, folder in sorted(folders.items())
        ],
    )
    return data
