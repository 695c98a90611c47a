"""A user's own configuration over what is generated."""

from __future__ import annotations

from platc_compiler.merging import overlay


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
    assert overlay({"rule_files": ["a"]}, {"rule_files": ["b"]}) == {"rule_files": ["b"]}
