"""Recording rules for the repeated expressions of dashboards: Prometheus computes each once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace
from promql_parser import AggModifierType, AggregateExpr, Call, VectorSelector

from platc_compiler.expressions.promql import (
    Expression,
    PromqlError,
    longest_range,
    parse,
    selectors,
)
from platc_compiler.ir.dashboards import Dashboard, Panel, Query
from platc_compiler.ir.observability import Recording
from platc_compiler.ir.platform import Platform
from platc_spec.durations import duration_text

_SEVERAL = 2
_GROUP = "dashboards"


def recordings(platform: Platform) -> Platform:
    """Record each expression that is not a plain selector and is used by several panels."""
    if not platform.monitors:
        return platform
    used = Counter(key for query in _queries(platform) if (key := _key(query)) is not None)
    first = {key: query for query in reversed(list(_queries(platform))) if (key := _key(query))}
    rules: dict[str, Recording] = {}
    taken = {rule.name for rule in platform.recordings}
    for key in sorted(key for key, count in used.items() if count >= _SEVERAL):
        name = _name(parse(key), key, taken)
        taken.add(name)
        rules[key] = Recording(name=name, expr=key, group=_GROUP, origin=first[key].origin)
    return replace(
        platform,
        recordings=(*platform.recordings, *rules.values()),
        dashboards=tuple(_rewritten(board, rules) for board in platform.dashboards),
    )


def _queries(platform: Platform) -> Iterator[Query]:
    for board in sorted(platform.dashboards, key=lambda board: board.name):
        for panel in board.every_panel():
            yield from panel.queries


def _key(query: Query) -> str | None:
    """Return an expression in one notation, ``None`` if it gets no rule.

    A plain selector needs no rule, and an expression with variables of Grafana cannot be one, nor
    one that a panel asks another data source than the platform's own.
    """
    if "$" in query.expr or "[[" in query.expr or query.source:
        return None
    try:
        expression = parse(query.expr)
    except PromqlError:
        return None
    return None if isinstance(expression, VectorSelector) else expression.prettify()


def _name(expression: Expression, key: str, taken: set[str]) -> str:
    """Return ``level:metric:operations`` (prometheus.io/docs/practices/rules)."""
    level, operations, inner = "platform", [], expression
    if isinstance(inner, AggregateExpr):
        by = inner.modifier
        if by is not None and by.type == AggModifierType.By and by.labels:
            level = "_".join(by.labels)
        operations.append(str(inner.prettify()).partition(" ")[0].partition("(")[0])
        inner = inner.expr
    if isinstance(inner, Call):
        window = longest_range(inner)
        operations.append(inner.func.name + (duration_text(window) if window else ""))
    found = next((s.name for s in selectors(expression) if s.name), "expression")
    metric = found.removesuffix("_total") if "rate" in "".join(operations) else found
    name = f"{level}:{metric}:{'_'.join(operations) or 'expression'}"
    if name not in taken and _is_plain(expression):
        return name
    return f"{name}_{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _is_plain(expression: Expression) -> bool:
    """Return whether the expression is one selector without matchers, so that its name suffices."""
    found = list(selectors(expression))
    return len(found) == 1 and not found[0].matchers


def _rewritten(board: Dashboard, rules: dict[str, Recording]) -> Dashboard:
    if not rules:
        return board
    rows = (replace(row, panels=_recorded_panels(row.panels, rules)) for row in board.rows)
    return replace(board, panels=_recorded_panels(board.panels, rules), rows=tuple(rows))


def _recorded_panels(panels: tuple[Panel, ...], rules: dict[str, Recording]) -> tuple[Panel, ...]:
    return tuple(
        replace(panel, queries=tuple(_recorded(query, rules) for query in panel.queries))
        for panel in panels
    )


def _recorded(query: Query, rules: dict[str, Recording]) -> Query:
    rule = rules.get(_key(query) or "")
    return query if rule is None else replace(query, expr=rule.name)
