"""What is read as which value, and what is refused before anything is read."""

from __future__ import annotations

import pytest

from platc_compiler.diagnostics import error
from platc_compiler.source.load import DEEPEST, Unreadable, load, resolve
from platc_compiler.source.places import Places


def refused(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        load(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("0777", 777),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("0b1", "0b1"),
        ("2024-01-01", "2024-01-01"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("+1", 1),
        ("-", "-"),
        (".", "."),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("<<", "<<"),
        ("=", "="),
        ("~", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("1.10", 1.1),
        ("1.2.3", "1.2.3"),
        ("9" * 301, "9" * 301),
    ],
)
def test_a_plain_scalar_means_what_the_core_schema_of_yaml_1_2_says(
    text: str, value: object
) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_a_quoted_scalar_is_text_whatever_it_looks_like() -> None:
    assert load("a: '1'\nb: \"true\"\nc: |\n  2\nd: !!str 3\n").data == {
        "a": "1", "b": "true", "c": "2\n", "d": "3",
    }  # fmt: skip


def test_a_merge_key_is_a_key_like_others() -> None:
    assert load("a: &x { b: 1 }\nc: { <<: *x }\n").data["c"] == {"<<": {"b": 1}}


def test_aliases_stand_for_what_they_name() -> None:
    assert load("a: &x [1, { b: 2 }]\nc: *x\n").data["c"] == [1, {"b": 2}]
    assert load("a: &x word\n*x : 1\n").data == {"a": "word", "word": 1}


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "PLT001", "empty"),
        ("# nothing\n", "PLT001", "empty"),
        ("- a\n", "PLT001", "not a mapping"),
        ("just text\n", "PLT001", "not a mapping"),
        ("a: 1\n---\nb: 2\n", "PLT001", "more than one document"),
        ("a: [1\n", "PLT001", "not YAML"),
        ("a:\n\tb: 1\n", "PLT001", "not YAML"),
        ("a: b: c\n", "PLT001", "mapping values are not allowed"),
        ("a: @b\n", "PLT001", "cannot start any token"),
        ("a: !!binary aGk=\n", "PLT001", "tag"),
        ("a: !mine { b: 1 }\n", "PLT001", "tag"),
        ("a: !mine [b]\n", "PLT001", "tag"),
        ("[a, b]: 1\n", "PLT001", "a key must be a plain word"),
        ("{a: 1}: 1\n", "PLT001", "a key must be a plain word"),
        ("a: \x07\n", "PLT001", "control characters"),
        ("a: \ud800\n", "PLT001", "not Unicode"),
        ("a: *b\n", "PLT003", "no anchor &b"),
        ("a: &b [*b]\n", "PLT003", "inside what it names"),
        ("a: " + "[" * DEEPEST + "]" * DEEPEST + "\n", "PLT003", "nested deeper"),
    ],
)
def test_a_text_that_is_no_platform_is_refused_with_its_reason(
    text: str, code: str, said: str
) -> None:
    fault = refused(text)
    assert fault.code == code
    assert said in fault.message


def test_a_bomb_of_aliases_is_refused_before_it_is_counted_out() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    assert refused("\n".join(lines)).code == "PLT003"


def test_a_bracket_that_is_never_closed_is_shown_where_it_opens() -> None:
    fault = refused("a: 1\nb: [1,\n  2,\n  3\n")
    assert (fault.span.line, fault.span.column) == (1, 3)


def test_a_bracket_that_is_closed_too_late_names_the_line_of_its_beginning() -> None:
    assert "begun at line 2" in refused("a: 1\nb: [1,\n  2\nc: 3\nd: 4\n").message


def test_duplicate_keys_are_told_with_their_places() -> None:
    loaded = load("a: 1\nb: { c: 1, c: 2 }\na: 2\n")
    assert [(path, span.line) for path, span in loaded.duplicates] == [(("b", "c"), 1), (("a",), 2)]


def test_a_byte_order_mark_is_left_out_and_shifts_no_column() -> None:
    text = "\ufeffplatform: shop\n"
    assert load(text).data == {"platform": "shop"}
    found = Places(text, "f").locate(error("PLT005", "m", ("platform",)))
    assert (found.line, found.column, found.source) == (1, 11, "platform: shop")
