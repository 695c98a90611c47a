"""Rule files of Prometheus in the words of platform.yaml."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.expressions.rule_files import NotRulesError, imported, rules_in
from tests.depth import examples


def _alerts(*rules: str) -> str:
    return "groups: [{ name: a, rules: [" + ", ".join(rules) + "] }]"


def test_alerts_of_one_name_get_keys_of_their_own() -> None:
    text = _alerts(
        "{ alert: A b, expr: x > 1, labels: { severity: warning } }",
        "{ alert: A b, expr: x > 2, labels: { severity: critical } }",
        "{ alert: A b, expr: x > 3, labels: { severity: critical } }",
        "{ alert: 5xx, expr: x > 4, labels: { severity: info } }",
    )
    found = imported(rules_in(text)).alerts
    assert {key: alert["alertname"] for key, alert in found.items()} == {
        "A_b": "A b",
        "A_bCritical": "A b",
        "A_b2": "A b",
        "_5xx": "5xx",
    }


@pytest.mark.parametrize(
    ("stated", "meant"),
    [("page", "critical"), ("Warning", "warning"), ("none", "info"), ("{{ $value }}", "warning")],
)
def test_other_severities_become_one_of_ours_and_are_told(stated: str, meant: str) -> None:
    found = imported(
        rules_in(_alerts(f"{{ alert: A, expr: x, labels: {{ severity: '{stated}' }} }}"))
    )
    assert found.alerts["A"]["severity"] == meant
    assert stated in found.notes[0]


def test_values_stay_the_texts_that_prometheus_reads() -> None:
    text = _alerts(
        "{ alert: A, expr: x, for: 0m, labels: { severity: info, on: no, at: 1:30 } }",
        "{ record: 'a:b', expr: ' x ', labels: { version: 1.10 } }",
    )
    found = imported(rules_in(text))
    assert found.alerts["A"]["labels"] == {"on": "no", "at": "1:30"}
    assert "for" not in found.alerts["A"]
    assert found.recordings == [{"record": "a:b", "expr": "x", "labels": {"version": "1.10"}}]
    assert found.notes == ()


@pytest.mark.parametrize(
    "text",
    ["", "[", "a: b", "groups: []", "groups: [1]", "groups: [{ name: a }]", "[" * 100_000,
     "kind: PrometheusRule", "groups: [{ rules: [1] }]", "%", "\x00"],
    ids=ascii,
)  # fmt: skip
def test_what_holds_no_rules_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(NotRulesError, match=r"\w"):
        list(rules_in(text))


_values = st.recursive(
    st.sampled_from(["x > 1", "A", "critical", "5m", "", "{{ $value }}", "é"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["alert", "expr", "record", "labels", "annotations", "severity", "for",
                             "summary", "bad-key", "limit"]), inner, max_size=4,
        ),
    ),
    max_leaves=8,
)  # fmt: skip


@examples(100)
@given(st.lists(_values, max_size=4), _values)
def test_no_file_of_any_shape_breaks_it(rules: list[object], beside: object) -> None:
    text = repr({"groups": [{"name": "a", "rules": rules, "interval": beside}]})
    try:
        found = imported(rules_in(text))
    except NotRulesError:
        return
    for alert in found.alerts.values():
        assert isinstance(alert["summary"], str)
        assert alert["severity"] in {"critical", "warning", "info"}
