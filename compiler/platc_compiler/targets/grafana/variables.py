"""Variables and annotations of a dashboard as Grafana's JSON.

Source: @grafana/schema, raw/dashboard (``VariableModel``, ``AnnotationQuery``), and
grafana/packages/grafana-prometheus/src/annotations.ts for the keys of an annotation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platc_compiler.ir.dashboards import Annotation, DashboardServer, Variable
from platc_compiler.templating.templates import Templates

_ALL = ("All", "$__all")


def variable(
    variable: Variable,
    server: DashboardServer,
    reference: Callable[[str], dict[str, str] | None],
    templates: Templates,
) -> dict[str, Any]:
    """Return a variable with the choice at first."""
    choices = _choices(variable)
    data: dict[str, Any] = templates.data(
        "grafana/variable.json.j2",
        variable=variable, query=_query(variable), options=choices,
        current=_current(variable, server, choices),
        source=reference(variable.source) if variable.type == "query" else None,
        chooses=variable.type in {"query", "custom", "datasource"},
    )  # fmt: skip
    return data


def _query(variable: Variable) -> Any:  # noqa: ANN401 - a text, or a mapping
    match variable.type:
        case "query":
            return {"query": variable.text, "refId": f"{variable.name}-values"}
        case "custom":
            return ", ".join(_custom(*choice) for choice in variable.values)
        case "interval":
            return ",".join(value for _, value in variable.values)
    return variable.text


def _custom(text: str, value: str) -> str:
    """Return a choice as Grafana splits it: at commas, and at a colon between spaces."""
    written = value.replace(",", "\\,")
    return written if text == value else f"{text.replace(',', chr(92) + ',')} : {written}"


def _choices(variable: Variable) -> list[dict[str, Any]]:
    found = list(variable.values)
    if variable.type in {"textbox", "constant"}:
        found = [(variable.text, variable.text)]
    if variable.type == "custom" and variable.every:
        found = [_ALL, *found]
    return [
        {"selected": position == 0, "text": text, "value": value}
        for position, (text, value) in enumerate(found)
    ]


def _current(
    variable: Variable, server: DashboardServer, choices: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """Return the choice at first; ``None`` where Grafana takes the first value that it gets."""
    first: tuple[str, str] | None = None
    if variable.type == "datasource":
        first = next(((s.name, s.uid) for s in server.sources if s.type == variable.text), None)
    elif variable.every:
        first = _ALL
    elif choices:
        first = choices[0]["text"], choices[0]["value"]
    if first is None:
        return None
    if variable.multi:
        return {"text": [first[0]], "value": [first[1]]}
    return {"text": first[0], "value": first[1]}


def annotation(
    annotation: Annotation,
    reference: Callable[[str], dict[str, str] | None],
    templates: Templates,
) -> dict[str, Any]:
    """Return the query of an annotation."""
    data: dict[str, Any] = templates.data(
        "grafana/annotation.json.j2",
        annotation=annotation, source=reference(annotation.query.source),
    )  # fmt: skip
    return data
