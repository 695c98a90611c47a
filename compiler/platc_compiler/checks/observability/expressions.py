"""The expressions of a platform that the checks of observability examine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from platc_compiler.checks.observability.grafana_queries import asked_here, parsed
from platc_compiler.diagnostics import Origin
from platc_compiler.expressions.promql import PromqlError, Selector, parse, selectors
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.slo_events import parts, selector
from platc_spec.observability import Objective

if TYPE_CHECKING:
    from platc_compiler.expressions.promql import Expression

_STATED = frozenset({"alerts", "slos", "dashboards"})


class Stated(Struct, frozen=True):
    """An expression of platform.yaml."""

    expression: Expression
    origin: Origin

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """The subject of the expression in a message."""
        return tuple(selectors(self.expression))


def stated(platform: Platform) -> Iterator[Stated]:
    """Yield each expression of alerts, objectives and panels once; the kinds' own are tested
    elsewhere.
    """
    seen: set[tuple[Origin, str]] = set()
    for text, origin in _texts(platform):
        if not origin or origin[0] not in _STATED or (origin, text) in seen:
            continue
        seen.add((origin, text))
        with suppress(PromqlError):
            yield Stated(parse(text), origin)
    for board in platform.dashboards:
        for query in asked_here(board, platform):
            if query.origin and (query.origin, query.expr) not in seen:
                seen.add((query.origin, query.expr))
                with suppress(PromqlError):
                    yield Stated(parsed(query.expr, board), query.origin)


def _texts(platform: Platform) -> Iterator[tuple[str, Origin]]:
    for alert in platform.alerts:
        place = (*alert.origin, "expr") if alert.origin[0] == "alerts" else alert.origin
        yield alert.expr, place
    for rule in platform.recordings:
        if rule.origin[:1] != ("slos",):
            yield rule.expr, rule.origin
    for name, objective in platform.spec.slos.items():
        yield from _of_objective(objective, ("slos", name))


def _of_objective(objective: Objective, place: Origin) -> Iterator[tuple[str, Origin]]:
    """Yield what an objective asks, once: its rules ask the same over seven windows."""
    if objective.latency is not None:
        name, matchers = parts(objective.latency.histogram)
        series = name if objective.latency.native else f"{name}_bucket"
        yield f"rate({selector(series, matchers)}[5m])", (*place, "latency", "histogram")
        return
    yield f"rate({objective.errors}[5m])", (*place, "errors")
    yield f"rate({objective.total}[5m])", (*place, "total")
