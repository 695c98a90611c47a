"""The expressions of a platform that the checks of observability examine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.expressions.promql import PromqlError, Selector, parse, selectors
from platc_compiler.ir.platform import Platform

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
        try:
            yield Stated(parse(text), origin)
        except PromqlError:
            continue


def _texts(platform: Platform) -> Iterator[tuple[str, Origin]]:
    for alert in platform.alerts:
        place = (*alert.origin, "expr") if alert.origin[0] == "alerts" else alert.origin
        yield alert.expr, place
    for rule in platform.recordings:
        yield rule.expr, rule.origin
    for board in platform.dashboards:
        for panel in board.panels:
            for query in panel.queries:
                yield query.expr, query.origin
