"""The expressions of a platform that the checks of observability examine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from platc_compiler.checks.observability.grafana_queries import asked_here, parsed
from platc_compiler.diagnostics import Origin
from platc_compiler.expressions.known_series import Found, known_series
from platc_compiler.expressions.promql import (
    Node,
    PromqlError,
    Selector,
    nodes,
    parse,
    selector_of,
    selectors,
)
from platc_compiler.expressions.results import Result, results
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.slo_events import parts, selector
from platc_compiler.lower.slos import BURNS
from platc_spec.durations import duration_text
from platc_spec.observability import Objective

if TYPE_CHECKING:
    from platc_compiler.expressions.promql import Expression
    from platc_compiler.ir.dashboards import Dashboard
    from platc_compiler.ir.observability import Alert

_STATED = frozenset({"alerts", "recordings", "dashboards"})
_SHORTEST = duration_text(min(burn.short for _, _, burns in BURNS for burn in burns))


class Stated(Struct, frozen=True):
    """An expression of platform.yaml."""

    text: str
    expression: Expression
    origin: Origin
    alert: Alert | None
    """The alert whose condition it is."""
    found: Sequence[Found | None]
    """What is known of the selectors, by node; ``None`` for other parts."""
    results: Sequence[Result]
    """What is known of each node."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The parts of the expression."""
        return nodes(self.expression)

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Its selectors, from left to right."""
        return tuple(selectors(self.expression))

    @property
    def result(self) -> Result:
        """What is known of the series that it returns."""
        return self.results[0]

    def selected(self) -> Iterator[tuple[Node, Selector, Found]]:
        """Yield each selector, and what is known of it."""
        for node, found in zip(self.nodes, self.found, strict=True):
            chosen = selector_of(node)
            if chosen is not None and found is not None:
                yield node, chosen, found


@cached_by_identity
def stated(platform: Platform) -> tuple[Stated, ...]:
    """Return each expression of alerts, rules, objectives and panels once; the kinds' own are
    tested elsewhere.
    """
    series = known_series(platform)
    seen: set[tuple[Origin, str]] = set()
    every = []
    for text, origin, alert, board in _texts(platform):
        if (origin, text) in seen:
            continue
        seen.add((origin, text))
        try:
            expression = parse(text) if board is None else parsed(text, board)
        except PromqlError:
            continue
        chosen = [selector_of(node) for node in nodes(expression)]
        found = [None if selector is None else series.find(selector) for selector in chosen]
        every.append(
            Stated(text, expression, origin, alert, found, results(expression, series.samples))
        )
    return tuple(every)


def _texts(
    platform: Platform,
) -> Iterator[tuple[str, Origin, Alert | None, Dashboard | None]]:
    for alert in platform.alerts:
        if alert.origin[0] == "alerts":
            yield alert.expr, (*alert.origin, "expr"), alert, None
    for name, objective in sorted(platform.spec.slos.items()):
        yield from ((t, place, None, None) for t, place in _asked(objective, ("slos", name)))
    for rule in platform.recordings:
        if rule.origin and rule.origin[0] in _STATED:
            yield rule.expr, rule.origin, None, None
    yield from ((text, place, None, None) for text, place in _of_autoscalers(platform))
    for board in platform.dashboards:
        for query in asked_here(board, platform):
            if query.origin and query.origin[0] in _STATED:
                yield query.expr, query.origin, None, board


def _of_autoscalers(platform: Platform) -> Iterator[tuple[str, Origin]]:
    for workload in platform.workloads:
        scaling = workload.scaling
        if scaling is not None and scaling.query is not None:
            yield scaling.query.text, (*scaling.origin, "metric", "query")


def _asked(objective: Objective, place: Origin) -> Iterator[tuple[str, Origin]]:
    """Yield each selector of an objective once, as its rules read it in the shortest window."""
    if objective.latency is not None:
        name, matchers = parts(objective.latency.histogram)
        series = name if objective.latency.native else f"{name}_bucket"
        of_series = selector(series, matchers)
        yield f"rate({of_series}[{_SHORTEST}])", (*place, "latency", "histogram")
        return
    for key, stated in (("errors", objective.errors), ("total", objective.total)):
        yield f"rate({stated}[{_SHORTEST}])", (*place, key)
