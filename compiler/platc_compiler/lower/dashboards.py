"""Lowering of ``dashboards``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from platc_compiler.diagnostics import Origin
from platc_compiler.grafana.label_values import asked_expressions, asked_label
from platc_compiler.ir.dashboards import (
    Annotation,
    Choices,
    Dashboard,
    Link,
    Override,
    Panel,
    Query,
    Row,
    Thresholds,
    Variable,
    VariableType,
    threshold_steps,
)
from platc_compiler.lower.kind import Context
from platc_compiler.lower.slos import BUDGET
from platc_compiler.lower.whole_dashboards import whole_dashboard
from platc_spec import dashboards as language
from platc_spec.durations import duration_text

_BY_LE = re.compile(r"\b(?:by|without)\s*\(([^()]*)\)")
_BUCKETS = re.compile(r"\w_bucket\b")


def declared_dashboards(context: Context) -> tuple[Dashboard, ...]:
    """Return the dashboards of platform.yaml, except those whose files cannot be read."""
    found = (
        whole_dashboard(name, board, context)
        if board.file
        else dashboard(name, board, ("dashboards", name))
        for name, board in sorted(context.spec.dashboards.items())
    )
    return tuple(board for board in found if board is not None)


def dashboard(name: str, board: language.Dashboard, place: Origin) -> Dashboard:
    """Return a dashboard in the language's words.

    Args:
        name: its uid.
        board: what is stated.
        place: where it is stated.
    """
    panels = {path: _panel(panel, (*place, *path), board) for path, panel in board.placed()}
    return Dashboard(
        name=name, title=board.title, description=board.description, audience=board.audience,
        folder=board.folder_title, home=board.home, refresh=board.refresh, range=board.range,
        source=board.datasource or "", links=_links(board.links),
        variables=tuple(
            _variable(key, variable, (*place, "variables", key), board)
            for key, variable in board.variables.items()
        ),
        annotations=tuple(
            _annotation(key, annotation, (*place, "annotations", key), board)
            for key, annotation in board.annotations.items()
        ),
        panels=tuple(panel for path, panel in panels.items() if path[0] == "panels"),
        rows=tuple(
            Row(
                title=row.title, collapsed=row.collapsed, repeat=row.repeat,
                panels=tuple(p for path, p in panels.items() if path[:2] == ("rows", index)),
                origin=(*place, "rows", index),
            )
            for index, row in enumerate(board.rows)
        ),
        origin=place,
    )  # fmt: skip


def _panel(panel: language.Panel, place: Origin, board: language.Dashboard) -> Panel:
    source = panel.datasource or board.datasource or ""
    one = (Query(panel.expr, panel.legend, (*place, "expr"), source),) if panel.expr else ()
    if panel.slo is not None:
        legend = panel.legend or panel.slo
        one = (Query(f'{BUDGET}{{slo="{panel.slo}"}}', legend, (*place, "slo"), source),)
    several = tuple(
        Query(
            query.expr, query.legend, (*place, "queries", index, "expr"), query.datasource or source
        )
        for index, query in enumerate(panel.queries)
    )
    thresholds, percentage = _thresholds(panel.thresholds)
    return Panel(
        title=panel.title, type=panel.type,
        unit=panel.unit or ("percentunit" if panel.slo else None), decimals=panel.decimals,
        description=panel.description, queries=one + several,
        source=source, text=panel.text,
        minimum=panel.min, maximum=panel.max, thresholds=thresholds, percentage=percentage,
        buckets=panel.type == "heatmap" and _has_buckets(panel, one + several),
        overrides=tuple(map(_override, panel.overrides)), links=_links(panel.links),
        repeat=panel.repeat, vertical=panel.repeat_direction == "vertical",
        width=panel.width, height=panel.height, at=panel.at, origin=place,
    )  # fmt: skip


def _has_buckets(panel: language.Panel, queries: tuple[Query, ...]) -> bool:
    """Return whether a heatmap's series are buckets: stated, or read off the label ``le``."""
    if panel.buckets is not None:
        return panel.buckets
    return any(_keeps_le(query.expr) for query in queries)


