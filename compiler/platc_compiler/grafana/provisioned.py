"""A dashboard in Grafana's own JSON, made ready for provisioning.

Grafana itself brings old dashboards to its schema when it loads them. What it never reads, and what
belongs to one Grafana only, is left out here, and every data source is one that is provisioned.

Source: @grafana/schema, raw/dashboard, and the types of queries of @grafana/prometheus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from msgspec import Struct

from platc_compiler.grafana.whole import (
    Json,
    panels_of,
    part,
    parts,
    source_type,
    source_types,
    variables_of,
)

_OF_DASHBOARD = frozenset(
    """annotations description editable fiscalYearStartMonth graphTooltip id links liveNow panels
    preload refresh revision rows schemaVersion tags templating time timepicker timezone title uid
    weekStart""".split()  # noqa: SIM905 - reads better
)
_OF_VARIABLE = frozenset(
    """allValue allowCustomValue auto auto_count auto_min baseFilters current datasource
    description filters hide includeAll label multi name options query refresh regex regexApplyTo
    skipUrlSync sort staticOptions staticOptionsOrder type""".split()  # noqa: SIM905
)
_OF_PROMETHEUS = frozenset(
    """datasource editorMode exemplar expr format hide instant interval intervalFactor
    legendFormat range refId""".split()  # noqa: SIM905
)
_NO_SERVERS = frozenset({"datasource", "grafana", "mixed", "dashboard", "__expr__"})
"""Types that Grafana has without provisioning."""
_SPECIAL = frozenset({"-- Mixed --", "-- Dashboard --", "-- Grafana --", "__expr__", "grafana"})
_VARIABLE = re.compile(r"^(?:\$(\w+)|\$\{(\w+)(?::\w+)?\}|\[\[(\w+)\]\])$")
_LINK = {
    "asDropdown": False, "icon": "external link", "includeVars": False, "keepTime": False,
    "tags": [], "targetBlank": False, "title": "", "tooltip": "", "type": "link",
}  # fmt: skip


class Sources(Struct, frozen=True):
    """The data sources that are provisioned, and those that a dashboard's inputs stand for."""

    types: Mapping[str, str]
    """The type of each data source by its uid; the first one is the default."""
    inputs: Mapping[str, str]
    """The uid for each input of the dashboard."""

    def of_type(self, kind: str) -> str | None:
        """Return the uid of the first data source of a type; of the default when none is said."""
        if not kind:
            return next(iter(self.types), None)
        return next((uid for uid, each in self.types.items() if each == kind), None)


def provisioned(model: Json, uid: str, title: str, schema: int, sources: Sources) -> Json:
    """Return a dashboard for provisioning.

    Args:
        model: the dashboard; it is not changed.
        uid: its uid.
        title: its title.
        schema: the newest ``schemaVersion`` that the Grafana understands.
        sources: the data sources that it may ask.
    """
    board = {key: value for key, value in deepcopy(model).items() if key in _OF_DASHBOARD}
    board |= {"id": None, "uid": uid, "title": title, "editable": False}
    stated = board.get("schemaVersion")
    board["schemaVersion"] = min(stated, schema) if isinstance(stated, int) else schema
    _tidy_whole(board)
    types = source_types(model)
    for place, key in _references(board):
        place[key] = _resolved(place[key], sources, types)
    return board


def missing_types(model: Json, sources: Sources) -> dict[str, str]:
    """Return the types of data sources that the dashboard asks and that nobody provides.

    Each type has one reference to it, for a message.
    """
    types = source_types(model)
    found = {
        source_type(place[key], types): str(place.get("title") or place.get("name") or "")
        for place, key in _references(model)
    }
    return {
        kind: where
        for kind, where in sorted(found.items())
        if kind and kind not in _NO_SERVERS and sources.of_type(kind) is None
    }


def _references(board: Json) -> Iterator[tuple[Json, str]]:
    """Yield every mapping that names a data source, with the key."""
    annotations = parts(part(board.get("annotations")).get("list"))
    panels = list(panels_of(board))
    targets = [target for panel in panels for target in parts(panel.get("targets"))]
    for each in (*variables_of(board), *annotations, *panels, *targets):
        if each.get("datasource") is not None:
            yield each, "datasource"


def _resolved(reference: Any, sources: Sources, types: Mapping[str, str]) -> Any:  # noqa: ANN401
    """Return a reference to a data source that is provisioned, unless Grafana chooses it."""
    uid = reference.get("uid") if isinstance(reference, dict) else reference
    uid = uid if isinstance(uid, str) else ""
    kind = source_type(reference, types)
    if uid in _SPECIAL or kind in _NO_SERVERS:
        if isinstance(reference, dict):
            return reference
        return {"type": "grafana" if "Grafana" in uid else "datasource", "uid": uid}
    variable = _VARIABLE.match(uid)
    name = next((group for group in variable.groups() if group), "") if variable else ""
    if name and name not in sources.inputs and name in types and not _is_input(name):
        return {"type": kind, "uid": f"${{{name}}}"} if kind else {"uid": f"${{{name}}}"}
    own = sources.inputs.get(name) or (uid if uid in sources.types else None)
    found = own or sources.of_type(kind)
    if found is None:
        return reference if isinstance(reference, dict) else {"uid": uid}
    return {"type": sources.types.get(found, kind), "uid": found}


def _is_input(name: str) -> bool:
    """Return whether a name has the form that Grafana's export gives to inputs."""
    return name.startswith("DS_")


def _tidy_whole(board: Json) -> None:
    """Remove what Grafana does not read, and add what its schema requires."""
    for variable in variables_of(board):
        _tidy_variable(variable)
    board["links"] = [_LINK | link for link in parts(board.get("links"))]
    for panel in panels_of(board):
        _tidy_panel(panel)


def _tidy_variable(variable: Json) -> None:
    for key in variable.keys() - _OF_VARIABLE:
        del variable[key]
    if not {"text", "value"} <= part(variable.get("current")).keys():
        variable.pop("current", None)
    elif str(variable.get("type")) in {"query", "datasource"}:
        # A choice of the Grafana that it was taken from; this one chooses at the first load.
        variable.pop("current")


def _tidy_panel(panel: Json) -> None:
    if panel.get("links"):
        panel["links"] = [_LINK | link for link in parts(panel["links"])]
    fields = part(panel.get("fieldConfig"))
    defaults = part(fields.get("defaults"))
    # Written by some versions of Grafana, read by none.
    defaults.pop("unitScale", None)
    _tidy_thresholds(defaults.get("thresholds"))
    for override in parts(fields.get("overrides")):
        override.pop("__systemRef", None)
        for prop in parts(override.get("properties")):
            if prop.get("id") == "thresholds":
                _tidy_thresholds(prop.get("value"))
    if panel.get("type") == "table":
        _tidy_table(part(panel.get("options")), defaults)
    for target in parts(panel.get("targets")):
        if "expr" in target and source_type(target.get("datasource"), {}) in {"", "prometheus"}:
            for key in target.keys() - _OF_PROMETHEUS:
                del target[key]


def _tidy_thresholds(thresholds: object) -> None:
    for step in parts(part(thresholds).get("steps")):
        step.setdefault("value", None)


def _tidy_table(options: Json, defaults: Json) -> None:
    """Move the footer to where Grafana 12.2 has it.

    Source: grafana/public/app/plugins/panel/table/migrations.ts
    """
    footer = part(options.pop("footer", None))
    if footer.get("enablePagination"):
        options["enablePagination"] = True
    if footer.get("show") and footer.get("reducer"):
        defaults.setdefault("custom", {})["footer"] = {"reducers": footer["reducer"]}
