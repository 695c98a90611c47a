"""Texts of other languages and patches, made by chance: an answer or a refusal, in bounded work."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.expressions.go_template_syntax import LONGEST, TemplateFault
from platc_compiler.expressions.prometheus_templates import examined
from platc_compiler.expressions.promql import PromqlError, longest_range, parse, selectors
from platc_compiler.objects.json_patch import (
    DEEPEST,
    LARGEST,
    Operation,
    PatchError,
    apply,
)
from platc_compiler.source.emit import yaml_text
from platc_spec.cron import CronError, parse_cron
from platc_spec.durations import DurationError, parse_duration
from platc_spec.quantities import QuantityError, parse_quantity
from tests.depth import FACTOR, examples

PIECES = (
    *"()[]{}+-*/%^,=~!<>@#'`\"\\\n \x00\x7fé",
    *("up", "2", "5m", "[5m]", "[1h:5m]", " or ", " and ", "sum", "rate(", "by (a)", "offset -1d"),
    *('{a="b"}', '=~"(x|y)+"', "1e999", "$__interval", "bool ", " on (a) ", "@ end()"),
)


@pytest.mark.parametrize("seed", range(3 * FACTOR))
def test_an_expression_made_of_pieces_is_read_or_refused(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same expressions in every run
    for _ in range(200):
        pieces = dice.choices(PIECES, k=dice.randint(1, 12))
        text = "".join(piece * dice.choice((1, 1, 1, 2, 40, 3000)) for piece in pieces)
        try:
            expression = parse(text)
        except PromqlError:
            continue
        list(selectors(expression))
        longest_range(expression)
        expression.prettify()


POINTERS = st.lists(st.sampled_from(["a", "b", "0", "-", "~1", "é"]), max_size=6).map(
    lambda steps: "".join(f"/{step}" for step in steps)
)
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)
OPERATIONS = st.builds(
    Operation,
    st.sampled_from(["add", "copy", "move", "remove", "replace", "test"]),
    POINTERS,
    VALUES,
    source=POINTERS,
)


@given(st.lists(OPERATIONS, max_size=6), st.integers(1, 300))
@examples(100)
def test_patches_over_and_over_stay_within_their_limits(
    operations: list[Operation], times: int
) -> None:
    try:
        result = apply({"a": {"b": [{}]}, "b": {}}, operations * times)
    except PatchError:
        return
    if isinstance(result, dict):
        assert len(yaml_text(result)) < LARGEST * DEEPEST


@pytest.mark.parametrize("unit", ["9", "1s", "*/", "1,", "e9", ".", "-", "1e", "Ki", "٣"])
def test_a_long_text_is_no_duration_quantity_or_schedule(unit: str) -> None:
    text = unit * 100_000
    with pytest.raises(DurationError):
        parse_duration(text)
    with pytest.raises(QuantityError):
        parse_quantity(text)
    with pytest.raises(CronError):
        parse_cron(text)


@pytest.mark.parametrize(
    "unit", ["{{", "{{ ", '\\"', '{{ "', "{{ ` }}", "$x", "{{ if }}", "{{ end }}"]
)
def test_a_long_template_is_refused_at_once(unit: str) -> None:
    text = "{{ " + unit * (LONGEST // len(unit) - 2)
    with pytest.raises(TemplateFault):
        examined(text)
    with pytest.raises(TemplateFault, match=str(LONGEST)):
        examined(text * 100)
