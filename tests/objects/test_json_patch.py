from __future__ import annotations

import pytest

from platc_compiler.objects import json_patch
from platc_compiler.objects.json_patch import (
    Json,
    Operation,
    PatchError,
    Room,
    apply,
    equal,
    parse_pointer,
)


def patch(document: Json, *operations: dict[str, Json]) -> Json:
    """Apply operations that are written as RFC 6902 writes them."""
    renamed = ({"source" if key == "from" else key: v for key, v in o.items()} for o in operations)
    return apply(document, [Operation(**fields) for fields in renamed])


@pytest.mark.parametrize(
    ("document", "operations", "patched"),
    [
        # RFC 6902, appendix A.1 to A.7, A.10, A.11, A.14 and A.16.
        (
            {"foo": "bar"},
            [{"op": "add", "path": "/baz", "value": "qux"}],
            {"baz": "qux", "foo": "bar"},
        ),
        (
            {"foo": ["bar", "baz"]},
            [{"op": "add", "path": "/foo/1", "value": "qux"}],
            {"foo": ["bar", "qux", "baz"]},
        ),
        ({"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
        (
            {"foo": ["bar", "qux", "baz"]},
            [{"op": "remove", "path": "/foo/1"}],
            {"foo": ["bar", "baz"]},
        ),
        (
            {"baz": "qux", "foo": "bar"},
            [{"op": "replace", "path": "/baz", "value": "boo"}],
            {"baz": "boo", "foo": "bar"},
        ),
        (
            {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
            [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
            {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
        ),
        (
            {"foo": ["all", "grass", "cows", "eat"]},
            [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
            {"foo": ["all", "cows", "eat", "grass"]},
        ),
        (
            {"baz": "qux", "foo": ["a", 2, "c"]},
            [
                {"op": "test", "path": "/baz", "value": "qux"},
                {"op": "test", "path": "/foo/1", "value": 2},
            ],
            {"baz": "qux", "foo": ["a", 2, "c"]},
        ),
        (
            {"foo": "bar"},
            [{"op": "add", "path": "/child", "value": {"grandchild": {}}}],
            {"foo": "bar", "child": {"grandchild": {}}},
        ),
        (
            {"/": 9, "~1": 10},
            [{"op": "test", "path": "/~01", "value": 10}],
            {"/": 9, "~1": 10},
        ),
        (
            {"foo": ["bar"]},
            [{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}],
            {"foo": ["bar", ["abc", "def"]]},
        ),
        # Beyond the appendix.
        ({"a": 1}, [{"op": "add", "path": "", "value": [1]}], [1]),
        ({"a": 1}, [{"op": "replace", "path": "", "value": {}}], {}),
        ({"a": 1}, [{"op": "add", "path": "/b", "value": None}], {"a": 1, "b": None}),
        (
            {"a": {"b": 1}},
            [{"op": "copy", "from": "/a", "path": "/c"}],
            {"a": {"b": 1}, "c": {"b": 1}},
        ),
        ({"a": 1}, [{"op": "move", "from": "/a", "path": "/a"}], {"a": 1}),
        ({"": {"": 1}}, [{"op": "replace", "path": "//", "value": 2}], {"": {"": 2}}),
        ({"a/b": 1}, [{"op": "remove", "path": "/a~1b"}], {}),
        ({"a": [1]}, [{"op": "add", "path": "/a/1", "value": 2}], {"a": [1, 2]}),
    ],
)
def test_operations_do_what_the_rfc_says(document: Json, operations: Json, patched: Json) -> None:
    assert patch(document, *operations) == patched


@pytest.mark.parametrize(
    ("document", "operation", "said"),
    [
        # RFC 6902, appendix A.8, A.9, A.12, A.13 and A.15.
        ({"baz": "qux"}, {"op": "test", "path": "/baz", "value": "bar"}, 'is "qux", not "bar"'),
        ({"foo": "bar"}, {"op": "add", "path": "/baz/bat", "value": "qux"}, "nothing at '/baz'"),
        ({"/": 9, "~1": 10}, {"op": "test", "path": "/~01", "value": "10"}, 'is 10, not "10"'),
        # Beyond the appendix.
        ({"a": 1}, {"op": "remove", "path": "/b"}, "nothing at '/b'"),
        ({"a": 1}, {"op": "replace", "path": "/b", "value": 1}, "nothing at '/b'"),
        ({"a": [1]}, {"op": "add", "path": "/a/3", "value": 1}, "no position 3"),
        ({"a": [1]}, {"op": "add", "path": "/a/01", "value": 1}, "no position in a list"),
        ({"a": [1]}, {"op": "remove", "path": "/a/-"}, "no position in a list"),
        ({"a": [1]}, {"op": "remove", "path": "/a/1"}, "only 1 items"),
        ({"a": 1}, {"op": "add", "path": "/a/b", "value": 1}, "neither a mapping nor a list"),
        ({"a": 1}, {"op": "add", "path": "a", "value": 1}, "does not begin with '/'"),
        ({"a": 1}, {"op": "add", "path": "/a~2", "value": 1}, "'~' is written '~0'"),
        ({"a": 1}, {"op": "add", "path": "/b"}, "needs a value"),
        ({"a": 1}, {"op": "copy", "path": "/b"}, "needs 'from'"),
        ({"a": {"b": 1}}, {"op": "move", "from": "/a", "path": "/a/b"}, "into itself"),
    ],
)
def test_an_operation_that_cannot_be_done_says_why(
    document: Json, operation: Json, said: str
) -> None:
    with pytest.raises(PatchError) as caught:
        patch(document, operation)
    assert said in str(caught.value)


def test_the_failing_operation_is_counted() -> None:
    with pytest.raises(PatchError) as caught:
        patch({}, {"op": "add", "path": "/a", "value": 1}, {"op": "remove", "path": "/b"})
    assert caught.value.index == 1


def test_neither_the_document_nor_a_value_is_changed_or_shared() -> None:
    document, value = {"a": {"b": 1}}, {"c": []}
    result = apply(document, [Operation("add", "/a/d", value), Operation("add", "/a/d/c/-", 1)])
    assert result == {"a": {"b": 1, "d": {"c": [1]}}}
    assert document == {"a": {"b": 1}}
    assert value == {"c": []}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (None, False, False),
        ([1], [True], False),
        ({"a": 1, "b": [2]}, {"b": [2.0], "a": 1}, True),
        ("1", 1, False),
        ({}, [], False),
    ],
)
def test_equality_is_that_of_json(one: Json, other: Json, same: bool) -> None:  # noqa: FBT001
    assert equal(one, other) is same


def test_a_pointer_is_split_and_unescaped() -> None:
    assert parse_pointer("") == ()
    assert parse_pointer("/") == ("",)
    assert parse_pointer("/a~1b/c~0d/~01") == ("a/b", "c~d", "~1")


def test_patches_copy_so_many_values_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_patch, "MOST_VALUES", 1000)
    document = {"a": {str(n): n for n in range(90)}, "b": {}}
    moves = [Operation("move", "/b/a", source="/a"), Operation("move", "/a", source="/b/a")]
    assert apply(document, moves * 4) == document
    with pytest.raises(PatchError, match="copy more than 1000 values"):
        apply(document, moves * 6)
    room = Room()
    apply(document, moves * 4, room)
    assert not room.full
    with pytest.raises(PatchError, match="copy more than 1000 values"):
        apply(document, moves, room)
    assert room.full
