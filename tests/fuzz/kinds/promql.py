"""PromQL: expressions of its grammar, and bent ones."""

from __future__ import annotations

from random import Random

from platc_compiler.expressions.promql import PromqlError, longest_range, parse, selectors
from tests.fuzz import hostile
from tests.fuzz.kind import Kind, Texts

_METRICS = (
    "up",
    "http_requests_total",
    "node_memory_MemFree_bytes",
    "a:b:c",
    "ALERTS",
    "inf_",
    "é",
)
_LABELS = ("job", "instance", "le", "__name__", "a1", "by")
_FUNCTIONS = ("rate", "increase", "avg_over_time", "abs", "histogram_quantile", "label_replace")
_MORE = ("absent", "vector", "time", "predict_linear", "clamp_max", "topk", "sort", "nosuch")
_CALLS = (
    "abs({})",
    "histogram_quantile(0.9, {})",
    "clamp_max({}, 5)",
    'label_replace({}, "a", "$1", "b", "(.*)")',
    "absent({})",
    "sort_desc({})",
    "round({}, 2)",
    "scalar({})",
    "timestamp({})",
)
_AGGREGATIONS = (
    *(("sum", ""), ("avg", ""), ("max", ""), ("count", ""), ("group", ""), ("sum", "5, ")),
    *(("topk", "5, "), ("quantile", "0.9, "), ("count_values", '"a", '), ("topk", "")),
)
_MATCHES = ("=", "=", "!=", "!=", "=~", "=~", "!~", "==")
_OPERATORS = (*"+-*/%^", "==", "!=", "<", ">=", "and", "or", "unless", "atan2", "== bool")
_DURATIONS = ("5m", "1h30m", "1d", "0s", "1w", "90s", "1y", "999999999y", "$__rate_interval", "5")
_NUMBERS = ("0", "1", "1.5", "1e3", "0x1F", "NaN", "Inf", "-2", ".5", "1_000", "9" * 400)


def _make(dice: Random) -> Texts:
    match dice.randrange(10):
        case 0:
            return {"expr": hostile.text(dice, 10)}
        case 1 if dice.random() < 0.1:
            return {"expr": hostile.long_text(dice, 80_000)}
        case 1 | 2 | 3:
            return {"expr": hostile.bent(dice, expression(dice, 4))}
        case 4 if dice.random() < 0.2:
            many = dice.randint(2, 600)
            return {"expr": dice.choice(_OPERATORS).join([expression(dice, 0)] * many)}
        case _:
            return {"expr": expression(dice, dice.randint(0, 6))}


def expression(dice: Random, depth: int) -> str:
    """Return an expression of the grammar, valid or nearly so."""
    if depth <= 0:
        return _leaf(dice, 0)
    return dice.choice((_leaf, _leaf, _ranged, _called, _aggregated, *_INNER))(dice, depth - 1)


def _leaf(dice: Random, _: int) -> str:
    return _selector(dice) if dice.random() < 0.8 else dice.choice(_NUMBERS)


def _ranged(dice: Random, _: int) -> str:
    ranged = f"{_selector(dice)}[{dice.choice(_DURATIONS)}]{_offset(dice)}"
    return f"{dice.choice(_FUNCTIONS[:3])}({ranged})"


def _called(dice: Random, depth: int) -> str:
    if dice.random() < 0.7:
        return dice.choice(_CALLS).format(expression(dice, depth))
    arguments = ", ".join(expression(dice, depth) for _ in range(dice.randint(0, 3)))
    return f"{dice.choice(_FUNCTIONS + _MORE)}({arguments})"


def _aggregated(dice: Random, depth: int) -> str:
    by = dice.choice(("", f" by ({dice.choice(_LABELS)})", " without (a, b)", " by ()"))
    name, parameter = dice.choice(_AGGREGATIONS)
    inside = f"({parameter}{expression(dice, depth)})"
    return f"{name}{by} {inside}" if dice.random() < 0.5 else f"{name}{inside}{by}"


def _paired(dice: Random, depth: int) -> str:
    matching = dice.choice(("", "", "", " on (a)", " ignoring (b) group_left (c)", " on ()"))
    operator = f"{dice.choice(_OPERATORS)}{matching}"
    return f"{expression(dice, depth)} {operator} {expression(dice, depth)}"


def _bracketed(dice: Random, depth: int) -> str:
    return f"{dice.choice(('', '', '-', '+', '!'))}({expression(dice, depth)})"


def _subquery(dice: Random, depth: int) -> str:
    step = dice.choice(("", "1m", "0s"))
    return f"({expression(dice, depth)})[{dice.choice(_DURATIONS)}:{step}]{_offset(dice)}"


_INNER = (_paired, _paired, _bracketed, _subquery)


def _selector(dice: Random) -> str:
    matchers = ", ".join(
        f"{dice.choice(_LABELS)}{dice.choice(_MATCHES)}{_text(dice)}"
        for _ in range(dice.choice((0, 0, 1, 2)))
    )
    name = dice.choice((*_METRICS, ""))
    return f"{name}{{{matchers}}}" if matchers or dice.random() < 0.2 else name + _offset(dice)


def _text(dice: Random) -> str:
    inside = dice.choice(
        ("web", ".+", "a|b", "c", "(x", "\\d+", "\\\\", "é", hostile.text(dice, 1))
    )
    quote = dice.choice("\"'`")
    return f"{quote}{inside}{quote}"


def _offset(dice: Random) -> str:
    return dice.choice(("", "", "", " offset 5m", " offset -1d", " @ 0", " @ end()", " @ start()"))


def _answer(texts: Texts) -> str:
    parse.cache_clear()
    try:
        parsed = parse(texts["expr"])
    except PromqlError:
        return "refused"
    list(selectors(parsed))
    longest_range(parsed)
    parsed.prettify()
    return "read"


PROMQL = Kind("promql", 100, _make, _answer)
