"""Values in Markdown: words in prose, one word to the shell in a fenced block of commands.

A template of Markdown is rendered with a mark in the place of each value. Only the whole text tells
where a value stands: in prose, in a code span, or in a block that a reader copies into a shell,
there within quotation marks of one kind or the other or outside of any.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from shlex import quote

_MARK = re.compile("\ue000([0-9]{1,9})\ue001")
_FENCE = "```"
_SHELLS = frozenset({"bash", "sh", "shell", "console"})
_PROSE = r"[\\`*\[\]<>|]|(?<!\w)_|_(?!\w)|&(?=[#\w]+;)"
"""What has a meaning in Markdown wherever it stands."""
_PLAIN = re.compile(r"[A-Za-z0-9 .,:;/@%+=(){}'\"!?~^–—×→-]*")
"""What is the same in Markdown wherever it stands."""
_BREAKS = r"\s*[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*"
_SHELL_TOKEN = re.compile("\ue000([0-9]{1,9})\ue001|\\\\.|['\"\n)]|(?<!\\S)#|\\$?\\(", re.DOTALL)
_ENDS = frozenset({("#", "\n"), ("#", "\\\n"), ("'", "'"), ("'", "\\'"), ('"', '"'), ("", ")")})
"""What ends a context of the shell, with the context: a backslash escapes nothing in some."""
_BEGINS = {
    ("", '"'): '"', ("", "'"): "'", ("", "#"): "#", ("", "("): "", ("", "$("): "", ('"', "$("): "",
}  # fmt: skip
"""What begins a context of the shell within another: quotation marks, a comment, a command."""


def mark(number: int) -> str:
    """Return what stands in a text for the value of a number till it is filled in."""
    return f"\ue000{number}\ue001"


def filled(text: str, values: Sequence[str]) -> str:
    """Return a text of Markdown with its values in the places of their marks.

    A value is never more than a part of the line, the cell or the word that it stands in: it begins
    no line, closes no fence, and is no command.
    """
    values = [_expanded(value, values[:number]) for number, value in enumerate(values)]
    parts: list[str] = []
    place = 0
    while (fence := _line_of_fence(text, place)) >= 0:
        begin = text.find("\n", fence) + 1 or len(text)
        language = text[fence:begin].strip("` \t\n")
        closing = _line_of_fence(text, begin)
        until = closing if closing >= 0 else len(text)
        end = text.find("\n", until) + 1 or len(text)
        write = _shell if language in _SHELLS else _code
        parts += [_prose(text[place:fence], values), text[fence:begin]]
        parts += [write(text[begin:until], values), text[until:end]]
        place = end
    return "".join((*parts, _prose(text[place:], values)))


def _line_of_fence(text: str, place: int) -> int:
    """Return where the next line that opens or closes a block begins, -1 if there is none."""
    if text.startswith(_FENCE, place) and (place == 0 or text[place - 1] == "\n"):
        return place
    found = text.find(f"\n{_FENCE}", place)
    return found + 1 if found >= 0 else -1


def _expanded(value: str, earlier: Sequence[str]) -> str:
    """Return a value that a macro has made, which holds marks itself, with what they stand for."""
    return _MARK.sub(lambda match: _value(match, earlier), value) if "\ue000" in value else value


def _value(match: re.Match[str], values: Sequence[str]) -> str:
    """Return the value that a mark stands for; what only looks like a mark is no value."""
    number = int(match[1])
    return values[number] if number < len(values) else ""


def _prose(text: str, values: Sequence[str]) -> str:
    """Fill in what is read, line by line: within backticks nothing can be escaped."""
    if "\ue000" not in text:
        return text
    if all(map(_PLAIN.fullmatch, values)):
        return _MARK.sub(lambda match: _value(match, values), text)
    return "\n".join(_line(line, values) for line in text.split("\n"))


def _line(line: str, values: Sequence[str]) -> str:
    if "\ue000" not in line:
        return line
    spans = line.split("`")
    table = line.startswith("|")
    for number, span in enumerate(spans):
        in_code = number % 2 == 1 and number < len(spans) - 1

        def value(match: re.Match[str], *, in_code: bool = in_code) -> str:
            text = _value(match, values)
            if _PLAIN.fullmatch(text):
                return text
            text = re.sub(_BREAKS, " ", text)
            if not in_code:
                return re.sub(_PROSE, lambda special: f"\\{special[0]}", text)
            text = text.replace("`", "'")
            return text.replace("|", "\\|") if table else text

        spans[number] = _MARK.sub(value, span)
    return "`".join(spans)


def _code(text: str, values: Sequence[str]) -> str:
    return _MARK.sub(lambda match: re.sub(_BREAKS, " ", _value(match, values)), text)


def _shell(text: str, values: Sequence[str]) -> str:
    """Fill in a block of commands, each value so that the shell takes it for what it is.

    Within ``"$(…)"`` the shell begins anew outside of quotation marks; what is around is kept on a
    stack.
    """
    if "\ue000" not in text:
        return text
    parts: list[str] = []
    around: list[str] = [""]
    place = 0
    for token in _SHELL_TOKEN.finditer(text):
        seen = (around[-1], token[0])
        if token[1] is not None:
            parts += [text[place : token.start()], _word(_value(token, values), around[-1])]
            place = token.end()
        elif seen in _ENDS and len(around) > 1:
            around.pop()
        elif seen in _BEGINS:
            around.append(_BEGINS[seen])
    return "".join((*parts, text[place:]))


def _word(value: str, context: str) -> str:
    """Return a value as the shell reads it back within quotation marks, a comment, or neither."""
    if context == "#":
        return re.sub(_BREAKS, " ", value)
    if context == "'":
        return value.replace("'", "'\\''")
    if context == '"':
        return re.sub(r'[\\"$`]', r"\\\g<0>", value)
    return quote(value) if value else ""
