"""The labels that the series of an expression's result have.

The rules are those of Prometheus' engine: promql/engine.go and promql/functions.go of 3.14
(``aggregation``, ``resultMetric``, ``createLabelsForAbsentFunction``, ``evalLabelReplace`` and
others). The name of a metric counts as no label here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from promql_parser import (
    AggModifierType,
    AggregateExpr,
    BinaryExpr,
    Call,
    LabelModifierType,
    MatrixSelector,
    NumberLiteral,
    ParenExpr,
    StringLiteral,
    SubqueryExpr,
    UnaryExpr,
    ValueType,
    VectorMatchCardinality,
    VectorSelector,
)

from platc_compiler.expressions.label_names import ALL, NONE, LabelNames
from platc_compiler.expressions.promql import Expression, Node, Selector, nodes, selector_of

NAME = "__name__"
_OF_SERIES = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
"""Aggregations that return some of the series that they are given."""
_KEEPING = frozenset(
    """abs acos acosh asin asinh atan atanh avg_over_time ceil changes clamp
    clamp_max clamp_min cos cosh count_over_time day_of_month day_of_week day_of_year days_in_month
    deg delta deriv double_exponential_smoothing exp first_over_time floor histogram_avg
    histogram_count histogram_stddev histogram_stdvar histogram_sum holt_winters hour idelta
    increase irate last_over_time ln log10 log2 mad_over_time max_over_time min_over_time minute
    month predict_linear present_over_time quantile_over_time rad rate resets round sgn sin sinh
    sort sort_by_label sort_by_label_desc sort_desc sqrt stddev_over_time stdvar_over_time
    sum_over_time tan tanh timestamp ts_of_first_over_time ts_of_last_over_time
    ts_of_max_over_time ts_of_min_over_time year""".split()  # noqa: SIM905 - reads better
)
"""Functions whose series have the labels of the argument."""


class Result(Struct, frozen=True):
    """What is known of a result's series."""

    may: LabelNames = ALL
    """The labels that a series may have."""
    certain: frozenset[str] = frozenset()
    """The labels that every series has, with a value that is not empty."""
    empty: bool = False
    """There is certainly no series."""
    scalar: bool = False
    """It is a number or a text, not a vector."""


UNKNOWN = Result()
_SCALAR = Result(may=NONE, scalar=True)
_ONE_SERIES = Result(may=NONE)


class Matching(Struct, frozen=True):
    """How an operator finds the series of both sides that belong together."""

    by: LabelNames
    """The labels that must be equal."""
    side: str = ""
    """The side of which several series may match one of the other: ``left`` or ``right``."""
    included: frozenset[str] = frozenset()
    """The labels of ``group_left`` or ``group_right``, taken from the other side."""


def matches(operator: str, expected: str, actual: str) -> bool:
    """Return whether a matcher of a selector accepts a value.

    A variable of Grafana may stand for any value, and what Python cannot read accepts everything.
    """
    if "$" in expected.removesuffix("$"):
        return True
    if operator in {"=", "!="}:
        return (expected == actual) == (operator == "=")
    found = _full_match(expected, actual)
    return found is None or found == (operator == "=~")


def selected(result: Result, matchers: Iterable[tuple[str, str, str]]) -> Result:
    """Return the series of a metric that fulfil matchers: label, operator and value of each."""
    may, certain, empty = result.may, result.certain, result.empty
    for label, operator, value in matchers:
        if label == NAME or matches(operator, value, ""):
            if operator == "=" and not value:
                empty = empty or label in certain
                may, certain = may.without({label}), certain - {label}
        elif label in may:
            certain |= {label}
        else:
            empty = True
    return Result(may, certain, empty=empty)


def results(expression: Expression, samples: Callable[[Selector], Result]) -> Sequence[Result]:
    """Return the result of each of an expression's :func:`nodes`."""
    parts = nodes(expression)
    found: list[Result] = [UNKNOWN] * len(parts)
    for index in range(len(parts) - 1, -1, -1):
        node = parts[index]
        selector = selector_of(node)
        found[index] = (
            samples(selector)
            if selector is not None
            else _result(node, [found[each] for each in node.below])
        )
    return found


def _result(node: Node, below: Sequence[Result]) -> Result:
    match node.part:
        case NumberLiteral() | StringLiteral():
            return _SCALAR
        case ParenExpr() | UnaryExpr() | SubqueryExpr():
            return below[0]
        case AggregateExpr():
            return _aggregated(node.part, below[0])
        case BinaryExpr():
            return _combined(node.part, *below)
        case Call():
            return _called(node.part, below)
    return UNKNOWN


def _aggregated(part: AggregateExpr, inner: Result) -> Result:
    operation = str(part.op)
    if operation in _OF_SERIES:
        return inner
    may, certain = NONE, frozenset[str]()
    if part.modifier is not None:
        labels = frozenset(part.modifier.labels)
        if part.modifier.type == AggModifierType.By:
            may, certain = inner.may & LabelNames(labels), inner.certain & labels
        else:
            may, certain = inner.may.without(labels), inner.certain - labels
    if operation == "count_values":
        if not isinstance(part.param, StringLiteral):
            return UNKNOWN
        without = part.modifier is not None and part.modifier.type == AggModifierType.Without
        named = part.param.val
        may = may.with_({named})
        certain = certain - {named} if without else certain | {named}
    return Result(may, certain, empty=inner.empty)


