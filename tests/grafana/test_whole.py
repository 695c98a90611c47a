"""Dashboards in Grafana's own JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.grafana.importing.dashboard import imported
from platc_compiler.grafana.provisioned import Sources, missing_types, provisioned
from platc_compiler.grafana.whole import NotADashboardError, asked, model_of, values_of
from platc_compiler.templating.templates import Templates
from platc_spec.dashboards import Dashboard
from tests.admission.objects import changed
from tests.depth import examples
from tests.grafana.test_importing import FILES, OLD

SOURCES = Sources({"prometheus": "prometheus", "logs": "elasticsearch"}, {"DS_OTHER": "logs"})
REFERENCES = {
    "panel": [
        ("${DS_PROMETHEUS}", {"type": "prometheus", "uid": "prometheus"}),
        ({"type": "prometheus", "uid": "P1809"}, {"type": "prometheus", "uid": "prometheus"}),
        ({"uid": "${DS_OTHER}"}, {"type": "elasticsearch", "uid": "logs"}),
        ("Prometheus of old", {"type": "prometheus", "uid": "prometheus"}),
        ({"type": "elasticsearch", "uid": "x"}, {"type": "elasticsearch", "uid": "logs"}),
        ("$source", {"type": "prometheus", "uid": "${source}"}),
        ({"uid": "[[source]]"}, {"type": "prometheus", "uid": "${source}"}),
        ("-- Mixed --", {"type": "datasource", "uid": "-- Mixed --"}),
        ("-- Grafana --", {"type": "grafana", "uid": "-- Grafana --"}),
        ({"type": "loki", "uid": "l"}, {"type": "loki", "uid": "l"}),
    ]
}  # fmt: skip


def board(reference: object) -> dict[str, Any]:
    return {
        "title": "x", "id": 7, "uid": "theirs", "version": 3, "schemaVersion": 99,
        "__inputs": [{"name": "DS_PROMETHEUS", "type": "datasource", "pluginId": "prometheus"}],
        "templating": {"list": [
            {"name": "source", "type": "datasource", "query": "prometheus", "current": {}},
        ]},
        "panels": [{"type": "stat", "title": "p", "datasource": reference, "targets": []}],
    }  # fmt: skip


@pytest.mark.parametrize(("stated", "wanted"), REFERENCES["panel"])
def test_every_data_source_is_one_that_is_provisioned(stated: object, wanted: object) -> None:
    found = provisioned(board(stated), "ours", "Title", 42, SOURCES)
    assert found["panels"][0]["datasource"] == wanted
    assert (found["uid"], found["id"], found["schemaVersion"]) == ("ours", None, 42)
    assert "__inputs" not in found
    assert "current" not in found["templating"]["list"][0]


def test_a_type_that_nobody_provides_is_named() -> None:
    assert missing_types(board({"type": "loki", "uid": "l"}), SOURCES) == {"loki": "p"}
    assert missing_types(board("$source"), SOURCES) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("[1]", "a mapping"),
        ("{}", "no list of panels"),
        ('{"panels": {}}', "no list of panels"),
        ('{"spec": {"elements": {}, "layout": {}}}', "schema v2"),
        ("[" * 5000 + "]" * 5000, "deeper"),
        ('{"panels": ' + "[" * 50 + "]" * 50 + "}", "deeper"),
        (json.dumps({"panels": [{}] * 1001}), "more than 1000 panels"),
        (" " * ((4 << 20) + 1), "characters"),
    ],
)
def test_what_is_no_dashboard_is_refused(text: str, said: str) -> None:
    with pytest.raises(NotADashboardError, match=said):
        model_of(text)


def test_the_answer_of_grafana_s_api_holds_a_dashboard() -> None:
    assert model_of('{"dashboard": {"panels": [], "title": "x"}, "meta": {}}')["title"] == "x"


def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(each for key, inner in below for each in _paths(inner, (*path, key)))]


MODELS = [*FILES.values(), OLD, board("$source")]
PLACES = [(model, path) for model in MODELS for path in _paths(model)[1:]]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
)


@examples(150)
@given(st.sampled_from(PLACES), JUNK)
def test_no_value_at_any_place_is_a_bug(
    place: tuple[dict[str, Any], tuple[str | int, ...]], junk: object
) -> None:
    model = changed(*place, junk)
    try:
        read = model_of(json.dumps(model))
    except NotADashboardError:
        return
    list(asked(read))
    values_of(read)
    missing_types(read, SOURCES)
    found = imported(read, Templates())
    if not found.lost.counts:
        Dashboard.model_validate(found.board)
    json.dumps(provisioned(read, "x", "X", 42, SOURCES))
