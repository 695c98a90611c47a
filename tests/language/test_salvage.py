"""A part that is invalid hides no fault of another part, and causes none."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from platc_compiler.diagnostics import Diagnostic, Origin
from platc_compiler.pipeline import model, read
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from platc_compiler.templating.templates import Templates
from tests.depth import examples
from tests.tools import ROOT

OF_VALIDATION = {"PLT004", "PLT005", "PLT006", "PLT007"}
FREE = ("environments", "patches", "secrets", "namespaces", "platform", "version")
"""Parts that validate by themselves, or without which nothing is a platform."""


PLATFORMS = {
    name: load((ROOT / name).read_text("utf-8")).data
    for name in ("platform.yaml", "examples/three-nodes/platform.yaml")
}


def errors(data: Any) -> set[tuple[str, Origin, str]]:  # noqa: ANN401
    source = Source(yaml_text(data))
    loaded = read(source)
    found: tuple[Diagnostic, ...] = model(loaded, Templates()).diagnostics
    return {(d.code, d.path, d.message) for d in found if d.severity == "error"}


def paths(value: Any, path: Origin = ()) -> list[Origin]:  # noqa: ANN401
    """Return the path of each value of a mapping."""
    found: list[Origin] = []
    if isinstance(value, dict):
        for key, item in value.items():
            if path or key not in FREE:
                found += [(*path, key), *paths(item, (*path, key))]
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += paths(item, (*path, index))
    return found


def at(data: Any, path: Origin) -> Any:  # noqa: ANN401
    for step in path:
        data = data[step]
    return data


@st.composite
def broken(draw: st.DrawFn) -> tuple[dict[str, Any], Origin]:
    """Return a platform with one value that the language refuses, and its path."""
    data = copy.deepcopy(PLATFORMS[draw(st.sampled_from(sorted(PLATFORMS)))])
    path = draw(st.sampled_from(paths(data)))
    parent = at(data, path[:-1])
    how = draw(st.sampled_from(["another key", "another type", "gone", "a list", "nothing"]))
    if how == "another key":
        parent[f"{path[-1]}x"] = parent.pop(path[-1])
    elif how == "gone":
        del parent[path[-1]]
    else:
        parent[path[-1]] = {"another type": 7.5, "a list": [[]], "nothing": None}[how]
    return data, path


def only_of_validation(found: set[tuple[str, Origin, str]]) -> bool:
    return bool(found) and all(code in OF_VALIDATION for code, _, _ in found)


@given(broken())
@settings(examples(20), suppress_health_check=list(HealthCheck))
def test_an_invalid_part_makes_no_other_part_wrong(case: tuple[dict[str, Any], Origin]) -> None:
    data, path = case
    found = errors(data)
    assume(any(code in OF_VALIDATION for code, _, _ in found))
    assert only_of_validation(found), (path, found)


@given(broken())
@settings(examples(20), suppress_health_check=list(HealthCheck))
def test_an_invalid_part_does_not_hide_an_unknown_service(
    case: tuple[dict[str, Any], Origin],
) -> None:
    data, path = case
    first = errors(data)
    assume(only_of_validation(first) and path != ("services",))
    data["services"]["added"] = {
        "kind": "workload",
        "image": "example.com/added:1",
        "namespace": next(iter(data["namespaces"])),
        "depends_on": ["postgress-that-is-none"],
    }
    found = errors(data)
    assert first <= found
    assert ("PLT101", ("services", "added", "depends_on", 0)) in {(c, p) for c, p, _ in found}


@pytest.mark.parametrize("file", sorted(PLATFORMS))
def test_the_platforms_that_are_broken_here_are_right_at_first(file: str) -> None:
    assert errors(PLATFORMS[file]) == set()


@pytest.mark.parametrize(
    "wrong", ["replica: 2", "replicas: 1.5", "volume: yes", "ports: { http: 8080, 9: x }"]
)
def test_a_wrong_key_does_not_hide_an_unknown_service_of_the_same_service(wrong: str) -> None:
    data = load((ROOT / "examples/minimal/platform.yaml").read_text("utf-8")).data
    key, _, value = wrong.partition(": ")
    data["services"]["web"] |= {"depends_on": ["redis"], key: load(f"v: {value}").data["v"]}
    found = {(code, path) for code, path, _ in errors(data)}
    assert ("PLT101", ("services", "web", "depends_on", 0)) in found
    assert any(code in OF_VALIDATION for code, _ in found)