def matching_of(part: BinaryExpr) -> Matching | None:
    """Return how the sides of an operator are matched, ``None`` if that is not known."""
    modifier = part.modifier
    if modifier is None:
        return Matching(LabelNames(frozenset({NAME}), inverted=True))
    filled = modifier.fill_values
    if filled.lhs is not None or filled.rhs is not None:
        return None  # experimental: series without a match take part too
    labels = modifier.matching
    if labels is None:
        by = LabelNames(frozenset({NAME}), inverted=True)
    elif labels.type == LabelModifierType.Include:
        by = LabelNames(frozenset(labels.labels))
    else:
        by = LabelNames(frozenset({NAME, *labels.labels}), inverted=True)
    included = frozenset(modifier.group_labels or ())
    if modifier.card == VectorMatchCardinality.ManyToOne:
        return Matching(by, "left", included)
    if modifier.card == VectorMatchCardinality.OneToMany:
        return Matching(by, "right", included)
    return Matching(by)


def apart(matching: Matching, left: Result, right: Result) -> tuple[str, ...]:
    """Return the labels that every series of one side has and none of the other, though both must
    agree in them; without any, the sides may match.
    """
    return tuple(
        sorted(
            label
            for one, other in ((left, right), (right, left))
            for label in one.certain
            if label in matching.by and label not in other.may
        )
    )


def _combined(part: BinaryExpr, left: Result, right: Result) -> Result:
    if left.scalar or right.scalar:
        return left if right.scalar else right
    operation, matching = str(part.op), matching_of(part)
    if matching is None:
        return UNKNOWN
    if operation == "or":
        if left.empty or right.empty:
            return right if left.empty else left
        return Result(left.may | right.may, left.certain & right.certain)
    nothing = left.empty or right.empty or bool(apart(matching, left, right))
    if operation in {"and", "unless"}:
        empty = left.empty or (operation == "and" and nothing)
        return Result(left.may, left.certain, empty=empty)
    return _matched(matching, left, right, empty=nothing)


def _matched(matching: Matching, left: Result, right: Result, *, empty: bool) -> Result:
    """Return the result of arithmetic or of a comparison between two vectors."""
    by = matching.by
    if not matching.side:
        may = left.may & right.may & by
        certain = frozenset(label for label in left.certain | right.certain if label in by)
        return Result(may, certain, empty=empty)
    many, one = (left, right) if matching.side == "left" else (right, left)
    included = matching.included
    kept = (many.may & (one.may | ~by)).without(included)
    return Result(
        kept | (LabelNames(included) & one.may),
        (many.certain - included) | (one.certain & included),
        empty=empty,
    )


def _called(part: Call, below: Sequence[Result]) -> Result:
    name = part.func.name
    if part.func.return_type == ValueType.Scalar:
        return _SCALAR
    vector = next((result for result in below if not result.scalar), None)
    if name == "vector" or vector is None:
        return _ONE_SERIES
    if name in _KEEPING:
        return vector
    match name:
        case "absent" | "absent_over_time":
            found = _absent(part.args[0])
        case "histogram_quantile" | "histogram_fraction":
            # Of native histograms this is not said, but those have no label le.
            may, certain = vector.may.without({"le"}), vector.certain - {"le"}
            found = Result(may, certain, empty=vector.empty)
        case "label_replace":
            found = _replaced(vector, _texts(part.args[1:]))
        case "label_join":
            found = _joined(vector, _texts(part.args[1:]))
        case _:
            found = UNKNOWN
    return found


def _texts(arguments: Iterable[Expression]) -> list[str | None]:
    return [each.val if isinstance(each, StringLiteral) else None for each in arguments]


def _absent(argument: Expression) -> Result:
    """Return one series with the labels that the selector states by a single ``=`` each."""
    while isinstance(argument, ParenExpr):
        argument = argument.expr
    if not isinstance(argument, (VectorSelector, MatrixSelector)):
        return _ONE_SERIES
    selector = selector_of(nodes(argument)[0])
    stated: dict[str, str] = {}
    for label, operator, value in selector.matchers if selector else ():
        stated[label] = value if operator == "=" and label not in stated else ""
    certain = frozenset(label for label, value in stated.items() if value)
    return Result(LabelNames(certain), certain)


def _replaced(vector: Result, texts: Sequence[str | None]) -> Result:
    target, replacement, source, pattern = texts
    if target is None or replacement is None or source is None or pattern is None:
        return UNKNOWN
    empty_matches = _full_match(pattern, "")
    if source != NAME and source not in vector.may and empty_matches is False:
        return vector
    may = vector.may.with_({target}) if replacement else vector.may
    if replacement and "$" not in replacement:
        absent = source != NAME and source not in vector.may
        always = pattern == ".*" or (absent and empty_matches is True)
        certain = vector.certain | {target} if always else vector.certain
        return Result(may, certain, empty=vector.empty)
    return Result(may, vector.certain - {target}, empty=vector.empty)


def _full_match(pattern: str, text: str) -> bool | None:
    """Return whether a regular expression matches a text, ``None`` if Python cannot read it."""
    try:
        return re.fullmatch(pattern, text, re.DOTALL) is not None
    except re.error:
        return None


def _joined(vector: Result, texts: Sequence[str | None]) -> Result:
    target, separator, *sources = texts
    if target is None or separator is None or None in sources:
        return UNKNOWN
    named = [source for source in sources if source is not None]
    separated = bool(separator) and len(named) > 1
    if separated or any(source in vector.certain for source in named):
        return Result(vector.may.with_({target}), vector.certain | {target}, empty=vector.empty)
    certain = vector.certain - {target}
    if any(source == NAME or source in vector.may for source in named):
        return Result(vector.may.with_({target}), certain, empty=vector.empty)
    return Result(vector.may.without({target}), certain, empty=vector.empty)
