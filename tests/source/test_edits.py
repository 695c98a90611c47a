"""Edits change what they say, and not a byte beside it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.diagnostics import Edit, Origin, Span
from platc_compiler.source.edits import Written, applied
from platc_compiler.source.load import build

_WORD = st.sampled_from(["web", "image", "ports", "a b", "x: y", "#1", "ö", "on"])
_SCALAR = st.none() | st.booleans() | st.integers(0, 999) | _WORD | st.just("two\nlines\n")
_DATA = st.recursive(
    _SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORD, inner, max_size=3),
    max_leaves=12,
)
_ROOT = st.dictionaries(_WORD, _DATA, min_size=1, max_size=4)


def _written(text: str) -> tuple[Written, list[Origin]]:
    places: dict[Origin, tuple[Span, Span]] = {}
    build(text, places)
    return Written(text, places), [path for path in places if path]


def _edited(text: str, edit: Edit) -> str | None:
    change = _written(text)[0].replacement(edit)
    return None if change is None else applied(text, [change])


def _holder(data: Any, path: Origin) -> Any:  # noqa: ANN401
    for step in path[:-1]:
        data = data[step]
    return data


def _with_comments(text: str, marks: list[bool]) -> str:
    """Return a text with comments behind some lines, if they do not become part of a value."""
    lines = text.split("\n")
    commented = "\n".join(
        f"{line}  # why" if line.strip() and mark else line
        for line, mark in zip(lines, marks * len(lines), strict=False)
    )
    return commented if build(commented).roots == build(text).roots else text


@given(
    _ROOT,
    st.fixed_dictionaries({"default_flow_style": st.sampled_from([True, False, None])}),
    st.lists(st.booleans(), min_size=1),
    st.data(),
)
def test_the_data_are_changed_at_one_place_alone(
    data: dict[str, Any], style: dict[str, Any], marks: list[bool], draw: st.DataObject
) -> None:
    text = yaml.safe_dump(data, **style, sort_keys=False, allow_unicode=True, width=1000)
    text = _with_comments(text, marks)
    path = draw.draw(st.sampled_from(_written(text)[1]))
    action = draw.draw(st.sampled_from(["remove", "replace", "rename", "insert"]))
    wanted = copy.deepcopy(data)
    holder = _holder(wanted, path)
    match action:
        case "remove":
            edit = Edit("remove", path=path)
            del holder[path[-1]]
        case "replace":
            edit = Edit("replace", "[1, two]", path=path)
            holder[path[-1]] = [1, "two"]
        case "rename":
            if not isinstance(path[-1], str):
                return
            edit = Edit("rename", "other", path[-1], path)
            holder["other"] = holder.pop(path[-1])
        case _:
            edit = Edit("insert", "new", path=(*path, "key"))
            inner = holder[path[-1]]
            if inner is None:
                holder[path[-1]] = inner = {}
            if not isinstance(inner, dict):
                assert _edited(text, edit) is None
                return
            inner["key"] = "new"
    after = _edited(text, edit)
    if after is None:
        # What stands on a line with something else, and blocks of text, are left alone.
        assert action in {"remove", "replace"}
        return
    assert build(after).roots == build(yaml.safe_dump(wanted)).roots


@pytest.mark.parametrize(
    ("text", "edit", "after"),
    [
        ("a: 1 # x\nb: 2\n", Edit("remove", path=("a",)), "b: 2\n"),
        ("a:\n- 1\n- 2\n", Edit("remove", path=("a", 0)), "a:\n- 2\n"),
        ("a:\n  b: 1\nc: 2\n", Edit("remove", path=("a", "b")), "a: {}\nc: 2\n"),
        ("{ a: 1,  b: 2 }", Edit("remove", path=("b",)), "{ a: 1 }"),
        ("{ a: 1,  b: 2 }", Edit("remove", path=("a",)), "{ b: 2 }"),
        ("a: [x,y]\r\n", Edit("replace", "{}", path=("a",)), "a: {}\r\n"),
        ("a:\r\n  b: 1\r\n", Edit("insert", "2", path=("a", "c")), "a:\r\n  c: 2\r\n  b: 1\r\n"),
        ("a:\n", Edit("insert", "2", path=("a", "c")), "a: { c: 2 }\n"),
        ("a:\n", Edit("replace", "{}", path=("a",)), "a: {}\n"),
        ("- a: 1\n  b: 2\n", Edit("remove", path=(0, "b")), "- a: 1\n"),
        ("a: 'x:y' # z\n", Edit("word", "q", "y", ("a",)), "a: 'x:q' # z\n"),
        ("\ufeffa: 1\n", Edit("rename", "b", "a", ("a",)), "\ufeffb: 1\n"),
    ],
)
def test_an_edit_leaves_everything_beside_it(text: str, edit: Edit, after: str) -> None:
    change = _written(text.removeprefix("\ufeff"))[0].replacement(edit)
    assert change is not None
    assert applied(text, [change]) == after


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("a: &x 1\nb: *x\n", Edit("replace", "2", path=("a",))),
        ("a: &x 1\nb: *x\n", Edit("replace", "2", path=("b",))),
        ("a: &x { c: 1 }\nb: *x\n", Edit("replace", "2", path=("b", "c"))),
        ("a: y and y\n", Edit("word", "z", "y", ("a",))),
        ("a: yes\n", Edit("word", "z", "y", ("a",))),
        ("a: 1\nb: 2\n", Edit("rename", "b", "a", ("a",))),
        ("a: 1\nb: 2\n", Edit("rename", "c", "x", ("a",))),
        ("a: 1\n", Edit("remove", path=("b",))),
        ("- a: 1\n  b: 2\n", Edit("remove", path=(0, "a"))),
        ("a: |\n  x\n", Edit("replace", "2", path=("a",))),
        ("a: 1\n", Edit("insert", "2", path=("a", "b"))),
    ],
)
def test_what_has_no_safe_place_is_left_alone(text: str, edit: Edit) -> None:
    assert _written(text)[0].replacement(edit) is None


def test_of_two_changes_that_overlap_the_first_counts() -> None:
    text = "a: [1, 2]\n"
    written = _written(text)[0]
    whole = written.replacement(Edit("replace", "{}", path=("a",)))
    inner = written.replacement(Edit("replace", "9", path=("a", 1)))
    assert whole is not None
    assert inner is not None
    assert applied(text, [inner, whole]) == "a: {}\n"
