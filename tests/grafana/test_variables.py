"""Queries with variables, and what stands in their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.expressions.promql import PromqlError, parse, selectors
from platc_compiler.grafana.label_values import asked_expressions, asked_label
from platc_compiler.grafana.variables import concrete, names
from tests.depth import examples

QUERIES = {
    'rate(x{job="$job"}[$__rate_interval])': 'rate(x{job=~".+"}[5m])',
    "x{job='[[job]].*', code!=`${code:regex}`}": 'x{job=~".+", code=~".+"}',
    "sum by ($group, le) (x)": "sum without (__name__) (x)",
    "x / on($label) group_left(${more}) y": "x / ignoring (__name__) group_left () y",
    "rate($metric[5m])": 'rate({__name__=~".+"}[5m])',
    "node_${what}_total{a='b'}": "{__name__=~\".+\",a='b'}",
    'x{$label="a",b="c"}': 'x{job=~".+",b="c"}',
    "max_over_time(x[$__range:${step}])": "max_over_time(x[5m:30s])",
    "rate(x[[[step]]])": "rate(x[30s])",
    "x offset $back": "x offset 5m",
    "x > $limit": "x > 7",
    "$aggregation(x)": "sum(x)",
    "x * $__range_s": "x * 300",
    'label_replace(x, "a", "$1", "b", "(.*)")': 'label_replace(x, "a", "$1", "b", "(.*)")',
    'label_replace(x, "a", "$n", "b", "(?P<n>.)")': 'label_replace(x, "a", "$n", "b", "(?P<n>.)")',
    'label_join(x, "$to", ",", "a")': 'label_join(x, "x", ",", "a")',
    "x # of $nobody": "x # of $nobody",
    'x{a=~"b$"}': 'x{a=~"b$"}',
}
VALUES = {"step": "30s", "limit": "7"}


@pytest.mark.parametrize("query", QUERIES)
def test_something_typed_stands_in_the_place_of_each_variable(query: str) -> None:
    assert concrete(query, VALUES) == QUERIES[query]
    parse(concrete(query, VALUES))


def test_a_parameter_is_a_number_where_a_vector_does_not_do() -> None:
    with pytest.raises(PromqlError):
        parse(concrete("topk($n, $metric{a='b'})", {}))
    assert concrete("topk($n, x)", {}, numbers=True) == "topk(1, x)"


def test_a_metric_of_a_variable_is_none_that_could_be_unknown() -> None:
    for query in ("$metric{a='b'}", "rate(node_${x}_total[5m])", "sum($metric)"):
        assert [s.name for s in selectors(parse(concrete(query, {})))] == [""]


def test_the_names_of_variables_in_each_notation() -> None:
    text = "$a [[b]] [[c:csv]] ${d} ${e:regex} ${__data.fields.f} $1 [5m] ${g.h:json}"
    assert list(names(text)) == ["a", "b", "c", "d", "e", "__data", "g"]


@examples(300)
@given(st.text(alphabet='x${}[]()"=~,:|/a1 \\n`', max_size=60))
def test_no_text_takes_long_or_fails(text: str) -> None:
    assert isinstance(concrete(text, {}), str)


@pytest.mark.parametrize(
    ("query", "expressions", "label"),
    [
        ("label_values(up, job)", ("up",), "job"),
        ('label_values(up{a=~"x,y"}, job)', ('up{a=~"x,y"}',), "job"),
        ("label_values(job)", (), "job"),
        ("label_values(up, $label)", ("up",), ""),
        ("label_names()", (), ""),
        ("metrics(node_.*)", (), ""),
        ("query_result(topk(5, sum by (a) (up)))", ("topk(5, sum by (a) (up))",), ""),
        ('up{job="x"}', ('up{job="x"}',), ""),
    ],
)
def test_what_the_query_of_a_variable_asks(
    query: str, expressions: tuple[str, ...], label: str
) -> None:
    assert asked_expressions(query) == expressions
    assert asked_label(query) == label
