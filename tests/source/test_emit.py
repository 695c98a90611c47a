from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.source.emit import json_text, scalar, yaml_text
from tests.yaml_readers import READERS

LOOK_LIKE_SOMETHING_ELSE = [
    "", " ", "on", "On", "ON", "off", "yes", "No", "y", "n", "Y", "N", "true", "False",
    "null", "Null", "~", "nil", "none", "1", "-1", "+1", "0", "01", "0777", "0o17", "0x1F",
    "0b1", "1_000", "1.0", "1.", ".5", "1e3", "1E+3", "6e5", ".inf", "-.inf", ".Inf",
    ".nan", ".NaN", "1:30", "1:30:00", "190:20:30", "2024-01-01", "2024-01-01T00:00:00Z",
    "2024-01-01 00:00:00", "<<", "=", "-", "- a", "?", "? a", ":", ": a", "a: b", "a:",
    "a :b", "a #b", "#a", "a#b", "&a", "*a", "!a", "!!str a", "|", ">", "'", '"', "''",
    "%a", "@a", "`a", "{a", "}", "[a", "]", ",", "---", "...", "--- a", "\t", "a\tb", "a\t",
    " a", "a ", "\n", "a\n", "a\nb", "a\n\nb", "a\n\n", "\na", " a\nb", "a\n b", "a \nb",
    "a\r\nb", "a\rb", "\x85", "a\x85b", "\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff",
    "\x00", "\x07", "\x1b", "\x7f", "\x9f", "\xa0", "é", "日本", "😀", "{{ ds }}", "${a/b}",
    "$(A)", "100%", "5m", "512Mi", "8GB", "1k", "1e", "1s", "08", "09", "1,000", "1.2.3",
    "v1.2.3", "1.10", "a/b:c", "a:b", "http://a/b?c=d&e=f#g", "@daily", "*/5 * * * *",
    "0 3 * * *", "sha256:0", "-a", "--flag=on", "-1a", "+a", "=a", "~a", "_", "_a", "a_1",
    "\\", "a\\nb", "a\\", "\\u0041", "y:", "on ", "no\n", "1\n2\n", "# a\nb\n", "a\n# b\n",
    "%YAML 1.1\n---\na\n", "---\na\n", "a\n...\nb\n", "\ta\nb\n", "a\n\tb\n", "x" * 2000,
    "key: [1, 2\nother: }\n", "  indented\nless\n",
]  # fmt: skip


@pytest.mark.parametrize("text", LOOK_LIKE_SOMETHING_ELSE, ids=ascii)
@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_string_is_read_as_itself_by_every_reader(read, text: str) -> None:  # noqa: ANN001
    document = {"value": text, "list": [text, [text]], "below": {"deeper": text}}
    assert read(yaml_text(document)) == document


@pytest.mark.parametrize("text", [t for t in LOOK_LIKE_SOMETHING_ELSE if len(t) < 120], ids=ascii)
@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_key_is_read_as_itself_by_every_reader(read, text: str) -> None:  # noqa: ANN001
    assert read(yaml_text({text: 1})) == {text: 1}


@pytest.mark.parametrize(
    "value", [None, True, False, 0, -1, 2**53, 2**70, 0.5, -1.5, 1e300, 1e-7, 5e-324]
)
@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_what_is_no_string_is_read_as_the_same_value(read, value: object) -> None:  # noqa: ANN001
    again = read(yaml_text({"value": value}))["value"]
    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize(
    "text", ["image", "example.com/shop/web:1.4.2", "http://a:9090", "512Mi", "5m"]
)
def test_a_string_that_nobody_mistakes_stands_plain(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize("text", ["on", "1", "1.10", "2024-01-01", "", "a: b", "*a"])
def test_a_string_that_could_be_mistaken_stands_in_double_quotes(text: str) -> None:
    assert scalar(text) == json.dumps(text)


def test_several_lines_stand_as_a_block_that_people_can_read() -> None:
    assert (
        yaml_text({"data": {"a.conf": "[x]\ny = 1\n"}})
        == "data:\n  a.conf: |\n    [x]\n    y = 1\n"
    )


def test_a_list_of_mappings_begins_beside_its_dash() -> None:
    assert yaml_text({"a": [{"b": 1, "c": [2]}, {}, []]}) == (
        "a:\n- b: 1\n  c:\n  - 2\n- {}\n- []\n"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_has_not_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        yaml_text({"value": value})


@pytest.mark.parametrize("value", [{1, 2}, b"bytes", object()])
def test_what_kubernetes_has_not_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be emitted"):
        yaml_text({"value": value})


def test_half_a_character_is_written_so_that_any_file_can_hold_it() -> None:
    yaml_text({"value": "\ud800"}).encode("utf-8")
    json_text({"value": "é"}).encode("utf-8")


def test_a_header_becomes_comments() -> None:
    assert yaml_text({"a": 1}, "one\n\ntwo") == "# one\n#\n# two\na: 1\n"


def test_an_empty_document_is_still_one() -> None:
    assert yaml_text({}) == "{}\n"
    assert yaml_text([]) == "[]\n"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)  # fmt: skip
def test_json_is_indented_as_python_does_it(document: object) -> None:
    assert json_text(document) == json.dumps(document, indent=2, ensure_ascii=False) + "\n"
