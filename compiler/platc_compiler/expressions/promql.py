"""PromQL for a compiler: whether an expression is valid, and which series it selects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from typing import TypeAlias

import promql_parser
from msgspec import Struct
from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    MatchOp,
    MatrixSelector,
    ParenExpr,
    SubqueryExpr,
    UnaryExpr,
    VectorSelector,
)

Expression: TypeAlias = promql_parser.Expr

_INTERVALS = re.compile(
    r"\$(?:__rate_interval|__interval|__range)\b|\$\{(?:__rate_interval|__interval|__range)\}"
)
_OPERATORS = (
    (MatchOp.Equal, "="),
    (MatchOp.NotEqual, "!="),
    (MatchOp.Re, "=~"),
    (MatchOp.NotRe, "!~"),
)


class PromqlError(ValueError):
    """A text that is not PromQL; the message states the reason."""


class Selector(Struct, frozen=True):
    """A selector of an expression, and how it is used."""

    name: str
    """The metric; empty if the selector names none."""
    matchers: tuple[tuple[str, str, str], ...]
    """Label, operator and value of each matcher except that of the name."""
    function: str = ""
    """The function that takes its range, such as ``rate``; empty for an instant selector."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Return the expression; five minutes replace Grafana's variables for intervals.

    Raises:
        PromqlError: the text is not PromQL.
    """
    try:
        return promql_parser.parse(_INTERVALS.sub("5m", text))
    except ValueError as fault:
        raise PromqlError(str(fault)) from None


def selectors(expression: Expression) -> Iterator[Selector]:
    """Yield the selectors of an expression, from left to right.

    This function does not recurse: the alert for absent exporters joins one operand for each
    exporter by ``or``, and the parser nests them as deep as there are exporters.
    """
    waiting: list[tuple[Expression, str]] = [(expression, "")]
    while waiting:
        part, function = waiting.pop()
        match part:
            case VectorSelector():
                yield _selector(part, function)
            case MatrixSelector():
                yield _selector(part.vector_selector, function)
            case Call():
                waiting += [(argument, part.func.name) for argument in reversed(part.args)]
            case BinaryExpr():
                waiting += [(part.rhs, ""), (part.lhs, "")]
            case AggregateExpr():
                waiting += [(part.param, "")] if part.param is not None else []
                waiting.append((part.expr, ""))
            case ParenExpr() | UnaryExpr() | SubqueryExpr():
                waiting.append((part.expr, ""))


def _selector(selector: VectorSelector, function: str) -> Selector:
    name, matchers = selector.name or "", []
    for matcher in selector.matchers.matchers:
        if matcher.name == "__name__":
            name = matcher.value if matcher.op == MatchOp.Equal else ""
        else:
            operator = next(text for op, text in _OPERATORS if op == matcher.op)
            matchers.append((matcher.name, operator, matcher.value))
    return Selector(name, tuple(matchers), function)


def longest_range(expression: Expression) -> timedelta:
    """Return the longest range that an expression reads, zero for an instant one."""
    found = [timedelta(0)]

    def visit(node: Expression) -> bool:
        if isinstance(node, (MatrixSelector, SubqueryExpr)):
            found.append(node.range or timedelta(0))
        return True

    promql_parser.walk(expression, pre_visit=visit)
    return max(found)
