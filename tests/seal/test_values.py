import base64
import contextlib
import copy
import json
import pickle
import traceback

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from platc_compiler.seal import values as values_module
from platc_compiler.seal.declared import KeyRef
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.plan import Missing, Reason
from platc_compiler.seal.secret_value import SecretValue
from platc_compiler.seal.values import Values, ask, merge, parse_values

# A value that no name, key or word of ours holds.
SECRET = "Zq7!w#9"  # noqa: S105 - made up
TEXTS = st.text(min_size=1, max_size=30)
PRINTABLE = TEXTS.filter(lambda text: yaml.safe_load(json.dumps(text)) == text)


def _revealed(values: Values) -> dict[str, dict[str, bytes]]:
    return {
        name: {key: value.reveal() for key, value in keys.items()} for name, keys in values.items()
    }


@pytest.mark.parametrize(
    "text",
    [
        "db: {user: etl, password: 'it''s'}",
        'db:\n  user: etl\n  password: "it\'s"\n',
        '{"db": {"user": "etl", "password": "it\'s"}}',
        "# a comment\n\ndb/user=etl\ndb/password=it's\n",
        "db/user=etl\r\ndb/password=it's\r\n",
    ],
)
def test_all_forms_give_the_same_values(text: str) -> None:
    assert _revealed(parse_values(text)) == {"db": {"user": b"etl", "password": b"it's"}}


@pytest.mark.parametrize("written", ["0123", "yes", "1e3", "1_000", "0x1f", "2024-01-01", "12:30"])
def test_a_yaml_scalar_is_the_text_that_was_written(written: str) -> None:
    assert _revealed(parse_values(f"db: {{user: {written}}}")) == {"db": {"user": written.encode()}}


def test_numbers_of_json_are_taken_as_written() -> None:
    assert _revealed(parse_values('{"db": {"a": 1.50, "b": 007e1, "c": 12345678901234567890}}'))[
        "db"
    ] == {"a": b"1.50", "b": b"007e1", "c": b"12345678901234567890"}


def test_a_block_keeps_its_lines() -> None:
    text = "tls:\n  key: |\n    one\n    two\n"
    assert _revealed(parse_values(text)) == {"tls": {"key": b"one\ntwo\n"}}


@settings(deadline=None)
@given(raw=st.binary(min_size=1, max_size=50))
def test_binary_holds_any_bytes(raw: bytes) -> None:
    text = yaml.safe_dump({"tls": {"key": raw}})
    assert _revealed(parse_values(text)) == {"tls": {"key": raw}}


@settings(deadline=None)
@given(value=TEXTS)
@example(value="\U0001f600")
@example(value="a/b=c")
def test_json_holds_any_text(value: str) -> None:
    for ascii_only in (True, False):
        text = json.dumps({"db": {"password": value}}, ensure_ascii=ascii_only)
        assert _revealed(parse_values(text)) == {"db": {"password": value.encode()}}


@settings(deadline=None)
@given(value=PRINTABLE)
def test_yaml_holds_any_text(value: str) -> None:
    text = yaml.safe_dump({"db": {"password": value}}, allow_unicode=True, default_style='"')
    assert _revealed(parse_values(text)) == {"db": {"password": value.encode()}}


@settings(deadline=None)
@given(value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")))
def test_a_line_holds_its_text_or_is_refused(value: str) -> None:
    try:
        values = parse_values(f"db/password={value}\n")
    except SealError as error:
        assert not value or value != value.strip() or value[0] == value[-1]
        assert error.line == 1  # noqa: PT017
    else:
        assert _revealed(values) == {"db": {"password": value.encode()}}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "{}", "null"])
