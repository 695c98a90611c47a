"""Which expressions have a result as long as their series are there, whatever the values."""

from __future__ import annotations

from collections.abc import Sequence

from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    NumberLiteral,
    ParenExpr,
    SubqueryExpr,
    UnaryExpr,
    ValueType,
)

from platc_compiler.expressions.known_metrics import OF_A_SCRAPE
from platc_compiler.expressions.known_types import Types
from platc_compiler.expressions.promql import Expression, Node, Selector, nodes, selector_of

COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})


def always(expression: Expression, types: Types) -> Sequence[bool]:
    """Return of each of an expression's nodes whether it always has a result.

    A gauge with matchers may be there only while something is wrong, such as the reason why a
    container waits: of those nothing is said.
    """
    parts, kinds = nodes(expression), types.of(expression)
    found = [False] * len(parts)
    for index in range(len(parts) - 1, -1, -1):
        selector = selector_of(parts[index])
        found[index] = (
            _of_selector(selector, kinds[index])
            if selector is not None
            else _of_part(parts[index], [found[each] for each in parts[index].below])
        )
    return found


def _of_selector(selector: Selector, kind: str) -> bool:
    if kind == "counter":
        return True
    return (kind == "gauge" or selector.name in OF_A_SCRAPE) and not selector.matchers


def _of_part(node: Node, below: Sequence[bool]) -> bool:
    match node.part:
        case NumberLiteral():
            return True
        case ParenExpr() | UnaryExpr() | SubqueryExpr() | AggregateExpr():
            return below[0]
        case BinaryExpr():
            return _of_operator(node.part, *below)
        case Call():
            return _of_function(node.part, below)
    return False


def _of_operator(part: BinaryExpr, left: bool, right: bool) -> bool:  # noqa: FBT001 - two alike
    operation = str(part.op)
    if operation == "or":
        return left or right
    filters = operation in COMPARISONS and not (part.modifier and part.modifier.return_bool)
    return left and right and not filters and operation != "unless"


def _of_function(part: Call, below: Sequence[bool]) -> bool:
    if part.func.name in {"absent", "absent_over_time"}:
        return False
    if part.func.return_type == ValueType.Scalar:
        return True
    vectors = [
        there
        for there, argument in zip(below, part.args, strict=True)
        if not selector_free(argument)
    ]
    return all(vectors) if vectors else part.func.name == "vector"


def selector_free(expression: Expression) -> bool:
    """Return whether an expression reads no series."""
    return all(selector_of(node) is None for node in nodes(expression))
