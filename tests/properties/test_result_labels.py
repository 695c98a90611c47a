"""The labels that a compiler infers, against those that Prometheus' engine returns.

Random expressions over played series are evaluated by ``promtool test rules``. Whatever it returns
must have only labels that the inference says are possible, and all that it says are certain; what
is said to be empty must be empty, and what is said to have a result always must have one.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from platc_compiler.expressions.label_names import LabelNames
from platc_compiler.expressions.promql import Selector, parse
from platc_compiler.expressions.results import Result, results, selected
from tests.depth import examples
from tests.tools import tool

PLAYED = {
    "calls_total": [
        {"job": "web", "instance": "a", "code": "200", "path": "/"},
        {"job": "web", "instance": "b", "code": "500", "path": "/x"},
        {"job": "web", "instance": "b", "code": "404"},
    ],
    "limit": [{"job": "web", "instance": "a", "tier": "1"}, {"job": "db", "instance": "c"}],
    "up": [
        {"job": "web", "instance": "a"},
        {"job": "web", "instance": "b"},
        {"job": "db", "instance": "c"},
    ],
    "owner_info": [
        {"job": "web", "owner": "shop", "tier": "1"},
        {"job": "db", "owner": "data"},
    ],
    "latency_bucket": [{"job": "web", "instance": "a", "le": le} for le in ("0.1", "1", "+Inf")],
}
LABELS = ("job", "instance", "code", "path", "tier", "owner", "le", "none")
VALUES = ("web", "db", "a", "200", "500", "1", "shop", "")


def samples(selector: Selector) -> Result:
    """Return what is known of played series."""
    series = [set(each) for each in PLAYED[selector.name]]
    may, certain = set.union(*series), set.intersection(*series)
    return selected(Result(LabelNames(frozenset(may)), frozenset(certain)), selector.matchers)


_names = st.lists(st.sampled_from(LABELS), max_size=3, unique=True).map(", ".join)
_numbers = st.sampled_from(["0", "1", "2.5", "100"])


@st.composite
def _matchers(draw: st.DrawFn) -> str:
    found = []
    for label in draw(st.lists(st.sampled_from(LABELS), max_size=2, unique=True)):
        operator = draw(st.sampled_from(["=", "!=", "=~", "!~"]))
        value = draw(st.sampled_from(VALUES))
        value = draw(st.sampled_from([value, ".*", ".+"])) if "~" in operator else value
        found.append(f"{label}{operator}{json.dumps(value)}")
    return f"{{{','.join(found)}}}" if found else ""


_vectors = st.builds(str.__add__, st.sampled_from(sorted(PLAYED)), _matchers())
_ranges = st.builds(
    "{}({}[5m])".format,
    st.sampled_from(["rate", "increase", "avg_over_time", "changes", "last_over_time", "deriv"]),
    _vectors,
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    grouping = st.builds("{} ({})".format, st.sampled_from(["by", "without"]), _names)
    matching = st.builds("{} ({})".format, st.sampled_from(["on", "ignoring"]), _names)
    side = st.builds("{} ({})".format, st.sampled_from(["group_left", "group_right"]), _names)
    joined = st.one_of(st.just(""), matching, st.builds("{} {}".format, matching, side))
    label = st.sampled_from((*LABELS, "fresh")).map(json.dumps)
    text = st.sampled_from(["", "$1", "x", "x$1"]).map(json.dumps)
    pattern = st.sampled_from(["", ".*", "(.*)", "(.+)", "web", "[a-z]+"]).map(json.dumps)
    return st.one_of(
        st.builds(
            "{} {} ({})".format,
            st.sampled_from(["sum", "max", "avg", "count", "group", "stddev"]),
            st.one_of(st.just(""), grouping), inner,
        ),
        st.builds(
            "{} {} (1, {})".format, st.sampled_from(["topk", "bottomk"]),
            st.one_of(st.just(""), grouping), inner,
        ),
        st.builds(
            "count_values {} ({}, {})".format, st.one_of(st.just(""), grouping), label, inner
        ),
        st.builds(
            "({}) {} {} ({})".format, inner,
            st.sampled_from(["+", "/", ">", "== bool", "atan2"]), joined, inner,
        ),
        st.builds(
            "({}) {} {} ({})".format, inner, st.sampled_from(["and", "or", "unless"]),
            st.one_of(st.just(""), matching), inner,
        ),
        st.builds("({}) {} {}".format, inner, st.sampled_from(["+", ">", "<= bool"]), _numbers),
        st.builds("{} {} ({})".format, _numbers, st.sampled_from(["-", ">"]), inner),
        st.builds("label_replace({}, {}, {}, {}, {})".format, inner, label, text, label, pattern),
        st.builds("label_join({}, {}, {}, {}, {})".format, inner, label, text, label, label),
        st.builds("label_join({}, {}, {}, {})".format, inner, label, text, label),
        st.builds(
            "{}({})".format,
            st.sampled_from(
                ["abs", "sort", "absent", "timestamp", "-", "sgn", "hour", "vector(1) or "]
            ), inner,
        ),
        st.builds("histogram_quantile(0.9, {})".format, inner),
        st.builds("vector(scalar({}))".format, inner),
        st.builds(
            "{}(({})[5m:1m])".format,
            st.sampled_from(["max_over_time", "rate", "absent_over_time"]), inner,
        ),
    )  # fmt: skip


expressions = st.recursive(st.one_of(_vectors, _vectors, _ranges), _larger, max_leaves=4)
_RETURNED = re.compile(r"^ {4}expr: (?P<text>\".*\"), time: 10m, *(?P<fault>err: .*)?$")
_SERIES = re.compile(r'\{((?:"(?:\\.|[^"\\])*"|[^"}])*)\}')
_LABEL = re.compile(r'(\w+)="((?:\\.|[^"\\])*)"')


def evaluated(texts: Sequence[str]) -> dict[str, list[set[str]] | None]:
    """Return the labels of each series that expressions return, ``None`` where they fail."""
    series = [
        f"{name}{{{','.join(f'{k}={json.dumps(v)}' for k, v in labels.items())}}}"
        for name, all_labels in PLAYED.items()
        for labels in all_labels
    ]
    tests = {
        "interval": "1m",
        "input_series": [{"series": each, "values": "1+1x20"} for each in series],
        "promql_expr_test": [
            # A sample that no expression returns, so that promtool tells what they return.
            {"expr": text, "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": 1.2345}]}
            for text in texts
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tests.yml")
        path.write_text(json.dumps({"tests": [tests], "evaluation_interval": "1m"}))
        done = subprocess.run(
            [tool("promtool"), "test", "rules", str(path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    found: dict[str, list[set[str]] | None] = {}
    current = ""
    for line in (done.stdout + done.stderr).splitlines():
        if match := _RETURNED.match(line):
            current = json.loads(match["text"])
            found[current] = None if match["fault"] else []
        elif line.startswith(" " * 8) and current and found[current] is not None:
            for series in _SERIES.findall(line) if "exp:" not in line else ():
                labels = {name for name, _ in _LABEL.findall(series)} - {"__name__"}
                found[current].append(labels)  # type: ignore[union-attr]
    assert found.keys() == set(texts), done.stdout + done.stderr
    return found


def test_what_promtool_returns_is_read() -> None:
    found = evaluated(["up", 'up{job="none"}', "sum(up)", "up + on (none) up", "calls_total"])
    assert found["up"] == [{"job", "instance"}] * 3
    assert (found['up{job="none"}'], found["sum(up)"]) == ([], [set()])
    assert found["up + on (none) up"] is None
    assert {"job", "instance", "code"} in (found["calls_total"] or [])


# To shrink takes minutes, and an expression is short enough to be read.
@settings(examples(12), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(expressions, min_size=20, max_size=60, unique=True))
def test_the_engine_returns_the_labels_that_are_inferred(texts: list[str]) -> None:
    for text, returned in evaluated(texts).items():
        if returned is None:
            continue  # refused, or several series where one is needed
        inferred = results(parse(text), samples)[0]
        assert not (inferred.empty and returned), (text, returned)
        for labels in returned:
            assert all(label in inferred.may for label in labels), (text, labels, inferred)
            assert inferred.certain <= labels, (text, labels, inferred)


@pytest.mark.parametrize(
    ("text", "may", "certain"),
    [
        ("topk(5, sum by (code) (rate(calls_total[5m])))", {"code"}, {"code"}),
        ("topk by (job) (1, up)", {"job", "instance"}, {"job", "instance"}),
        ('count_values by (job) ("v", up)', {"job", "v"}, {"job", "v"}),
        ("limit * on (job) group_left (owner) owner_info", {"job", "instance", "tier", "owner"},
         {"job", "instance", "owner"}),
        ('absent(up{job="x",instance!="y"})', {"job"}, {"job"}),
        ("calls_total / ignoring (code) limit", {"job", "instance"}, {"job", "instance"}),
        ('label_join(up, "both", "-", "job", "instance")', {"job", "instance", "both"},
         {"job", "instance", "both"}),
    ],
)  # fmt: skip
def test_labels_are_inferred_exactly(text: str, may: set[str], certain: set[str]) -> None:
    found = results(parse(text), samples)[0]
    assert (found.may, found.certain) == (LabelNames(frozenset(may)), frozenset(certain))


@pytest.mark.parametrize(
    "text",
    ["sum(up) and up", 'up + limit{tier="1"}', "up * on (owner) owner_info", 'up{none="x"}'],
)
def test_what_never_has_a_result_is_known(text: str) -> None:
    assert results(parse(text), samples)[0].empty
    assert evaluated([text])[text] == []