def test_nothing_gives_no_values(text: str) -> None:
    assert parse_values(text) == {}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SECRET, 1),
        (f"- {SECRET}", 1),
        (f"db: {SECRET}", 1),
        (f"db: [{SECRET}]", 1),
        (f"db:\n  user: [{SECRET}]", 2),
        (f"db:\n  user: {{a: {SECRET}}}", 2),
        (f"db: {{a: &x {SECRET}, b: *x}}", 1),
        (f"db: {{a: *{SECRET}}}", 1),
        (f"db: {{a: !{SECRET} b}}", 1),
        (f"db: {{a: !!int {SECRET}}}", 1),
        (f"db: {{a: !!binary {SECRET}}}", 1),
        (f"db:\n  a: {SECRET}\n  a: {SECRET}x\n", 3),
        (f"db: {{a: b}}\ndb: {{a: {SECRET}}}", 2),
        (f"db: {{a: b}}\n---\ndb: {{a: {SECRET}}}", 3),
        (f"db: {{'{SECRET} ': b}}", 1),
        (f"'{SECRET} ': {{a: b}}", 1),
        (f'db: {{a: "{SECRET}', 1),
        (f'db: {{a: "\\{SECRET}"}}', 1),
        (f"db:\n\t{SECRET}: x", 2),
        (f"db: {{a: {SECRET}\x01}}", 1),
        (f"%{SECRET}\n---\ndb: {{}}", 1),
        (f'{{"db": "{SECRET}"}}', None),
        (f'{{"db": {{"a": ["{SECRET}"]}}}}', None),
        (f'{{"db": {{"a": "\\ud800{SECRET}"}}}}', None),
        (f'{{"db": {{"a": "{SECRET}", "a": "{SECRET}"}}}}', 1),
        (f"db/a={SECRET}\n{SECRET}\n", 2),
        (f"db/a={SECRET}\nexport db/b={SECRET}\n", 2),
        (f"db/a={SECRET}\ndb/a={SECRET}\n", 2),
        (f"db/a='{SECRET}'\n", 1),
        (f"\ndb/a= {SECRET}\n", 2),
        (f"db/a={SECRET} \n", 1),
        (f"db/a={SECRET}\nDB/a={SECRET}\n", 2),
    ],
)
def test_a_fault_is_told_by_line_and_without_the_value(text: str, line: int | None) -> None:
    with pytest.raises(SealError) as caught:
        parse_values(text)
    told = "".join(traceback.format_exception(caught.value)) + caught.value.help
    assert SECRET not in told
    # An exception behind it, though not shown, would keep the text for whoever logs it.
    assert caught.value.__context__ is None
    if line is not None:
        assert caught.value.line in {line, line + 1}


@pytest.mark.parametrize(
    "text", ["db: {a: }", "db: {a: ''}", "db: {a: ~}", "db: {a: null}", "db/a="]
)
def test_an_empty_value_is_refused(text: str) -> None:
    with pytest.raises(SealError, match="the value of db/a is empty"):
        parse_values(text)


def test_quoted_null_is_text() -> None:
    assert _revealed(parse_values("db: {a: 'null', b: \"~\"}")) == {"db": {"a": b"null", "b": b"~"}}


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values_module, "MOST_BYTES", 10)
    with pytest.raises(SealError, match="longer than 10 bytes"):
        parse_values("db: {a: 'x'}")


def test_deep_json_is_refused() -> None:
    with pytest.raises(SealError, match="deeper than 64 levels"):
        parse_values('{"a":' * 100_000)


@settings(deadline=None)
@given(text=st.text() | st.text(alphabet="ab/={}[]:\"'\n #-&*!|>?%@,\\u\x85"))
def test_any_text_gives_values_or_a_seal_error(text: str) -> None:
    with contextlib.suppress(SealError):
        values = parse_values(text)
        assert all(
            isinstance(value, SecretValue) for keys in values.values() for value in keys.values()
        )


@settings(deadline=None)
@given(raw=st.binary(min_size=4, max_size=40))
def test_a_secret_value_never_shows_itself(raw: bytes) -> None:
    value = SecretValue(raw)
    for shown in (repr(value), str(value), f"{value}", f"{value!r}", repr({"a": [value]})):
        assert "hidden" in shown
        assert shown.removeprefix("{'a': [").removesuffix("]}") == "SecretValue(hidden)"
    for write in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as caught:
            write(value)
        assert base64.b64encode(raw).decode() not in str(caught.value)
    assert not hasattr(value, "__dict__")


def test_half_a_surrogate_pair_is_refused_without_being_shown() -> None:
    with pytest.raises(SealError, match="the value of db/a is not valid Unicode") as caught:
        SecretValue.of_text(f"{SECRET}\udc80", "db/a")
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def _missing(namespace: str, key: str, *, given_: bool = False) -> Missing:
    return Missing(KeyRef(namespace, "db", key), Reason.NEVER, given_)


def test_each_missing_key_is_asked_for_once_with_the_reason() -> None:
    asked: list[str] = []

    def prompt(question: str) -> str:
        asked.append(question)
        return {"db/a": SECRET, "db/b": ""}[question.split(maxsplit=1)[0]]

    missing = [
        _missing("x", "a"),
        _missing("y", "a"),
        _missing("x", "b"),
        _missing("x", "c", given_=True),
    ]
    assert _revealed(ask(missing, prompt)) == {"db": {"a": SECRET.encode()}}
    assert [question.split()[0] for question in asked] == ["db/a", "db/b"]
    assert all("has not been sealed yet" in question for question in asked)


def test_merging_lets_the_second_win_key_by_key() -> None:
    first = parse_values("a: {x: 1, y: 2}")
    second = parse_values("a: {y: 3}\nb: {z: 4}")
    assert _revealed(merge(first, second)) == {"a": {"x": b"1", "y": b"3"}, "b": {"z": b"4"}}
