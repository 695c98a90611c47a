"""Grafana's provisioning files.

Source: grafana.com/docs/grafana/latest/administration/provisioning
"""

from __future__ import annotations

from typing import Any

from platc_compiler.ir.observability import DashboardServer
from platc_compiler.ir.platform import Platform
from platc_compiler.templating.templates import Templates


def data_sources(server: DashboardServer, templates: Templates) -> dict[str, Any]:
    """Return the data sources, under fixed uids that dashboards refer to."""
    data: dict[str, Any] = templates.data("grafana/datasources.yaml.j2", sources=server.sources)
    return data


def providers(platform: Platform, server: DashboardServer, templates: Templates) -> dict[str, Any]:
    """Return a provider for each audience: it loads a folder of the pod into one of Grafana."""
    audiences = sorted({board.audience for board in platform.dashboards})
    data: dict[str, Any] = templates.data(
        "grafana/dashboards.yaml.j2",
        providers=[
            {"name": a, "folder": a.capitalize(), "path": f"{server.folder}/{a}"} for a in audiences
        ],
    )
    return data
