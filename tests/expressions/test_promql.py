"""What a compiler reads in an expression."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platc_compiler.expressions.promql import PromqlError, Selector, longest_range, parse, selectors
from platc_compiler.expressions.promql_bounds import together


def test_every_selector_is_found_with_the_function_around_it() -> None:
    text = 'sum by (a) (rate(x_total{b=~"c|d"}[5m])) / on (a) max(y offset 1h) > bool 2'
    assert list(selectors(parse(text))) == [
        Selector("x_total", (("b", "=~", "c|d"),), "rate"),
        Selector("y", ()),
    ]


def test_a_name_may_stand_in_a_matcher() -> None:
    assert [s.name for s in selectors(parse('{__name__="up",job="a"}'))] == ["up"]
    assert [s.name for s in selectors(parse('{__name__=~"up|down"}'))] == [""]


def test_grafana_s_intervals_can_be_parsed() -> None:
    expression = parse("rate(x_total[$__rate_interval])")
    assert longest_range(expression) == timedelta(minutes=5)


@pytest.mark.parametrize("text", ["sum(x", "rat(x[5m])", "rate(x)", "a b", "{}"])
def test_what_is_no_promql_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(PromqlError, match=r"\w"):
        parse(text)


_MANY = 200


def test_an_expression_of_many_operands_is_read_without_recursion() -> None:
    text = " or ".join(f'absent(up{{job="{number}"}})' for number in range(_MANY))
    found = list(selectors(parse(text)))
    assert [selector.matchers[0][2] for selector in found] == list(map(str, range(_MANY)))
    assert {selector.function for selector in found} == {"absent"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("(" * 1000 + "up" + ")" * 1000, "nest deeper than 64 levels"),
        ("sum(" * 65 + "up" + ")" * 65, "nest deeper than 64 levels"),
        ("2^" * 5000 + "2", "5000 operators, of 500"),
        ("-" * 19000 + "up", "19000 operators, of 500"),
        ("up\nOR " * 501 + "up", "501 operators, of 500"),
        ("up == " * 501 + "up", "501 operators, of 500"),
        (" + ".join(["a" * 80] * 400), "399 operators and 33197 characters, too many together"),
        ("rate(up[293y])", "longer than 292 years: 293y"),
        ("up offset 106752d", "longer than 292 years: 106752d"),
        (f"rate(up[{'9' * 5000}s])", r"longer than 292 years: 9{40}…"),
        ('up{a="' + "b" * 70000 + '"}', "70008 characters, of 65536"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_parsed(text: str, wrong: str) -> None:
    with pytest.raises(PromqlError, match=wrong):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 64 + "up" + ")" * 64,
        "2^" * 500 + "2",
        "-" * 500 + "up",
        'up{a="' + "(" * 1000 + '"}',
        "# " + "-(" * 1000 + "\nup",
        "up{" + ",".join(f'a{number}!="b"' for number in range(1000)) + "}",
    ],
)
def test_what_is_within_the_limits_is_read_in_all_of_its_parts(text: str) -> None:
    expression = parse(text)
    assert longest_range(expression).total_seconds() == 0
    assert len(list(selectors(expression))) <= 1
    assert expression.prettify()


@pytest.mark.parametrize(
    "text", ["rate(up[292y])", 'up{a="999y"} + up', "up + 0x10", "rate(up[1h30m])"]
)
def test_a_duration_that_prometheus_counts_is_read(text: str) -> None:
    longest_range(parse(text))


def test_operators_and_characters_are_multiplied() -> None:
    assert together("a + b") == 5
    assert together('sum by (job) (a{x="+"} / b)') == 2 * 27
    assert together("up") == 0
