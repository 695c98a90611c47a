"""Emitted YAML is the same data to every reader, and the same bytes on every machine."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from tests.checks.examples import MINIMAL
from tests.depth import examples
from tests.tools import ROOT
from tests.yaml_readers import READERS, own, pyyaml, ruamel_12

EXAMPLES = {
    "reference": ROOT / "platform.yaml",
    "minimal": MINIMAL,
    "three-nodes": ROOT / "examples" / "three-nodes" / "platform.yaml",
}
UNICODE = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
ODD = st.text(" \t\n\r:#-?*&!|>'\"%@`{}[],~=<.0123456789eEnyoft\x85\u2028\ufeff", max_size=20)
TEXT = UNICODE | ODD
DOCUMENTS = st.dictionaries(
    TEXT,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64)
        | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(DOCUMENTS)
@examples(100)
def test_any_data_is_read_as_it_was_by_every_reader(document: dict[str, Any]) -> None:
    text = yaml_text(document)
    for read in READERS:
        assert read(text) == document, read.__name__


@given(DOCUMENTS)
@examples(60)
def test_what_is_read_back_is_emitted_as_the_same_bytes(document: dict[str, Any]) -> None:
    text = yaml_text(document)
    assert yaml_text(own(text)) == text


@given(TEXT)
@examples(100)
def test_any_text_keeps_its_type_beside_a_number_that_looks_like_it(text: str) -> None:
    for read in READERS:
        assert read(yaml_text({"a": [text, 1, True, None]})) == {"a": [text, 1, True, None]}


def _built(text: str) -> Result:
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    return result


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_file_of_an_example_is_the_same_data_to_every_reader(example: str) -> None:
    files = _built(EXAMPLES[example].read_text(encoding="utf-8")).files
    emitted = {path: text for path, text in files.items() if path.endswith((".yaml", ".yml"))}
    assert emitted
    for path, text in emitted.items():
        seen = own(text)
        assert pyyaml(text) == seen, path
        assert ruamel_12(text) == seen, path


def _shuffled(tree: Any, dice: random.Random) -> Any:  # noqa: ANN401
    """Return a platform with everything that has a name in another order.

    Ports and probes keep theirs: the first port is the one that is meant where none is named.
    """
    shuffled = {}
    for key in dice.sample(list(tree), len(tree)):
        value = tree[key]
        if key in {"services", "secrets", "alerts", "metrics", "dashboards", "namespaces", "slos"}:
            value = {name: value[name] for name in dice.sample(list(value), len(value))}
        shuffled[key] = value
    return shuffled


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_order_of_services_changes_no_byte(example: str) -> None:
    tree = load(EXAMPLES[example].read_text(encoding="utf-8")).data
    expected = _built(yaml_text(tree))
    for seed in range(3):
        dice = random.Random(seed)  # noqa: S311 - the same orders in every run
        actual = _built(yaml_text(_shuffled(tree, dice)))
        assert actual.files == expected.files
        assert actual.dags == expected.dags


_BUILD = """
import hashlib, sys
from pathlib import Path
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
result = compile_platform(Source(Path(sys.argv[1]).read_text(encoding="utf-8")))
whole = repr((list(result.files.items()), list(result.dags.items()), result.diagnostics))
print(hashlib.sha256(whole.encode()).hexdigest())
"""


@pytest.mark.parametrize("example", EXAMPLES)
def test_another_hash_seed_changes_no_byte(example: str) -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _BUILD, str(EXAMPLES[example])],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(digests) == 1


def test_a_second_build_in_the_same_process_changes_no_byte() -> None:
    text = EXAMPLES["reference"].read_text(encoding="utf-8")
    first, second = _built(text), _built(text)
    assert first.files == second.files
    assert first.diagnostics == second.diagnostics
