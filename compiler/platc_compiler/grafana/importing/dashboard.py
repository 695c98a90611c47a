"""A dashboard of Grafana in the words of the language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from pydantic import ValidationError

from platc_compiler.grafana.importing.losses import Losses
from platc_compiler.grafana.importing.panels import Importer
from platc_compiler.grafana.importing.variables import (
    said_annotations,
    said_links,
    said_variables,
)
from platc_compiler.grafana.layout import layout
from platc_compiler.grafana.whole import Json, part, parts, source_types
from platc_compiler.ir.dashboards import Panel
from platc_compiler.templating.templates import Templates
from platc_spec.dashboards import Dashboard

_OF_DASHBOARD = frozenset(
    """__inputs __requires __elements annotations description editable fiscalYearStartMonth gnetId
    graphTooltip id iteration links liveNow panels refresh revision rows schemaVersion style tags
    templating time timepicker timezone title uid version weekStart hideControls originalTitle
    preload""".split()  # noqa: SIM905 - reads better
)
_RANGE = re.compile(r"now-((\d+)(ms|s|m|h|d|w|y))")
_LENGTH = re.compile(r"(\d+(ms|s|m|h|d|w|y))+")
_LONGEST_NAME = 40


class Imported(Struct, frozen=True):
    """A dashboard in the language, and what it has lost."""

    board: dict[str, Any]
    lost: Losses


def imported(model: Json, templates: Templates) -> Imported:
    """Return a dashboard of Grafana in the language."""
    lost = Losses()
    types = source_types(model)
    importer = Importer(types, templates, lost)
    lost.keys(model, _OF_DASHBOARD, "the dashboard")
    board: dict[str, Any] = {"title": str(model.get("title") or "Dashboard")}
    if model.get("description"):
        board["description"] = model["description"]
    board |= _times(model, lost)
    board |= {
        "variables": said_variables(model, types, lost),
        "annotations": said_annotations(model, types, lost),
        "links": said_links(model.get("links"), lost),
        **_panels(model, importer, lost),
    }
    board = {key: value for key, value in board.items() if value not in ({}, [])}
    _validated(board, lost)
    return Imported(board, lost)


def _validated(board: dict[str, Any], lost: Losses) -> None:
    """Count the values that the language does not allow."""
    try:
        Dashboard.model_validate(board)
    except ValidationError as faults:
        for fault in faults.errors(include_url=False, include_context=False, include_input=False):
            keys = [str(step) for step in fault["loc"] if isinstance(step, str)]
            lost.add(f"a value of {'.'.join(keys)} that the language does not allow")


def name_of(model: Json) -> str:
    """Return a name for a dashboard: its title in small letters, with dashes."""
    words = re.findall(r"[a-z0-9]+", str(model.get("title") or "").lower())
    return "-".join(words)[:_LONGEST_NAME].strip("-") or "dashboard"


def _times(model: Json, lost: Losses) -> dict[str, Any]:
    refresh, time = model.get("refresh"), part(model.get("time"))
    fits = isinstance(refresh, str) and _LENGTH.fullmatch(refresh)
    said: dict[str, Any] = {"refresh": refresh if fits else None}
    begin = _RANGE.fullmatch(str(time.get("from") or ""))
    if begin and time.get("to", "now") == "now":
        said["range"] = begin[1]
    elif time:
        lost.add("a time range that does not end now")
    return said


def _panels(model: Json, importer: Importer, lost: Losses) -> dict[str, Any]:
    """Return the panels above the first row, and the rows."""
    first: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for row, panels in _grouped(model):
        pairs = [(panel, each) for panel in panels if (each := importer.panel(panel)) is not None]
        said = list(_placed(pairs))
        if row is None:
            first += said
        elif said:
            rows.append({**_row(row), "panels": said})
        else:
            lost.add("rows without panels")
    return {"panels": first, "rows": rows}


def _placed(pairs: list[tuple[Json, Json]]) -> Iterator[Json]:
    """Yield panels with their places, if they would stand elsewhere without them.

    Lines are counted from the highest panel: Grafana shows no empty lines above it, and a closed
    row keeps the numbers that its panels had when it was open.
    """
    stated = [_position(panel) for panel, _ in pairs if part(panel.get("gridPos"))]
    top = min((y for y, _ in stated), default=0)
    flowing = [(place.y, place.x) for place in layout(_sized(said) for _, said in pairs)]
    kept = len(stated) == len(pairs) and [(y - top, x) for y, x in stated] != flowing
    for number, (_, said) in enumerate(pairs):
        yield {**said, "at": [stated[number][1], stated[number][0] - top]} if kept else said


def _sized(said: Json) -> Panel:
    return Panel(
        title="", type=str(said["type"]), width=said.get("width"), height=said.get("height")
    )


def _row(row: Json) -> dict[str, Any]:
    said: dict[str, Any] = {"title": str(row.get("title") or "")}
    if row.get("collapsed", row.get("collapse")):
        said["collapsed"] = True
    if isinstance(row.get("repeat"), str) and row["repeat"]:
        said["repeat"] = row["repeat"]
    return said


def _grouped(model: Json) -> Iterator[tuple[Json | None, list[Json]]]:
    """Yield rows with their panels: those of a closed row are inside it, others come after it."""
    row: Json | None = None
    panels: list[Json] = []
    for panel in sorted(parts(model.get("panels")), key=_position):
        if panel.get("type") != "row":
            panels.append(panel)
            continue
        if panels or row is not None:
            yield row, panels
        row, panels = panel, sorted(parts(panel.get("panels")), key=_position)
    if panels or row is not None:
        yield row, panels
    for old in parts(model.get("rows")):
        yield (old if old.get("showTitle") or old.get("repeat") else None), parts(old.get("panels"))


def _position(panel: Json) -> tuple[int, int]:
    grid = part(panel.get("gridPos"))
    y, x = grid.get("y"), grid.get("x")
    return (y if isinstance(y, int) else 0, x if isinstance(x, int) else 0)
