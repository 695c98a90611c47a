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

_REMEMBERED = 512
"""Expressions; one with regular expressions takes some 200 KiB outside of Python's objects."""

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


@lru_cache(maxsize=_REMEMBERED)
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


class Node(Struct, frozen=True):
    """A part of an expression."""

    part: Expression
    function: str
    """The function that the part is an argument of, empty if it is none."""
    below: tuple[int, ...]
    """The indexes of its operands and arguments."""


@lru_cache(maxsize=_REMEMBERED)
def nodes(expression: Expression) -> tuple[Node, ...]:
    """Return the parts of an expression, from left to right, each before the parts below it.

    Nothing here recurses: operands in a row nest as deep as there are operands. Whoever computes
    something of each part goes backwards, and has computed it of the parts below.
    """
    found: list[tuple[Expression, str, list[int]]] = []
    waiting: list[tuple[Expression, str, int]] = [(expression, "", -1)]
    while waiting:
        part, function, above = waiting.pop()
        if above >= 0:
            found[above][2].append(len(found))
        function_below = part.func.name if isinstance(part, Call) else ""
        waiting += [(each, function_below, len(found)) for each in reversed(_below(part))]
        found.append((part, function, []))
    return tuple(Node(part, function, tuple(below)) for part, function, below in found)


def _below(part: Expression) -> list[Expression]:
    match part:
        case Call():
            return list(part.args)
        case BinaryExpr():
            return [part.lhs, part.rhs]
        case AggregateExpr():
            return [part.expr] if part.param is None else [part.expr, part.param]
        case ParenExpr() | UnaryExpr() | SubqueryExpr():
            return [part.expr]
    return []


def selectors(expression: Expression) -> Iterator[Selector]:
    """Yield the selectors of an expression, from left to right."""
    for node in nodes(expression):
        found = selector_of(node)
        if found is not None:
            yield found


def selector_of(node: Node) -> Selector | None:
    """Return the selector that a part is, ``None`` for another part."""
    match node.part:
        case VectorSelector():
            return _selector(node.part, node.function)
        case MatrixSelector():
            return _selector(node.part.vector_selector, node.function)
    return None


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
        node.part.range or timedelta(0)
        for node in nodes(expression)
        if isinstance(node.part, (MatrixSelector, SubqueryExpr))
    )
    return max(ranges, default=timedelta(0))
