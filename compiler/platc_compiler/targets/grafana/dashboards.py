"""A dashboard as Grafana's JSON model.

Source: @grafana/schema, raw/dashboard and raw/composable
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

from msgspec import Struct

from platc_compiler.grafana.layout import COLUMNS, ROW_HEIGHT, Place, layout
from platc_compiler.grafana.provisioned import Sources, provisioned
from platc_compiler.ir.dashboards import (
    Dashboard,
    DashboardServer,
    Link,
    Panel,
    Query,
    threshold_steps,
)
from platc_compiler.targets.grafana.variables import annotation, variable
from platc_compiler.templating.templates import Templates

_TABLES = frozenset({"table", "bargauge", "piechart"})
"""Types that show current values: their queries are instant queries."""
Reference = Callable[[str], dict[str, str] | None]
"""Returns a reference to the data source of a name, ``None`` when there is none at all."""


class _Page(Struct, frozen=True):
    """What all panels of a dashboard share."""

    reference: Reference
    templates: Templates
    numbers: Iterator[int]


def dashboard(
    board: Dashboard, server: DashboardServer, platform: str, templates: Templates
) -> dict[str, Any]:
    """Return the JSON model of a dashboard."""
    if board.whole is not None:
        sources = sources_of(server, board.whole.inputs)
        return provisioned(board.whole.model, board.name, board.title, server.schema, sources)
    reference = _referring(board, server)
    page = _Page(reference, templates, count(1))
    data: dict[str, Any] = templates.data(
        "grafana/dashboard.json.j2",
        board=board,
        schema=server.schema,
        variables=[variable(each, server, reference, templates) for each in board.variables],
        annotations=[annotation(each, reference, templates) for each in board.annotations],
        links=_links(board.links, templates),
        panels=list(_panels(board, page)),
        tags=[platform, board.audience],
    )
    return data


def sources_of(server: DashboardServer, inputs: Any) -> Sources:  # noqa: ANN401
    """Return the data sources for a dashboard in Grafana's own JSON."""
    return Sources({source.uid: source.type for source in server.sources}, inputs)


def _referring(board: Dashboard, server: DashboardServer) -> Reference:
    """Return how the parts of a dashboard name their data sources."""
    known = {source.uid: source.type for source in server.sources}
    chosen = {f"${v.name}": v.text for v in board.variables if v.type == "datasource"}
    default = board.source or next(iter(known), "")

    def reference(name: str) -> dict[str, str] | None:
        wanted = name or default
        kind = chosen.get(wanted) or known.get(wanted)
        if kind is None:
            return None
        return {"type": kind, "uid": f"${{{wanted[1:]}}}" if wanted in chosen else wanted}

    return reference


def _panels(board: Dashboard, page: _Page) -> Iterator[dict[str, Any]]:
    """Yield the panels and rows; each row begins below everything before it."""
    top = 0
    for panel, place in zip(board.panels, layout(board.panels), strict=True):
        top = max(top, place.y + place.h)
        yield _panel(panel, place, page)
    for row in board.rows:
        number = next(page.numbers)
        places = list(layout(row.panels, top + ROW_HEIGHT))
        below = [_panel(p, place, page) for p, place in zip(row.panels, places, strict=True)]
        yield page.templates.data(
            "grafana/row.json.j2", number=number, row=row, top=top, columns=COLUMNS,
            panels=below if row.collapsed else [],
        )  # fmt: skip
        top += ROW_HEIGHT
        if not row.collapsed:
            yield from below
            top = max(place.y + place.h for place in places)


def _panel(panel: Panel, place: Place, page: _Page) -> dict[str, Any]:
    templates = page.templates
    options = templates.data(f"grafana/options-{panel.type}.json.j2", panel=panel)
    custom = (
        templates.data(f"grafana/custom-{panel.type}.json.j2")
        if panel.type in {"timeseries", "state-timeline"}
        else None
    )
    targets = _targets(panel, page)
    data: dict[str, Any] = templates.data(
        "grafana/panel.json.j2",
        number=next(page.numbers), panel=panel, place=place, options=options, custom=custom,
        thresholds=threshold_steps(panel.thresholds, percentage=panel.percentage),
        source=_source(targets, page.reference(panel.source)), targets=targets,
        transformations=_transformations(panel, templates),
        links=_links(panel.links, templates), overrides=list(_overrides(panel)),
    )  # fmt: skip
    return data


def _source(targets: list[dict[str, Any]], own: dict[str, str] | None) -> dict[str, str] | None:
    """Return the data source of a panel: Grafana's mixed one where its queries ask several."""
    asked = [target.get("datasource", own) for target in targets]
    if any(each != asked[0] for each in asked):
        return {"type": "datasource", "uid": "-- Mixed --"}
    return asked[0] if asked else own


def _overrides(panel: Panel) -> Iterator[dict[str, Any]]:
    for override in panel.overrides:
        yield {
            "matcher": {"id": override.by, "options": override.pattern},
            "properties": [{"id": key, "value": value} for key, value in override.properties],
        }


def _links(links: Iterable[Link], templates: Templates) -> list[dict[str, Any]]:
    return [templates.data("grafana/link.json.j2", link=link) for link in links]


def _targets(panel: Panel, page: _Page) -> list[dict[str, Any]]:
    return [
        page.templates.data(
            "grafana/target.json.j2",
            ref=_ref(index), query=query, source=page.reference(query.source or panel.source),
            instant=panel.type in _TABLES, format=_format(panel), legend=_legend(panel, query),
        )
        for index, query in enumerate(panel.queries)
    ]  # fmt: skip


def _format(panel: Panel) -> str:
    """Return the form in which a panel gets the samples.

    Buckets must come as a heatmap: Grafana then takes the difference between one bucket and the
    next, and orders them by ``le`` (grafana/grafana#28790).
    """
    if panel.buckets:
        return "heatmap"
    return "table" if panel.type == "table" else "time_series"


def _legend(panel: Panel, query: Query) -> str:
    return query.legend or ("{{le}}" if panel.buckets else "__auto")


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
