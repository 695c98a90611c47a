"""What a compiler reads in an expression."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platc_compiler.expressions.promql import PromqlError, Selector, longest_range, parse, selectors


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


def test_an_expression_of_a_thousand_operands_is_read_without_recursion() -> None:
    text = " or ".join(f'absent(up{{job="{number}"}})' for number in range(3000))
    found = list(selectors(parse(text)))
    assert [selector.matchers[0][2] for selector in found] == [str(n) for n in range(3000)]
    assert {selector.function for selector in found} == {"absent"}
