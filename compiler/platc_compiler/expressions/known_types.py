"""The types of expressions: what a counter is, and what falls as well as it rises.

PromQL has no types of metrics; these follow from the type of each metric and from what functions
and operators return.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct, field
from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    NumberLiteral,
    ParenExpr,
    SubqueryExpr,
    UnaryExpr,
)

from platc_compiler.expressions.known_metrics import KnownMetrics, known_metrics
from platc_compiler.expressions.promql import (
    Expression,
    Node,
    PromqlError,
    nodes,
    parse,
    selector_of,
)
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.platform import Platform

Type: TypeAlias = str
"""``counter``, ``gauge``, ``number``, or empty when it is not known."""

_OF_SERIES = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_GAUGES = frozenset(
    """rate irate increase delta idelta deriv predict_linear avg_over_time stddev_over_time
    stdvar_over_time quantile_over_time mad_over_time histogram_quantile histogram_fraction
    histogram_avg changes resets absent present_over_time time vector sgn""".split()  # noqa: SIM905 - reads better
)
"""Functions whose result rises and falls, whatever they are given."""
_DEEPEST = 20
"""How far rules that read rules are followed."""
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "^", "atan2"})


class Types(Struct, frozen=True):
    """The types of the metrics and of the recorded series of a platform."""

    metrics: KnownMetrics
    rules: Mapping[str, str]
    """The expression of each recorded name that has one rule."""
    _recorded: dict[str, Type] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def of(self, expression: Expression) -> Sequence[Type]:
        """Return the type of each of an expression's nodes."""
        parts = nodes(expression)
        found: list[Type] = [""] * len(parts)
        for index in range(len(parts) - 1, -1, -1):
            node = parts[index]
            selector = selector_of(node)
            found[index] = (
                self._of_name(selector.name)
                if selector is not None
                else _type(node, [found[each] for each in node.below])
            )
        return found

    def _of_name(self, name: str) -> Type:
        if name in self.rules:
            if name not in self._recorded and len(self._open) < _DEEPEST:
                self._recorded[name] = ""  # a rule that reads itself says nothing
                self._open.append(name)
                self._recorded[name] = self._of_rule(self.rules[name])
                self._open.pop()
            return self._recorded.get(name, "")
        kind = self.metrics.type(name)
        return kind if kind in {"counter", "gauge"} else ""

    def _of_rule(self, text: str) -> Type:
        try:
            return self.of(parse(text))[0]
        except PromqlError:
            return ""


@cached_by_identity
def known_types(platform: Platform) -> Types:
    """Return the types of a platform's metrics and recorded series."""
    rules: dict[str, str] = {}
    for rule in platform.recordings:
        rules[rule.name] = "" if rule.name in rules else rule.expr
    return Types(known_metrics(platform), rules)


def _type(node: Node, below: Sequence[Type]) -> Type:
    match node.part:
        case NumberLiteral():
            return "number"
        case UnaryExpr() if below[0] == "counter":
            return "gauge"
        case AggregateExpr() if str(node.part.op) not in _OF_SERIES and below[0] == "counter":
            return ""
        case ParenExpr() | SubqueryExpr() | UnaryExpr() | AggregateExpr():
            return below[0]
        case BinaryExpr():
            return _of_operator(str(node.part.op), *below)
    return "gauge" if isinstance(node.part, Call) and node.part.func.name in _GAUGES else ""


def _of_operator(operation: str, left: Type, right: Type) -> Type:
    if operation == "or":
        return left if left == right else ""
    if operation not in _ARITHMETIC:
        return right if left == "number" else left
    if "gauge" in {left, right} or (operation == "-" and left == right == "counter"):
        return "gauge"
    return left if operation in {"*", "/"} and right == "number" else ""
