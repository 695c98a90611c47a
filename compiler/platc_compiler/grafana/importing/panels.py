"""Panels of a dashboard in the words of the language.

Source: @grafana/schema, raw/dashboard and raw/composable; for the panels of older versions
grafana/public/app/features/dashboard/state/DashboardMigrator.ts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from platc_compiler.grafana.importing.losses import Losses
from platc_compiler.grafana.importing.variables import COLOUR, said_links, source
from platc_compiler.grafana.whole import Json, part, parts, source_type
from platc_compiler.templating.templates import Templates

_OLD_TYPES = {
    "graph": "timeseries", "singlestat": "stat", "table-old": "table",
    "grafana-piechart-panel": "piechart",
}  # fmt: skip
_TYPES = frozenset(
    """timeseries stat gauge bargauge table heatmap piechart state-timeline
    text""".split()  # noqa: SIM905 - reads better
)
_INSTANT = frozenset({"table", "bargauge", "piechart"})
_OF_PANEL = frozenset(
    """id type title description gridPos datasource targets fieldConfig options links repeat
    repeatDirection pluginVersion transformations span content mode""".split()  # noqa: SIM905 - reads better
)
_OF_TARGET = frozenset(
    """expr refId datasource legendFormat editorMode format instant range metric
    intervalFactor step""".split()  # noqa: SIM905 - reads better
)
_OF_FIELD = frozenset({"unit", "decimals", "min", "max", "thresholds", "color", "custom"})
_COLOUR = re.compile(COLOUR)
_PROPERTIES = {
    "displayName": "title", "unit": "unit", "decimals": "decimals", "min": "min", "max": "max",
}  # fmt: skip
_USUAL: dict[str, Any] = {
    "axisColorMode": "text", "axisPlacement": "auto", "barWidthFactor": 0.6,
    "gradientMode": "none", "lineInterpolation": "linear", "lineWidth": 1, "pointSize": 5,
    "showPoints": "auto", "scaleDistribution": {"type": "linear"}, "drawStyle": "line",
    "stacking": {"group": "A", "mode": "none"}, "thresholdsStyle": {"mode": "off"},
    "hideFrom": {"legend": False, "tooltip": False, "viz": False}, "align": "auto",
    "lineStyle": {"fill": "solid"}, "cellOptions": {"type": "auto"},
}  # fmt: skip
"""The looks of fields where nothing is stated. Source: @grafana/schema, raw/composable."""
_AXES = frozenset({"left", "right", "hidden"})
_COLUMNS_OF_A_SPAN = 2


class Importer:
    """Turns panels into the language, and counts what is lost."""

    def __init__(self, types: Mapping[str, str], templates: Templates, lost: Losses) -> None:
        self._types, self._templates, self._lost = types, templates, lost

    def panel(self, panel: Json) -> dict[str, Any] | None:
        """Return a panel, ``None`` if the language has no panel of its type."""
        stated = str(panel.get("type"))
        kind = _OLD_TYPES.get(stated, stated)
        if kind not in _TYPES:
            self._lost.add(f"panels of type '{stated}'")
            return None
        if kind != stated:
            self._lost.add(f"the looks of panels of type '{stated}'")
        else:
            self._lost.keys(panel, _OF_PANEL, f"a panel of type '{kind}'")
        said: dict[str, Any] = {"title": str(panel.get("title") or ""), "type": kind}
        if panel.get("description"):
            said["description"] = panel["description"]
        said |= self._text(panel) if kind == "text" else self._queries(panel, kind)
        if kind != "text":
            said |= self._field(part(panel.get("fieldConfig")), kind)
            said |= self._options(panel, kind)
            self._transformations(panel, kind)
        said |= self._place(panel)
        return said

    def _text(self, panel: Json) -> dict[str, Any]:
        options = part(panel.get("options"))
        if options.get("mode", panel.get("mode", "markdown")) != "markdown":
            self._lost.add("texts that are no Markdown")
        return {"text": str(options.get("content") or panel.get("content") or "")}

    def _queries(self, panel: Json, kind: str) -> dict[str, Any]:
        found = []
        for target in parts(panel.get("targets")):
            here = target if target.get("datasource") is not None else panel
            expr = target.get("expr")
            asked = source_type(here.get("datasource"), self._types)
            if not isinstance(expr, str) or not expr.strip() or asked not in {"", "prometheus"}:
                self._lost.add("queries that ask no Prometheus")
                continue
            self._lost.keys(target, _OF_TARGET, "a query")
            self._form(target, kind)
            legend = target.get("legendFormat")
            query = {"expr": expr} | (
                {"legend": legend} if legend not in (None, "", "__auto") else {}
            )
            found.append(query | source(here, self._types))
        if len(found) == 1:
            return found[0]
        return {"queries": found} if found else {}

    def _form(self, target: Json, kind: str) -> None:
        """Count a query that comes in another form than the one its panel would get."""
        wanted = "table" if kind == "table" else "time_series"
        form = target.get("format") or "time_series"
        if form != wanted and not (kind == "heatmap" and form == "heatmap"):
            self._lost.add(f"queries of a {kind} in the form '{form}'")
        if bool(target.get("instant")) != (kind in _INSTANT):
            self._lost.add(f"{'instant' if target.get('instant') else 'range'} queries of a {kind}")

    def _field(self, config: Json, kind: str) -> dict[str, Any]:
        defaults = part(config.get("defaults"))
        self._lost.keys(defaults, _OF_FIELD, "a field")
        said = {k: defaults[k] for k in ("unit", "decimals", "min", "max") if _said(defaults, k)}
        said |= self._thresholds(defaults.get("thresholds"))
        colour = part(defaults.get("color")).get("mode")
        usual = "palette-classic" if kind in {"timeseries", "piechart"} else "thresholds"
        if colour not in (None, usual):
            self._lost.add(f"colours of a {kind} by '{colour}'")
        own = (
            self._templates.data(f"grafana/custom-{kind}.json.j2")
            if kind in {"timeseries", "state-timeline"}
            else {}
        )
        self._compared(part(defaults.get("custom")), own, "the looks of a field:")
        overrides = [self._override(each) for each in parts(config.get("overrides"))]
        kept = [override for override in overrides if override is not None]
        return said | ({"overrides": kept} if kept else {})

    def _thresholds(self, stated: object) -> dict[str, Any]:
        steps = parts(part(stated).get("steps"))
        share = part(stated).get("mode") == "percentage"
        values: dict[str, Any] = {}
        for position, step in enumerate(steps):
            colour = str(step.get("color"))
            value = step.get("value") if position else None
            if colour in values or not _COLOUR.fullmatch(colour):
                self._lost.add("thresholds of a colour that is none or stands twice")
                return {}
            number = value if isinstance(value, (int, float)) else None
            values[colour] = f"{number:g}%" if share and number is not None else number
        return {"thresholds": values} if len(values) > 1 or set(values) - {"green"} else {}

    def _override(self, override: Json) -> dict[str, Any] | None:
        matcher = part(override.get("matcher"))
        key = {"byName": "name", "byRegexp": "regex"}.get(str(matcher.get("id")))
        if key is None or not isinstance(matcher.get("options"), str):
            self._lost.add(f"overrides '{matcher.get('id')}'")
            return None
        said: dict[str, Any] = {}
        for prop in parts(override.get("properties")):
            self._property(str(prop.get("id")), prop.get("value"), said)
        return {key: matcher["options"], **said} if said else None

    def _property(self, name: str, value: object, said: dict[str, Any]) -> None:
        colour = part(value).get("fixedColor")
        if name in _PROPERTIES:
            said[_PROPERTIES[name]] = value
        elif name == "color" and isinstance(colour, str) and _COLOUR.fullmatch(colour):
            said["color"] = colour
        elif name == "custom.axisPlacement" and str(value) in _AXES:
            said["axis"] = value
        elif name == "thresholds":
            said |= self._thresholds(value)
        else:
            self._lost.add(f"overrides of '{name}'")

    def _options(self, panel: Json, kind: str) -> dict[str, Any]:
        options = part(panel.get("options"))
        if kind == "heatmap":
            unit = part(part(panel.get("fieldConfig")).get("defaults")).get("unit")
            bucketed = options.get("calculate") is False or panel.get("dataFormat") == "tsbuckets"
            rest = {k: v for k, v in options.items() if k not in {"calculate", "calculation"}}
            own = self._templates.data(
                "grafana/options-heatmap.json.j2", panel={"buckets": bucketed, "unit": unit}
            )
            self._compared(rest, own, f"an option of a {kind}:")
            return {"buckets": bucketed}
        own = self._templates.data(f"grafana/options-{kind}.json.j2", panel={})
        self._compared(options, own, f"an option of a {kind}:")
        return {}

    def _compared(self, stated: Json, own: Json, what: str) -> None:
        """Count what is stated otherwise than platc writes it, and than Grafana has it anyway."""
        usual = _USUAL
        for key, value in stated.items():
            if key in own and isinstance(value, dict) and isinstance(own[key], dict):
                self._compared(value, own[key], f"{what} {key}")
            elif value not in (None, "", [], {}, False) and value not in (
                own.get(key),
                usual.get(key),
            ):
                self._lost.add(f"{what} {key}")

    def _transformations(self, panel: Json, kind: str) -> None:
        """Count transformations; those with which platc joins the queries of a table are none."""
        ids = [str(each.get("id")) for each in parts(panel.get("transformations"))]
        if ids and (kind != "table" or ids != ["merge", "organize"]):
            for name in ids:
                self._lost.add(f"the transformation '{name}'")

    def _place(self, panel: Json) -> dict[str, Any]:
        said: dict[str, Any] = {}
        grid, span = part(panel.get("gridPos")), panel.get("span")
        width = grid.get("w") or (_COLUMNS_OF_A_SPAN * span if isinstance(span, int) else None)
        if isinstance(width, int):
            said["width"] = min(max(width, 1), 24)
        if isinstance(grid.get("h"), int):
            said["height"] = min(max(grid["h"], 2), 40)
        if panel.get("links"):
            said["links"] = said_links(panel["links"], self._lost)
        if isinstance(panel.get("repeat"), str) and panel["repeat"]:
            said["repeat"] = panel["repeat"]
            if panel.get("repeatDirection") == "v":
                said["repeat_direction"] = "vertical"
        return {key: value for key, value in said.items() if value != []}


def _said(defaults: Json, key: str) -> bool:
    return defaults.get(key) not in (None, "")
