"""A command in one text: the list that the hint writes has the words that a shell would make."""

from __future__ import annotations

import shlex

import yaml
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.language.pydantic_messages import mismatch

_WORDS = st.lists(
    st.text("abnoy019-_./:=,#&*!|>%@`[]{}?~ \"'", min_size=1, max_size=8)
    | st.sampled_from(["true", "No", "null", "~", "1.10", "0x1f", "-b", "--", "0.0.0.0:8000"]),
    min_size=1, max_size=5,
)  # fmt: skip


@given(_WORDS)
def test_the_list_has_the_words_of_the_text(words: list[str]) -> None:
    said = mismatch(["tuple_type"], shlex.join(words))
    assert yaml.safe_load(str(said.hint).removeprefix("write a list: ")) == words


def test_a_quote_that_does_not_end_leaves_one_word() -> None:
    assert str(mismatch(["tuple_type"], "echo 'a").hint) == 'write a list: ["echo \'a"]'
