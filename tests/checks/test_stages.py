"""Every check is asked at its stage, and only once."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module

import pytest

from platc_compiler.checks import stages
from platc_compiler.checks.pages import documented

STAGES = {
    "check_language": (*stages.PARTS, *stages.LANGUAGE),
    "check_included": (*stages.INCLUDED_PARTS, *stages.INCLUDED),
    "check_platform": stages.PLATFORM,
    "check_objects": (*stages.OBJECTS, *stages.NETWORK),
    "check_change": stages.CHANGE,
}
ARGUMENTS = {
    "check_language": ["Context"],
    "check_included": ["Sequence[Entry]", "Context"],
    "check_platform": ["Platform"],
    "check_objects": ["Sequence[Manifest]", "Platform"],
    "check_change": ["Changes"],
}


@pytest.mark.parametrize("function", STAGES)
def test_every_module_with_a_check_is_named_once_by_its_stage(function: str) -> None:
    prefix = "platc_compiler.checks."
    there = [
        module.__name__.removeprefix(prefix) for module in documented() if hasattr(module, function)
    ]
    assert sorted(there) == sorted(map(stages.module_name, STAGES[function]))


def _kinds(text: str) -> set[str]:
    """Return the kinds whose models a module imports at its top."""
    imported = {node.module for node in ast.parse(text).body if isinstance(node, ast.ImportFrom)}
    prefix = "platc_spec.kinds."
    return {str(each).removeprefix(prefix) for each in imported if str(each).startswith(prefix)}


@pytest.mark.parametrize("listed", [*stages.PARTS, *stages.LANGUAGE, *stages.PLATFORM])
def test_no_platform_pays_for_the_models_of_kinds_that_it_does_not_have(listed: str) -> None:
    name, _, stated = listed.partition(":")
    module = import_module(f"platc_compiler.checks.{name}")
    rare = _kinds(inspect.getsource(module)) - {"workload", "external"}
    assert not rare or rare & set(stated.split())


@pytest.mark.parametrize("function", STAGES)
def test_a_check_takes_what_its_stage_gives(function: str) -> None:
    for module in documented():
        if check := getattr(module, function, None):
            parameters = inspect.signature(check).parameters.values()
            stated = [str(parameter.annotation) for parameter in parameters]
            assert stated == ARGUMENTS[function], module.__name__
