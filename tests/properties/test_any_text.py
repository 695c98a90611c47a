"""Whatever the text: diagnostics within it, or files; never an exception."""

from __future__ import annotations

import random
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from platc_compiler.diagnostics.rendering import as_github, as_json, as_sarif, as_text
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from tests.checks.examples import MINIMAL
from tests.depth import FACTOR, examples
from tests.tools import ROOT

SMALL = MINIMAL.read_text(encoding="utf-8")
TREES = {
    "minimal": load(SMALL).data,
    "reference": load((ROOT / "platform.yaml").read_text(encoding="utf-8")).data,
}
ONE_OF_THEM = st.sampled_from(sorted(TREES))


def proven(text: str) -> Result:
    """Compile a text; every diagnostic has a place within it and can be shown in every format."""
    result = compile_platform(Source(text))
    lines = text.count("\n") + text.count("\r") + sum(map(text.count, "\x85\u2028\u2029")) + 1
    assert result.failed == (not result.files)
    for found in result.diagnostics:
        assert 1 <= found.line <= lines, found
        assert found.line == found.end_line
        assert 1 <= found.column < found.end_column, found
        assert found.column <= len(found.source) + 1, found
        assert found.message
    as_text(result.diagnostics, colour=True)
    as_json(result.diagnostics)
    as_sarif(result.diagnostics)
    as_github(result.diagnostics)
    return result


@given(st.text())
@example("")
@example("\ufeff")
@example("a: \ud800")
@example("\x00")
@example("platform: shop\r\nversion: 1\r")
@example("platform: \x85 [")
@example("? [a]\n: b")
@example("<<: {a: 1}")
@example("a: &a [*a]")
@example("a: !!binary aGVsbG8=")
@example("--- a\n--- b")
@example("a: {" * 5000)
@example("- " * 5000)
@example("a: &x1 [x,x]\n" + "".join(f"b{i}: &x{i} [*x{i - 1},*x{i - 1}]\n" for i in range(2, 60)))
@example("version: 9" + "9" * 5000)
@example("version: 1e999")
@example("version: .nan\nplatform: .inf\nservices: -.inf")
@examples(100)
def test_any_text_is_answered(text: str) -> None:
    proven(text)


@given(st.binary(max_size=300))
@examples(20)
def test_binary_rubbish_is_answered(data: bytes) -> None:
    proven(data.decode("utf-8", "surrogateescape"))
    proven(data.decode("latin-1"))


@given(st.integers(min_value=0, max_value=len(SMALL)))
@examples(20)
def test_a_text_that_ends_early_is_answered(length: int) -> None:
    proven(SMALL[:length])


@given(st.integers(min_value=0, max_value=len(SMALL) - 1), st.text(max_size=8), st.integers(0, 20))
@examples(50)
def test_a_text_with_a_slip_of_the_pen_is_answered(at: int, typed: str, gone: int) -> None:
    proven(SMALL[:at] + typed + SMALL[at + gone :])


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


Path = tuple[Any, ...]


def _paths(tree: object, path: Path = ()) -> list[Path]:
    """Return the paths of all values of a tree, its own first."""
    steps: Iterable[tuple[Any, Any]] = ()
    if isinstance(tree, dict):
        steps = tree.items()
    elif isinstance(tree, list):
        steps = enumerate(tree)
    return [path, *(found for key, value in steps for found in _paths(value, (*path, key)))]


def _parent(tree: Any, path: Path) -> Any:  # noqa: ANN401
    for step in path[:-1]:
        tree = tree[step]
    return tree


def _texts(tree: object) -> dict[Path, str]:
    """Return all texts of a tree by their paths."""
    found = {path: _parent(tree, path)[path[-1]] for path in _paths(tree)[1:]}
    return {path: value for path, value in found.items() if isinstance(value, str)}


@given(ONE_OF_THEM, st.randoms(use_true_random=False), VALUES)
@examples(60)
def test_a_platform_with_another_value_somewhere_is_answered(
    which: str,
    dice: random.Random,
    value: Any,  # noqa: ANN401
) -> None:
    tree = deepcopy(TREES[which])
    path = dice.choice(_paths(tree)[1:])
    _parent(tree, path)[path[-1]] = value
    proven(yaml_text(tree))


@given(ONE_OF_THEM, st.randoms(use_true_random=False))
@examples(60)
def test_a_platform_with_keys_removed_swapped_or_renamed_is_answered(
    which: str, dice: random.Random
) -> None:
    tree = deepcopy(TREES[which])
    for _ in range(dice.randint(1, 3)):
        path, other = dice.choice(_paths(tree)[1:]), dice.choice(_paths(tree)[1:])
        parent = _parent(tree, path)
        match dice.choice(("remove", "swap", "rename")):
            case "remove":
                del parent[path[-1]]
            case "swap":
                parent[path[-1]] = deepcopy(_parent(tree, other)[other[-1]])
            case "rename" if isinstance(parent, dict):
                parent[f"{path[-1]}x"] = parent.pop(path[-1])
    proven(yaml_text(tree))


@pytest.mark.parametrize("which", sorted(TREES))
def test_a_reference_to_anything_else_is_refused_or_built(which: str) -> None:
    """Texts of a platform are replaced by the names of other things, one at a time."""
    dice = random.Random(which)  # noqa: S311 - the same mutations in every run
    texts = _texts(TREES[which])
    keys = {path[-1] for path in _paths(TREES[which])[1:] if isinstance(path[-1], str)}
    names = sorted({*texts.values(), *keys})
    for path in dice.sample(list(texts), min(25 * FACTOR, len(texts))):
        tree = deepcopy(TREES[which])
        _parent(tree, path)[path[-1]] = dice.choice(names)
        proven(yaml_text(tree))
