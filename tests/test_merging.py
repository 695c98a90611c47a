"""Merging: that of RFC 7386, and a user's configuration over what is generated."""

from __future__ import annotations

from typing import Any

import pytest

from platc_compiler.merging import merge, overlay


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        # RFC 7386, appendix A.
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merging_is_that_of_rfc_7386(base: Any, over: Any, merged: Any) -> None:  # noqa: ANN401
    assert merge(base, over) == merged


def test_merging_changes_neither_side() -> None:
    base, over = {"a": {"b": 1}}, {"a": {"c": 2}}
    merge(base, over)
    assert (base, over) == ({"a": {"b": 1}}, {"a": {"c": 2}})


def test_mappings_are_merged_and_null_removes_a_key() -> None:
    base = {"global": {"scrape_interval": "15s", "external_labels": {"a": "b"}}}
    over = {"global": {"scrape_interval": "30s", "external_labels": None}}
    assert overlay(base, over) == {"global": {"scrape_interval": "30s"}}


def test_jobs_are_merged_by_name_and_new_ones_come_last() -> None:
    base = {"scrape_configs": [{"job_name": "a", "x": 1}, {"job_name": "b"}]}
    over = {"scrape_configs": [{"job_name": "c"}, {"job_name": "a", "y": 2}]}
    assert overlay(base, over)["scrape_configs"] == [
        {"job_name": "a", "x": 1, "y": 2},
        {"job_name": "b"},
        {"job_name": "c"},
    ]


def test_items_without_a_name_are_kept_apart() -> None:
    items = [{"x": 1}, {"x": 2}, {"job_name": ["no", "name"]}, 3]
    assert overlay({"scrape_configs": []}, {"scrape_configs": items})["scrape_configs"] == items


def test_other_lists_are_replaced() -> None:
    assert overlay({"rules": ["a"]}, {"rules": ["b"]}) == {"rules": ["b"]}


def test_lists_of_prometheus_that_it_needs_are_added_to() -> None:
    base = {"rule_files": ["a"], "alerting": {"alertmanagers": [{"x": 1}]}}
    over = {"rule_files": ["b"], "alerting": {"alertmanagers": [{"y": 2}]}}
    assert overlay(base, over) == {
        "rule_files": ["a", "b"],
        "alerting": {"alertmanagers": [{"x": 1}, {"y": 2}]},
    }
