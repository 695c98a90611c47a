"""Dashboards held against Grafana's own types, and against what Grafana's types cannot say.

Grafana itself is in no registry; it loads a dashboard with unknown keys, panels of unknown types or
overlapping panels without a word, and shows a hole where the panel should be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft7Validator

FOLDER = Path(__file__).resolve().parent / "grafana_schemas"
COLUMNS = 24
QUERY_KEYS = frozenset(
    {
        "datasource",
        "editorMode",
        "exemplar",
        "expr",
        "format",
        "hide",
        "instant",
        "interval",
        "intervalFactor",
        "legendFormat",
        "range",
        "refId",
    }
)
"""Keys of a query to Prometheus, whose plugin publishes no schema."""
ANNOTATION_KEYS = frozenset({"expr", "step", "tagKeys", "target", "textFormat", "titleFormat"})
"""Keys of an annotation that asks Prometheus. Source: grafana-prometheus/src/annotations.ts; old
versions read ``expr``, newer ones ``target``."""

JSON = dict[str, Any]


def dashboard_faults(dashboard: JSON) -> list[str]:
    """Return what is wrong with a dashboard, one line to each fault, each with its place."""
    panels = [panel for panel in dashboard.get("panels") or () if isinstance(panel, dict)]
    annotations = dashboard.get("annotations", {}).get("list", [])
    whole = {key: value for key, value in dashboard.items() if key != "panels"}
    if annotations:
        whole["annotations"] = {"list": [_without_query(each) for each in annotations]}
    faults = list(_schema_faults("dashboard", "Dashboard", whole, "dashboard"))
    for annotation in annotations:
        faults += _annotation_faults(annotation)
    for position, panel in enumerate(panels):
        faults += _panel_faults(panel, f"panels[{position}]")
        if panel.get("type") == "row":
            for inner, nested in enumerate(panel.get("panels") or ()):
                faults += _panel_faults(nested, f"panels[{position}].panels[{inner}]")
            faults += _overlaps(panel.get("panels") or [])
    return faults + list(_overlaps(panels)) + list(_ids(panels))


def _without_query(annotation: JSON) -> JSON:
    """Return what all annotations have: the schema leaves the rest to the data source."""
    own = ANNOTATION_KEYS if annotation.get("target", {}).get("expr") else frozenset()
    return {key: value for key, value in annotation.items() if key not in own}


def _annotation_faults(annotation: JSON) -> Iterator[str]:
    target = annotation.get("target", {})
    if "expr" in target:
        if unknown := set(target) - QUERY_KEYS:
            yield f"annotation {annotation['name']!r}: unknown keys {sorted(unknown)}"
        if target["expr"] != annotation.get("expr") or target.get("refId") != "Anno":
            yield f"annotation {annotation['name']!r}: needs expr twice, and the refId Anno"


def panel_types() -> frozenset[str]:
    """Return the types of panel that there is a schema for, rows included."""
    return frozenset({"row", *(file.stem for file in FOLDER.glob("*.json"))} - {"dashboard"})


def _panel_faults(panel: JSON, place: str) -> Iterator[str]:
    kind = panel.get("type")
    place = f"{place} ({panel.get('title') or kind})"
    yield from _schema_faults(
        "dashboard", "RowPanel" if kind == "row" else "Panel", _without_field_range(panel), place
    )
    if "gridPos" not in panel:
        yield f"{place}: has no gridPos"
    if kind == "row":
        return
    if kind not in panel_types():
        yield f"{place}: unknown type of panel {kind!r}, known are {sorted(panel_types())}"
        return
    yield from _schema_faults(kind, "Options", panel.get("options", {}), f"{place}.options")
    custom = panel.get("fieldConfig", {}).get("defaults", {}).get("custom", {})
    yield from _schema_faults(kind, "FieldConfig", custom, f"{place}.fieldConfig.defaults.custom")
    yield from _query_faults(panel, place)


def _without_field_range(panel: JSON) -> JSON:
    """Return a panel without a key that @grafana/data has (``FieldConfig``), but no schema."""
    fields = panel.get("fieldConfig", {})
    defaults = {k: v for k, v in fields.get("defaults", {}).items() if k != "fieldMinMax"}
    inner = [_without_field_range(each) for each in panel.get("panels", ())]
    return {
        **panel,
        **({"fieldConfig": {**fields, "defaults": defaults}} if fields else {}),
        **({"panels": inner} if "panels" in panel else {}),
    }


def _schema_faults(file: str, definition: str, value: object, place: str) -> Iterator[str]:
    for error in _validator(file, definition).iter_errors(value):
        path = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in error.instance_path)
        yield f"{place}{path}: {error.message}"


@cache
def _validator(file: str, definition: str) -> Draft7Validator:
    schema = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))
    # A type of panel without a FieldConfig takes nothing in `custom`.
    schema["definitions"].setdefault(
        "FieldConfig", {"type": "object", "additionalProperties": False}
    )
    return Draft7Validator({**schema, "$ref": f"#/definitions/{definition}"})


def _query_faults(panel: Mapping[str, Any], place: str) -> Iterator[str]:
    targets = panel.get("targets") or []
    if not targets and panel.get("type") != "text":
        yield f"{place}: asks nothing (no targets)"
    for position, target in enumerate(targets):
        if unknown := set(target) - QUERY_KEYS:
            yield f"{place}.targets[{position}]: unknown keys {sorted(unknown)}"
        for key in ("expr", "refId"):
            if not isinstance(target.get(key), str) or not target[key]:
                yield f"{place}.targets[{position}]: needs {key}"
    names = [target.get("refId") for target in targets]
    if len(set(names)) != len(names):
        yield f"{place}: two targets have one refId"


def _overlaps(panels: list[JSON]) -> Iterator[str]:
    placed = [panel for panel in panels if _is_placed(panel)]
    for panel in placed:
        grid = panel["gridPos"]
        if grid["x"] < 0 or grid["y"] < 0 or grid["w"] < 1 or grid["h"] < 1:
            yield f"{_name(panel)}: gridPos {grid} is no rectangle"
        if grid["x"] + grid["w"] > COLUMNS:
            yield f"{_name(panel)}: gridPos {grid} leaves the {COLUMNS} columns"
    for one, other in combinations(placed, 2):
        if _meet(one["gridPos"], other["gridPos"]):
            yield f"{_name(one)} and {_name(other)} overlap"


def _is_placed(panel: JSON) -> bool:
    grid = panel.get("gridPos")
    return isinstance(grid, dict) and all(isinstance(grid.get(key), int) for key in "xywh")


def _meet(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


def _ids(panels: list[JSON]) -> Iterator[str]:
    seen: dict[object, str] = {}
    nested = [inner for panel in panels for inner in panel.get("panels") or ()]
    for panel in (*panels, *nested):
        identity = panel.get("id")
        if identity is None:
            yield f"{_name(panel)}: has no id"
        elif identity in seen:
            yield f"{_name(panel)}: has the id {identity} of {seen[identity]}"
        seen[identity] = _name(panel)


def _name(panel: JSON) -> str:
    return f"panel {panel.get('title') or panel.get('type')!r}"
