"""Platforms that stand in the repository, of which the others are made."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from platc_compiler.checks.pages import documented, parse
from platc_compiler.merging import merge
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from tests.checks.examples import source
from tests.tools import ROOT

Tree = dict[str, Any]

_FILES = (
    "tests/golden/platforms/*.yaml",
    "tests/real/platforms/*.yaml",
    "examples/*/platform.yaml",
    "platform.yaml",
)
_SMALL = 3_000
_ONE_SERVICE: Tree = {
    "platform": "shop",
    "version": 1,
    "namespaces": {"shop": {}},
    "cluster": {"nodes": {"main": {"memory": "8GB", "cpu": 4}}},
    "services": {
        "web": {
            "kind": "workload",
            "namespace": "shop",
            "image": "example.com/shop/web:1.4.2",
            "ports": {"http": 8080},
            "resources": {
                "requests": {"memory": "256Mi", "cpu": "100m"},
                "limits": {"memory": "512Mi", "cpu": 1},
            },
        },
    },
}


@cache
def texts() -> tuple[str, ...]:
    """Return the texts of all platforms, with those of the cases that have a fault."""
    patterns = (*_FILES, "tests/checks/cases/*.yaml")
    files = sorted(file for pattern in patterns for file in ROOT.glob(pattern))
    return tuple(file.read_text("utf-8").partition("\n-- diagnostics --")[0] for file in files)


@cache
def sources() -> tuple[Source, ...]:
    """Return the platforms without a fault: the good examples of all codes, and the goldens."""
    files = sorted(file for pattern in _FILES for file in ROOT.glob(pattern))
    whole = [Source(file.read_text("utf-8")) for file in files]
    return (*whole, *(source(parse(module).good) for module in documented()))


@cache
def encoded() -> tuple[bytes, ...]:
    """Return the trees of the platforms that are small, as JSON: quick to copy."""
    return tuple(
        msgspec.json.encode(load(each.text).data) for each in sources() if len(each.text) <= _SMALL
    )


@cache
def tiny() -> tuple[bytes, ...]:
    """Return the good examples of all codes over one service, as JSON: quick to compile."""
    fences = [fence for module in documented() for fence in parse(module).good[:1]]
    trees = (
        merge(_ONE_SERVICE, load(fence.text).data)
        for fence in fences
        if fence.language == "yaml" and "whole" not in fence.words
    )
    encoded = (msgspec.json.encode(tree) for tree in trees)
    return tuple(text for text in encoded if not compile_platform(Source(text.decode())).failed)


def keys(path: tuple[Any, ...]) -> tuple[str, str]:
    """Return the last two keys of a path: values below the same two are mostly alike."""
    words = [step for step in path if isinstance(step, str)]
    return (words[-2] if len(words) > 1 else "", words[-1] if words else "")


@cache
def by_keys() -> dict[tuple[str, str], list[Any]]:
    """Return every value of the platforms by the two keys that it stands below."""
    found: dict[tuple[str, str], dict[bytes, Any]] = {}
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), load(each.text).data) for each in sources()]
    while waiting:
        path, value = waiting.pop()
        found.setdefault(keys(path), {})[msgspec.json.encode(value)] = value
        if isinstance(value, dict):
            waiting += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, 0), item) for item in value]
    return {place: list(values.values()) for place, values in sorted(found.items())}


def copied(value: Any) -> Any:  # noqa: ANN401
    """Return a copy of plain data."""
    return msgspec.json.decode(msgspec.json.encode(value))
