"""Names in SQL as PostgreSQL reads it: which schemas a text of statements names, and for what.

It reads tokens, not statements: strings, quoted names, comments and dollar quotes have their exact
form, and the bodies of functions are read as SQL too. A name with a schema has a shape of its own,
``schema.name``, so that no grammar is needed to find it.

Source: PostgreSQL's manual, SQL Syntax, Lexical Structure (src/backend/parser/scan.l).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|--[^\n]*)
    |(?P<comment>/\*)
    |(?P<string>[eE]'(?:[^'\\]|''|\\.)*+(?:'|\Z)|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*+(?:'|\Z))
    |(?P<dollar>\$(?:[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*)?\$)
    |(?P<quoted>"(?:[^"]|"")*+(?:"|\Z))
    |(?P<word>[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*)
    |(?P<number>[0-9][0-9A-Za-z_.]*)
    |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CHANGED = frozenset(
    {
        "into", "update", "table", "only", "references", "view", "sequence", "function", "trigger",
        "procedure", "index", "type", "domain", "truncate", "exists", "schema", "copy", "aggregate",
        "statistics", "collation", "operator", "routine", "concurrently", "column", "constraint",
        "set", "to",
    }
)  # fmt: skip
"""Words before a name that is created, changed, dropped, granted or referred to."""
_ON = frozenset({"create", "alter", "drop", "comment", "grant", "revoke", "truncate", "lock"})
"""First words of statements in which ``on`` stands before what they change."""


class Token(Struct, frozen=True):
    """A word, a name in quotes, a mark, or a body in dollar quotes."""

    kind: str
    text: str
    """A name as PostgreSQL understands it: without quotes, in lower case if it had none."""
    start: int
    """The offset in the text."""


class Named(Struct, frozen=True):
    """A schema that a statement names."""

    schema: str
    start: int
    """The offset in the text."""
    changed: bool
    """Whether the statement changes what is in it, or refers to it by a constraint."""


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield the tokens of a text; a quote that is never closed ends it."""
    at, end = start, len(text) if end is None else end
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None:  # pragma: no cover - a mark matches everything
            return
        kind, found = str(match.lastgroup), match[0]
        stop = match.end()
        if kind == "comment":
            stop = _after_comment(text, stop, end)
        elif kind == "dollar":
            close = text.find(found, stop, end)
            body = (stop, end if close < 0 else close)
            yield Token("body", text[slice(*body)], body[0])
            stop = end if close < 0 else close + len(found)
        elif kind == "quoted":
            yield Token("name", found[1:].removesuffix('"').replace('""', '"'), at)
        elif kind == "word":
            yield Token("word", found.lower(), at)
        elif kind == "string":
            yield Token("string", found, at)
        elif kind != "blank":
            yield Token("mark", found, at)
        at = stop


def _after_comment(text: str, at: int, end: int) -> int:
    """Return the offset after a comment, which may hold others."""
    depth = 1
    while depth and at < end:
        opened, closed = text.find("/*", at, end), text.find("*/", at, end)
        if closed < 0:
            return end
        if 0 <= opened < closed:
            depth, at = depth + 1, opened + 2
        else:
            depth, at = depth - 1, closed + 2
    return at


def named_schemas(text: str, known: frozenset[str]) -> Iterator[Named]:
    """Yield each place where a statement names one of the schemas that are known."""
    yield from _named(text, 0, len(text), known)


def _named(text: str, start: int, end: int, known: frozenset[str]) -> Iterator[Named]:
    statement: list[Token] = []
    for token in tokens(text, start, end):
        if token.kind == "body":
            yield from _named(text, token.start, token.start + len(token.text), known)
        if token.text == ";" and token.kind == "mark":
            yield from _of_statement(statement, known)
            statement = []
        else:
            statement.append(token)
    yield from _of_statement(statement, known)


def _of_statement(statement: list[Token], known: frozenset[str]) -> Iterator[Named]:
    for index, token in enumerate(statement):
        if token.kind in ("word", "name") and token.text in known:
            before = statement[index - 1] if index else None
            after = statement[index + 1] if index + 1 < len(statement) else None
            qualifies = after is not None and after.kind == "mark" and after.text == "."
            within = before is not None and before.kind == "mark" and before.text == "."
            if qualifies and not within:
                yield Named(token.text, token.start, _is_changed(statement, index))
            elif _is_a_schema(statement, index):
                yield Named(token.text, token.start, changed=True)


def _is_changed(statement: list[Token], index: int) -> bool:
    """Say whether the words before a name mean that what it names is changed."""
    before = [t.text for t in statement[:index] if t.kind == "word"]
    last = statement[index - 1] if index else None
    if last is None or last.kind != "word":
        return bool(last and last.text == "," and before[0] in _ON)
    if last.text == "from":
        return before[-2:-1] == ["delete"] or before[0] == "revoke"
    if last.text == "on":
        # Not the condition of a join, within CREATE VIEW.
        return before[0] in _ON and "join" not in before
    return last.text in _CHANGED


def _is_a_schema(statement: list[Token], index: int) -> bool:
    """Say whether a word alone is the name of a schema: CREATE SCHEMA x, SET search_path TO x."""
    before = [t.text for t in statement[:index] if t.kind == "word"]
    if before[-1:] == ["schema"] or before[-3:] == ["schema", "if", "exists"]:
        return True
    if before[-4:] == ["schema", "if", "not", "exists"]:
        return True
    return "search_path" in before[:4] and before[0] == "set"
