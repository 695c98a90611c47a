"""Dashboards in Grafana's own JSON: reading one, and what it asks.

Source: @grafana/schema, raw/dashboard; for older schema versions
grafana/public/app/features/dashboard/state/DashboardMigrator.ts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from platc_compiler.grafana.label_values import asked_expressions, asked_label

Json: TypeAlias = dict[str, Any]
LARGEST = 4 << 20
"""Characters of a dashboard at most; a ConfigMap holds 1 MiB."""
DEEPEST = 40
"""Levels of nesting at most; a deep dashboard has 12."""
MOST_PANELS = 1000
OLDEST = 16
"""The ``schemaVersion`` since which panels stand on a grid; rows before it are read too."""


class NotADashboardError(ValueError):
    """A text that is no dashboard; the message states the reason."""


class Asked(Struct, frozen=True):
    """An expression of a dashboard in PromQL."""

    expr: str
    place: str
    """The panel, the variable or the annotation that asks it."""
    label: str = ""
    """The label whose values a variable takes of its series."""


@lru_cache(maxsize=32)
def model_of(text: str) -> Json:
    """Return the model of a dashboard; nobody may change it.

    An export for other Grafanas, and the answer of Grafana's API, hold it one level deeper.

    Raises:
        NotADashboardError: it is no JSON, too large or too deep, or something else.
    """
    if len(text) > LARGEST:
        raise NotADashboardError(f"it has {len(text)} characters, of {LARGEST} at most")
    try:
        data: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError) as fault:
        raise NotADashboardError(f"it is no JSON: {fault}") from None
    except RecursionError:
        raise NotADashboardError(f"it nests deeper than {DEEPEST} levels") from None
    if _depth(data) > DEEPEST:
        raise NotADashboardError(f"it nests deeper than {DEEPEST} levels")
    model = _inner(data)
    if len(list(panels_of(model))) > MOST_PANELS:
        raise NotADashboardError(f"it has more than {MOST_PANELS} panels")
    return model


def _inner(data: object) -> Json:
    for key in ("dashboard", "spec"):
        inner = data.get(key) if isinstance(data, dict) else None
        if isinstance(inner, dict):
            data = inner
    if not isinstance(data, dict):
        raise NotADashboardError("a dashboard is a mapping")
    if "elements" in data and "layout" in data:
        raise NotADashboardError("it has the schema v2: export it as a classic dashboard")
    if not isinstance(data.get("panels", data.get("rows")), list):
        raise NotADashboardError("it has no list of panels")
    return data


def _depth(data: object) -> int:
    """Return how deep a value nests, without recursion."""
    deepest, waiting = 0, [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(value, (dict, list)):
            below = value.values() if isinstance(value, dict) else value
            waiting += [(each, depth + 1) for each in below]
    return deepest


def parts(value: object) -> list[Json]:
    """Return the mappings of a list; anything else has none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def part(value: object) -> Json:
    """Return a mapping; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def panels_of(model: Json) -> Iterator[Json]:
    """Yield the panels, also those in rows; the rows themselves as well."""
    for panel in parts(model.get("panels")):
        yield panel
        yield from parts(panel.get("panels"))
    for row in parts(model.get("rows")):
        yield from parts(row.get("panels"))


def variables_of(model: Json) -> list[Json]:
    """Return the variables."""
    return parts(part(model.get("templating")).get("list"))


def variable_names(model: Json) -> frozenset[str]:
    """Return the names of the variables and inputs that texts can use."""
    found = [*variables_of(model), *parts(model.get("__inputs"))]
    return frozenset(str(each.get("name")) for each in found)


def asked(model: Json) -> Iterator[Asked]:
    """Yield what a dashboard asks a Prometheus, from top to bottom."""
    types = source_types(model)
    for variable in variables_of(model):
        text = query_text(variable)
        if variable.get("type") == "query" and text and _is_prometheus(variable, {}, types):
            for expr in asked_expressions(text):
                yield Asked(expr, f"variable '{variable.get('name')}'", asked_label(text))
    for annotation in parts(part(model.get("annotations")).get("list")):
        marked = _text(annotation.get("expr")) or _text(part(annotation.get("target")).get("expr"))
        if marked and _is_prometheus(annotation, {}, types):
            yield Asked(marked, f"annotation '{annotation.get('name')}'")
    for panel in panels_of(model):
        for target in parts(panel.get("targets")):
            expr = _text(target.get("expr"))
            if expr and _is_prometheus(target, panel, types):
                yield Asked(expr, f"panel '{panel.get('title') or panel.get('type')}'")


def _text(value: object) -> str:
    return value if isinstance(value, str) and value.strip() else ""


def query_text(variable: Json) -> str:
    """Return the query of a variable: a text, or a mapping that holds it."""
    query = variable.get("query")
    text = query.get("query") if isinstance(query, dict) else query
    return text if isinstance(text, str) else ""


def values_of(model: Json) -> dict[str, str]:
    """Return the first value of each variable that holds its values itself."""
    return {
        str(v.get("name")): query_text(v).partition(",")[0].rpartition(" : ")[2].strip()
        for v in variables_of(model)
        if str(v.get("type")) in {"custom", "interval", "textbox", "constant"}
    }


def source_types(model: Json) -> dict[str, str]:
    """Return the types of data sources that variables and inputs choose, by their names."""
    chosen = {
        str(v.get("name")): query_text(v)
        for v in variables_of(model)
        if v.get("type") == "datasource"
    }
    inputs = {
        str(i.get("name")): str(i.get("pluginId"))
        for i in parts(model.get("__inputs"))
        if i.get("type") == "datasource"
    }
    return chosen | inputs


def source_type(reference: object, types: Mapping[str, str]) -> str:
    """Return the type of the data source that a reference names, empty if it is not said."""
    if isinstance(reference, dict):
        stated: object = reference.get("type")
        if isinstance(stated, str) and stated:
            return stated
    uid: object = reference.get("uid") if isinstance(reference, dict) else reference
    name = uid.strip("${}[] ") if isinstance(uid, str) else ""
    return types.get(name.partition(":")[0], "")


def _is_prometheus(part: Json, panel: Json, types: Mapping[str, str]) -> bool:
    """Return whether a Prometheus answers; the type is not said in old dashboards."""
    own = source_type(part.get("datasource"), types) or source_type(panel.get("datasource"), types)
    return own in {"", "prometheus", "mixed", "datasource"}
