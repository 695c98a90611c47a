"""Every check is asked at its stage, and only once."""

from __future__ import annotations

import inspect

import pytest

from platc_compiler.checks import stages
from platc_compiler.checks.pages import documented

STAGES = {
    "check_language": (*stages.PARTS, *stages.LANGUAGE),
    "check_platform": stages.PLATFORM,
    "check_objects": (*stages.OBJECTS, *stages.NETWORK),
    "check_change": stages.CHANGE,
}
ARGUMENTS = {
    "check_language": ["Context"],
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
    assert sorted(there) == sorted(STAGES[function])


@pytest.mark.parametrize("function", STAGES)
def test_a_check_takes_what_its_stage_gives(function: str) -> None:
    for module in documented():
        if check := getattr(module, function, None):
            parameters = inspect.signature(check).parameters.values()
            stated = [str(parameter.annotation) for parameter in parameters]
            assert stated == ARGUMENTS[function], module.__name__
