"""A dashboard as Grafana's JSON model.

Source: @grafana/schema, raw/dashboard and raw/composable
"""

from __future__ import annotations

from typing import Any

from platc_compiler.ir.observability import Dashboard, DashboardServer, DataSource, Panel
from platc_compiler.targets.grafana.layout import Place, layout
from platc_compiler.templating.templates import Templates

_TABLES = frozenset({"table", "bargauge", "piechart"})
"""Types that show current values: their queries are instant queries."""


def dashboard(
    board: Dashboard, server: DashboardServer, platform: str, templates: Templates
) -> dict[str, Any]:
    """Return the JSON model of a dashboard."""
    source = next(iter(server.sources), None)
    panels = [
        _panel(index, panel, place, source, templates)
        for index, (panel, place) in enumerate(
            zip(board.panels, layout(board.panels), strict=True), start=1
        )
    ]
    data: dict[str, Any] = templates.data(
        "grafana/dashboard.json.j2",
        board=board,
        schema=server.schema,
        panels=panels,
        tags=[platform, board.audience],
    )
    return data


def _panel(
    number: int, panel: Panel, place: Place, source: DataSource | None, templates: Templates
) -> dict[str, Any]:
    options = templates.data(f"grafana/options-{panel.type}.json.j2", panel=panel)
    custom = (
        templates.data(f"grafana/custom-{panel.type}.json.j2")
        if panel.type in {"timeseries", "state-timeline"}
        else None
    )
    data: dict[str, Any] = templates.data(
        "grafana/panel.json.j2",
        number=number, panel=panel, place=place, options=options, custom=custom,
        thresholds=_thresholds(panel), source=source, targets=_targets(panel, source, templates),
        transformations=_transformations(panel, templates),
    )  # fmt: skip
    return data


def _thresholds(panel: Panel) -> list[dict[str, Any]]:
    """Return the steps in ascending order; the first is the base, which has no value."""
    stated = sorted(panel.thresholds, key=lambda step: (step[1] is not None, step[1] or 0))
    if not stated or stated[0][1] is not None:
        stated = [("green", None), *stated]
    return [{"color": colour, "value": value} for colour, value in stated]


def _targets(panel: Panel, source: DataSource | None, templates: Templates) -> list[dict[str, Any]]:
    instant = panel.type in _TABLES
    return [
        templates.data(
            "grafana/target.json.j2",
            ref=_ref(index), query=query, source=source, instant=instant,
            format="table" if panel.type == "table" else "time_series",
        )
        for index, query in enumerate(panel.queries)
    ]  # fmt: skip


def _ref(index: int) -> str:
    """Return a query's letter: A to Z, then AA, AB and so on."""
    first, last = divmod(index, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + last)


def _transformations(panel: Panel, templates: Templates) -> list[dict[str, Any]]:
    """Return how a table joins its queries: one column each, named by its legend."""
    if panel.type != "table":
        return []
    several = len(panel.queries) > 1
    names = {
        f"Value #{_ref(index)}" if several else "Value": query.legend
        for index, query in enumerate(panel.queries)
        if query.legend and "{{" not in query.legend
    }
    data: list[dict[str, Any]] = templates.data("grafana/table.json.j2", names=names)
    return data
