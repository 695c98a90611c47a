"""The settings of Elasticsearch and Kibana, read back by another reader of YAML."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.lower.flat_settings import flat_settings
from tests.depth import examples

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.sampled_from(
    ["x\x7fy", "\x85", "\u2028", "\x9b31m", "a: b", "# c", "yes", "a\nb: c", "\ufeff", "1e3"]
)


@given(st.dictionaries(TEXT, TEXT | st.booleans() | st.integers() | st.lists(TEXT), max_size=4))
@examples(100)
def test_settings_are_read_as_they_were_stated(settings: dict[str, Any]) -> None:
    assert (yaml.safe_load(flat_settings(settings)) or {}) == settings


def test_no_control_character_stands_in_the_file() -> None:
    text = flat_settings({"a.b\x7f": "x\x7f\x85", "l": ["\u2028\x01"]})
    assert text == '"a.b\\u007f": "x\\u007f\\u0085"\nl: ["\\u2028\\u0001"]\n'
    assert text.replace("\n", "").isprintable()
