"""A part of a dashboard says nothing, or two things at once.

A variable has one of ``query``, ``values``, ``datasources``, ``intervals``, ``text`` and
``constant``; a link leads to one of ``url`` and ``dashboard``; an override has one of ``name`` and
``regex``; thresholds are all values or all shares of the scale.

Why: Grafana would follow one of the two, and nobody can say which.

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web:
    title: Web
    variables: { path: { values: [/a, /b], query: "label_values(http_requests_total, path)" } }
    panels: [{ title: Requests, expr: 'rate(http_requests_total{path="$path"}[5m])' }]
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web:
    title: Web
    variables: { path: { query: "label_values(http_requests_total, path)" } }
    panels: [{ title: Requests, expr: 'rate(http_requests_total{path="$path"}[5m])' }]
```

Fix: keep one of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.base import Model
from platc_spec.dashboards import Dashboard, Panel, Thresholds

CODE = "PLT436"
_OF_VARIABLE = ("query", "values", "datasources", "intervals", "text", "constant")
_OF_QUERY = ("regex", "datasource")
_OF_CHOICES = ("multi", "all", "all_value")
_ONE_VALUE = frozenset({"intervals", "text", "constant"})


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each such part."""
    for name, board in context.spec.dashboards.items():
        place: Origin = ("dashboards", name)
        yield from _of_variables(board, place)
        for number, link in enumerate(board.links):
            yield from _one_of(link, ("url", "dashboard"), "a link", (*place, "links", number))
        for path, panel in board.placed():
            yield from _of_panel(panel, (*place, *path))


def _of_variables(board: Dashboard, place: Origin) -> Iterator[Diagnostic]:
    for key, variable in board.variables.items():
        here = (*place, "variables", key)
        yield from _one_of(variable, _OF_VARIABLE, f"the variable '{key}'", here)
        stated = variable.model_fields_set
        others = [] if "query" in stated else [k for k in _OF_QUERY if k in stated]
        if stated & _ONE_VALUE:
            others += [k for k in _OF_CHOICES if k in stated]
        for other in others:
            message = f"'{other}' has no effect on the variable '{key}'"
            yield error(CODE, message, (*here, other), f"remove '{other}'", on_key=True)


def _of_panel(panel: Panel, place: Origin) -> Iterator[Diagnostic]:
    for number, link in enumerate(panel.links):
        yield from _one_of(link, ("url", "dashboard"), "a link", (*place, "links", number))
    yield from _of_thresholds(panel.thresholds, (*place, "thresholds"))
    for number, override in enumerate(panel.overrides):
        here = (*place, "overrides", number)
        yield from _one_of(override, ("name", "regex"), "an override", here)
        yield from _of_thresholds(override.thresholds, (*here, "thresholds"))
        if not override.model_fields_set - {"name", "regex"}:
            yield error(CODE, "an override that changes nothing", here, "add unit, color, axis …")
        if override.axis is not None and panel.type != "timeseries":
            message = f"a panel of type '{panel.type}' has no axis"
            yield error(CODE, message, (*here, "axis"), "remove 'axis'", on_key=True)


def _one_of(part: Model, keys: tuple[str, ...], what: str, place: Origin) -> Iterator[Diagnostic]:
    stated = [key for key in keys if getattr(part, key) is not None]
    if not stated:
        yield error(CODE, f"{what} has none of {_listed(keys)}", place, "add one of them")
    for further in stated[1:]:
        message = f"{what} has '{further}' beside '{stated[0]}'"
        yield error(CODE, message, (*place, further), f"remove '{further}'", on_key=True)


def _listed(keys: tuple[str, ...]) -> str:
    return f"{', '.join(keys[:-1])} and {keys[-1]}"


def _of_thresholds(thresholds: Thresholds, place: Origin) -> Iterator[Diagnostic]:
    values = [value for value in thresholds.values() if value is not None]
    shares = [value for value in values if isinstance(value, str)]
    if shares and len(shares) < len(values):
        yield error(CODE, "thresholds mix values and shares of the scale", place, "write one sort")
