"""Edits of platform.yaml as replacements in its text: what they do not change stays byte for byte.

YAML is not written anew, because every writer of YAML changes something that nobody asked for:
quotes, widths, the blanks in ``{ a: 1 }``. An edit that has no safe place in the text (inside an
alias, of a value with an anchor) has no replacement.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cached_property

from platc_compiler.diagnostics import Edit, Origin, Replacement, Span
from platc_compiler.source.emit import flow
from platc_compiler.source.load import BREAK

Places = Mapping[Origin, tuple[Span, Span]]
"""The spans of key and value by path."""
_Change = tuple[int, int, str]
"""The offsets of a stretch, and the text in its place."""
_WORD_CHARACTER = r"[\w-]"


class Written:
    """A text, and where its keys and values stand."""

    def __init__(self, text: str, places: Places) -> None:
        self._text = text
        self._places = places
        self._starts = [0, *(match.end() for match in BREAK.finditer(text))]

    def replacement(self, edit: Edit) -> Replacement | None:
        """Return the change of the text that an edit stands for, ``None`` if there is none."""
        changed = self._changed(edit)
        if changed is None:
            return None
        start, end, text = changed
        line, column = self._place_of(start)
        end_line, end_column = self._place_of(end)
        return Replacement(line + 1, column + 1, end_line + 1, end_column + 1, text)

    def _changed(self, edit: Edit) -> _Change | None:
        if edit.action == "insert":
            return self._insertion(edit)
        if not edit.path or edit.path not in self._places:
            return None
        match edit.action:
            case "rename":
                return self._renaming(edit)
            case "remove":
                return self._removal(edit.path)
            case "word":
                return self._word(edit)
            case _:
                return self._replacing(edit)

    def _renaming(self, edit: Edit) -> _Change | None:
        beside = (*edit.path[:-1], edit.new)
        if edit.old not in {"", edit.path[-1]} or beside in self._places:
            return None
        key = self._places[edit.path][0]
        start, end = self._offset(key), self._offset_of(key.end_line, key.end_column)
        return None if self._is_property(start) else (start, end, flow(edit.new))

    def _replacing(self, edit: Edit) -> _Change | None:
        key, value = self._places[edit.path]
        start, end = self._offset(value), self._end(edit.path)
        if self._is_property(start) or self._text[start : start + 1] in {"|", ">"}:
            return None
        if re.search(r"\n[ \t]*#|[ \t]#.*\n", self._text[start:end]):
            # It would lose a comment.
            return None
        if value.line != key.line:
            # A block below its key may have no deeper indentation; brackets need it.
            behind_key = self._offset_of(key.end_line, key.end_column)
            between = re.fullmatch(r"(\s*:)\s*", self._text[behind_key:start])
            return (behind_key + len(between[1]), end, f" {edit.new}") if between else None
        # A value that is missing has its place directly behind the colon.
        before = " " if self._text[start - 1 : start] in {":", "-"} else ""
        return start, end, before + edit.new

    def _word(self, edit: Edit) -> _Change | None:
        """Return the change of a word that stands once in a scalar."""
        start, end = self._offset(self._places[edit.path][1]), self._end(edit.path)
        bounded = rf"(?<!{_WORD_CHARACTER}){re.escape(edit.old)}(?!{_WORD_CHARACTER})"
        found = list(re.finditer(bounded, self._text[start:end]))
        if len(found) != 1 or self._is_property(start) or self._children(edit.path):
            return None
        first, last = found[0].span()
        whole = (first, last) == (0, end - start)
        return start + first, start + last, flow(edit.new) if whole else edit.new

    def _is_property(self, start: int) -> bool:
        """Return whether an anchor, an alias or a tag begins at an offset."""
        return self._text[start : start + 1] in {"&", "*", "!"}

    def _insertion(self, edit: Edit) -> _Change | None:
        """Return the change that puts a key first in its mapping."""
        above = edit.path[:-1]
        if above not in self._places or edit.path in self._places:
            return None
        start = self._offset(self._places[above][1])
        entry = f"{flow(edit.path[-1])}: {edit.new}"
        children = self._children(above)
        if children:
            key = self._places[children[0]][0]
            first = self._offset(key)
            behind = ", " if self._text[start] == "{" else f"{self._break()}{' ' * key.column}"
            return (first, first, entry + behind) if isinstance(children[0][-1], str) else None
        written = self._text[start : self._end(above)]
        if not re.fullmatch(r"\{\s*\}|~|null|", written):
            return None
        before = "" if written else " "
        return start, start + len(written), f"{before}{{ {entry} }}"

    def _removal(self, path: Origin) -> _Change | None:
        """Return the change that takes a key or an item out of its collection."""
        above = path[:-1]
        siblings = self._children(above)
        place = siblings.index(path)
        start, end = self._begin(path), self._end(path)
        outer = self._offset(self._places[above][1])
        if self._text[outer : outer + 1] in {"{", "["}:
            if len(siblings) == 1:
                return outer + 1, self._end(above) - 1, ""
            if place + 1 < len(siblings):
                return start, self._begin(siblings[place + 1]), ""
            return self._end(siblings[place - 1]), end, ""
        if len(siblings) == 1:
            nothing = "[]" if isinstance(path[-1], int) else "{}"
            return self._replacing(Edit("replace", nothing, path=above)) if above else None
        return self._without_lines(start, end, on_key=isinstance(path[-1], str))

    def _without_lines(self, start: int, end: int, *, on_key: bool) -> _Change | None:
        """Return the change that removes the lines of an entry, if it has lines of its own."""
        first = self._starts[self._place_of(start)[0]]
        line = self._place_of(end)[0]
        last = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
        before, behind = self._text[first:start], self._text[end:last]
        # The first key of an item of a list stands behind the dash of the item.
        alone = re.fullmatch(r"[ \t]*" if on_key else r"[ \t]*- *", before)
        return (first, last, "") if alone and re.match(r"\s*(#|$)", behind) else None

    def _children(self, path: Origin) -> list[Origin]:
        """Return the entries of a collection, in the order of the text."""
        return sorted(self._entries.get(path, ()), key=self._begin)

    @cached_property
    def _entries(self) -> Mapping[Origin, list[Origin]]:
        entries: dict[Origin, list[Origin]] = {}
        for path in self._places:
            if path:
                entries.setdefault(path[:-1], []).append(path)
        return entries

    def _begin(self, path: Origin) -> int:
        return self._offset(self._places[path][0])

    def _end(self, path: Origin) -> int:
        """Return the end of a value; libyaml ends a block where the next token begins."""
        value = self._places[path][1]
        start, end = self._offset(value), self._offset_of(value.end_line, value.end_column)
        if self._text[start : start + 1] in {"{", "["}:
            # The reader ends a collection where its closing bracket begins.
            return end + 1
        children = self._children(path)
        if children:
            return max(self._end(child) for child in children)
        quoted = self._text[start : start + 1] in {'"', "'"}
        return end if quoted else start + len(self._text[start:end].rstrip())

    def _break(self) -> str:
        found = BREAK.search(self._text)
        return found[0] if found else "\n"

    def _offset(self, span: Span) -> int:
        return self._offset_of(span.line, span.column)

    def _offset_of(self, line: int, column: int) -> int:
        if line >= len(self._starts):
            return len(self._text)
        return min(self._starts[line] + column, len(self._text))

    def _place_of(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset) - 1
        return line, offset - self._starts[line]


def applied(text: str, replacements: Iterable[Replacement]) -> str:
    """Return a text with some of its stretches replaced; of two that overlap, the first counts."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    starts = [0, *(match.end() for match in BREAK.finditer(text))]
    parts: list[str] = []
    done = 0
    for each in sorted(set(replacements), key=_by_place):
        start = starts[each.line - 1] + each.column - 1
        if start >= done:
            parts += [text[done:start], each.text]
            done = starts[each.end_line - 1] + each.end_column - 1
    return mark + "".join(parts) + text[done:]


def _by_place(each: Replacement) -> tuple[int, int, int, int, str]:
    return each.line, each.column, each.end_line, each.end_column, each.text