def _keeps_le(expr: str) -> bool:
    grouping = _BY_LE.search(expr)
    if grouping is None:
        return (
            _BUCKETS.search(expr) is not None and re.search(r"\b(sum|avg|max|min)\b", expr) is None
        )
    listed = "le" in re.split(r"[\s,]+", grouping[1].strip())
    return listed == grouping[0].startswith("by")


def _thresholds(stated: language.Thresholds) -> tuple[Thresholds, bool]:
    """Return colours with plain numbers, and whether the numbers are percent."""
    percentage = any(isinstance(value, str) for value in stated.values())
    return tuple((colour, _number(value)) for colour, value in stated.items()), percentage


def _number(value: str | float | None) -> float | None:
    return float(value.removesuffix("%")) if isinstance(value, str) else value


def _override(override: language.Override) -> Override:
    by: Literal["byName", "byRegexp"] = "byName" if override.regex is None else "byRegexp"
    return Override(
        by=by, pattern=override.regex or override.name or "",
        properties=tuple(_properties(override)),
    )  # fmt: skip


def _properties(override: language.Override) -> Iterator[tuple[str, Any]]:
    """Yield Grafana's properties of an override.

    Source: @grafana/ui, getStandardFieldConfigs; ``custom.`` are the panel's own.
    """
    plain = (
        ("displayName", override.title), ("unit", override.unit), ("decimals", override.decimals),
        ("min", override.min), ("max", override.max),
    )  # fmt: skip
    yield from ((key, value) for key, value in plain if value is not None)
    if override.color is not None:
        yield "color", {"mode": "fixed", "fixedColor": override.color}
    if override.axis is not None:
        yield "custom.axisPlacement", override.axis
    if override.thresholds:
        steps, percentage = _thresholds(override.thresholds)
        yield "thresholds", threshold_steps(steps, percentage=percentage)


def _links(links: tuple[language.Link, ...]) -> tuple[Link, ...]:
    return tuple(
        Link(
            title=link.title, url=link.url or f"/d/{link.dashboard}",
            to_dashboard=link.dashboard is not None, new_tab=link.new_tab,
            keep_time=link.keep_time, keep_variables=link.keep_variables,
        )
        for link in links
    )  # fmt: skip


def _annotation(
    name: str, annotation: language.Annotation, place: Origin, board: language.Dashboard
) -> Annotation:
    source = annotation.datasource or board.datasource or ""
    return Annotation(
        name=name, query=Query(annotation.expr, "", (*place, "expr"), source),
        title=annotation.title, text=annotation.text, colour=annotation.color,
        enabled=annotation.enabled,
    )  # fmt: skip


def _variable(
    name: str, variable: language.Variable, place: Origin, board: language.Dashboard
) -> Variable:
    kind, text, values = _choice(variable)
    source = (variable.datasource or board.datasource or "") if kind == "query" else ""
    asked = asked_expressions(text) if kind == "query" else ()
    return Variable(
        name=name, type=kind, text=text, values=values, regex=variable.regex, source=source,
        label=variable.label, multi=variable.multi, every=variable.all,
        all_value=variable.all_value, hidden=variable.hidden,
        asked=tuple(Query(expr, "", (*place, "query"), source) for expr in asked),
        label_asked=asked_label(text) if kind == "query" else "", origin=place,
    )  # fmt: skip


def _choice(variable: language.Variable) -> tuple[VariableType, str, Choices]:
    """Return how the value is chosen: the type, its text, and its values."""
    if variable.query is not None:
        return "query", variable.query, ()
    if variable.datasources is not None:
        return "datasource", variable.datasources, ()
    if variable.constant is not None:
        return "constant", variable.constant, ()
    if variable.text is not None:
        return "textbox", variable.text, ()
    if variable.intervals is not None:
        lengths = tuple(map(duration_text, variable.intervals))
        return "interval", "", tuple(zip(lengths, lengths, strict=True))
    return "custom", "", _choices(variable.values or ())


def _choices(values: tuple[str, ...] | Mapping[str, str]) -> Choices:
    if isinstance(values, Mapping):
        return tuple(values.items())
    return tuple((value, value) for value in values)
