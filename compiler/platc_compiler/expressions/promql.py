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

from platc_compiler.expressions.promql_bounds import beyond

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
        PromqlError: the text is no PromQL, or larger than :func:`beyond` lets pass.
    """
    too_large = beyond(text)
    if too_large:
        raise PromqlError(too_large)
    try:
        return promql_parser.parse(_INTERVALS.sub("5m", text))
    except ValueError as fault:
        raise PromqlError(str(fault)) from None


def selectors(expression: Expression) -> Iterator[Selector]:
    """Yield the selectors of an expression, from left to right."""
    for part, function in _parts(expression):
        match part:
            case VectorSelector():
                yield _selector(part, function)
            case MatrixSelector():
                yield _selector(part.vector_selector, function)


def _parts(expression: Expression) -> Iterator[tuple[Expression, str]]:
    """Yield an expression and all below it, from left to right, each with the function that it is
    an argument of.

    Nothing here recurses: operands in a row nest as deep as there are operands.
    """
    waiting: list[tuple[Expression, str]] = [(expression, "")]
    while waiting:
        part, function = waiting.pop()
        yield part, function
        match part:
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
    """Return the longest range that an expression looks back over, zero for an instant one."""
    ranges = (
        part.range or timedelta(0)
        for part, _ in _parts(expression)
        if isinstance(part, (MatrixSelector, SubqueryExpr))
    )
    return max(ranges, default=timedelta(0))
