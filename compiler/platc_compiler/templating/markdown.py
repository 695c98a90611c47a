"""Values in Markdown: words in prose, and one word of the shell in a fenced block of commands.

A template of Markdown is rendered with a mark in the place of each value. Only the whole text shows
the context of a value: prose, a code span, or a block that a reader copies into a shell, there
inside quotation marks of either kind or outside of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from shlex import quote

_MARK = re.compile("\ue000([0-9]{1,9})\ue001")
_FENCE = "```"
_SHELLS = frozenset({"bash", "sh", "shell", "console"})
_PROSE = r"[\\`*\[\]<>|]|(?<!\w)_|_(?!\w)|&(?=[#\w]+;)"
"""Characters with a meaning in Markdown in every context."""
_PLAIN = re.compile(r"[A-Za-z0-9 .,:;/@%+=(){}'\"!?~^–—×→-]*")
"""Characters without a meaning in Markdown in any context."""
_BREAKS = r"\s*[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*"
_STEERS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal, in which a reader may look at the text."""
_SHELL_TOKEN = re.compile("\ue000([0-9]{1,9})\ue001|\\\\.|['\"\n)]|(?<!\\S)#|\\$?\\(", re.DOTALL)
_ENDS = frozenset({("#", "\n"), ("#", "\\\n"), ("'", "'"), ("'", "\\'"), ('"', '"'), ("", ")")})
"""The end of each context of the shell; in some contexts a backslash escapes nothing."""
_BEGINS = {
    ("", '"'): '"', ("", "'"): "'", ("", "#"): "#", ("", "("): "", ("", "$("): "", ('"', "$("): "",
}  # fmt: skip
"""The beginning of a context of the shell inside another: quotation marks, a comment, a command."""


def mark(number: int) -> str:
    """Return the mark that represents the value of a number until it is replaced."""
    return f"\ue000{number}\ue001"


def filled(text: str, values: Sequence[str]) -> str:
    """Return a text of Markdown with the values in the places of their marks.

    A value is always a part of its line, its cell or its word: it begins no line, closes no fence,
    and is not a command.
    """
    values = [_expanded(value, values, number) for number, value in enumerate(values)]
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
    """Return the beginning of the next line that opens or closes a block, -1 if there is none."""
    if text.startswith(_FENCE, place) and (place == 0 or text[place - 1] == "\n"):
        return place
    found = text.find(f"\n{_FENCE}", place)
    return found + 1 if found >= 0 else -1


def _expanded(value: str, values: Sequence[str], before: int) -> str:
    """Return the output of a macro, with its own marks replaced by values with lower numbers."""
    if "\ue000" not in value:
        return value
    return _MARK.sub(lambda match: _value(match, values, before), value)


def _value(match: re.Match[str], values: Sequence[str], before: int | None = None) -> str:
    """Return the value of a mark; other text that looks like a mark has no value."""
    number = int(match[1])
    return values[number] if number < (len(values) if before is None else before) else ""


def _prose(text: str, values: Sequence[str]) -> str:
    """Fill in prose, line by line: inside backticks nothing can be escaped."""
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
            text = _on_one_line(text)
            if not in_code:
                return re.sub(_PROSE, lambda special: f"\\{special[0]}", text)
            text = text.replace("`", "'")
            return text.replace("|", "\\|") if table else text

        spans[number] = _MARK.sub(value, span)
    return "`".join(spans)


def _code(text: str, values: Sequence[str]) -> str:
    return _MARK.sub(lambda match: _on_one_line(_value(match, values)), text)


def _on_one_line(value: str) -> str:
    """Return a value without line breaks; what steers a terminal is written as an escape."""
    line = re.sub(_BREAKS, " ", value)
    return _STEERS.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), line)


def _shell(text: str, values: Sequence[str]) -> str:
    """Fill in a block of commands, each value so that the shell reads it unchanged.

    Inside ``"$(…)"`` the shell starts again outside of quotation marks; a stack keeps the outer
    contexts.
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
    """Return a value so that the shell reads it back inside quotation marks, a comment, or
    neither.
    """
    if context == "#":
        return _on_one_line(value)
    if context == "'":
        return value.replace("'", "'\\''")
    if context == '"':
        return re.sub(r'[\\"$`]', r"\\\g<0>", value)
    return quote(value) if value else ""
