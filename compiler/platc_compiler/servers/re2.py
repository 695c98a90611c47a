"""Regular expressions as Go reads them (RE2's syntax): what it refuses, and why.

Source: ``parse`` in ``regexp/syntax/parse.go`` of Go 1.26, with its flags ``Perl``. The names of
Unicode's classes are not checked.
"""

from __future__ import annotations

import re

from msgspec import Struct

_REPEAT = re.compile(r"\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}", re.ASCII)
_FLAGS = re.compile(r"\(\?(?:[imsU]*(?:-[imsU]+)?)([:)])")
_NAMED = re.compile(r"\(\?P?<([^>]*)>")
_UNICODE = re.compile(r"\\[pP](?:\{\^?\w*\}|[CLMNPSZ])", re.ASCII)
_ESCAPE = re.compile(
    r"\\(?:(?![^\x00-\x7f])[^\w]|_|[afnrtv]|0[0-7]{0,2}|[1-7][0-7]{1,2}|x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]+\})",
    re.ASCII,
)
_POSIX = re.compile(
    r"\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit)"
    r":\]"
)
_OF_A_CLASS = frozenset("dDsSwW")
_EMPTY = frozenset("AbBz")
_MOST_REPEATS = 1000
_DEEPEST = 1000
_LARGEST = 0x10FFFF


class _Refused(Exception):  # noqa: N818 - it says what it is
    """Go refuses the expression."""


class _Level(Struct):
    """An open group: whether something stands before a repetition, and the repetitions below."""

    operand: bool = False
    last: int = 1
    """How often the last operand is repeated at most, with the repetitions inside it."""
    most: int = 1
    """The largest of them in this group."""


def fault(text: str) -> str:
    """Return why Go refuses a regular expression, empty if it does not."""
    try:
        _parse(text)
    except _Refused as refused:
        return str(refused)
    return ""


def anchored_fault(text: str) -> str:
    """Return why Go refuses an expression that is matched as a whole.

    The servers compile ``^(?:TEXT)$``, so that ``a)(b`` is accepted.
    """
    return fault(f"^(?:{text})$")


def _parse(text: str) -> None:
    levels, position, repeated = [_Level()], 0, False
    while position < len(text):
        letter, before, now = text[position], position, False
        if letter == "(":
            position = _opened(text, position, levels)
        elif letter == "|":
            levels[-1].operand = False
            position += 1
        elif letter == ")":
            position += 1
            _closed(levels)
        elif letter in "*+?" or (letter == "{" and _REPEAT.match(text, position)):
            position = _repeated(text, position, levels[-1], again=repeated)
            now = True
        else:
            position = _operand(text, position)
            if text[before:position] != r"\Q\E":
                levels[-1].operand, levels[-1].last = True, 1
        repeated = now
    if len(levels) > 1:
        raise _Refused("a ')' is missing")


def _opened(text: str, position: int, levels: list[_Level]) -> int:
    """Open a group, or set flags; return the position behind it."""
    if not text.startswith("(?", position):
        levels.append(_Level())
        if len(levels) > _DEEPEST:
            raise _Refused("it is nested too deeply")
        return position + 1
    if named := _NAMED.match(text, position):
        name = named[1]
        if not re.fullmatch(r"\w+", name, re.ASCII):
            raise _Refused(f"'{name}' is no name of a group")
        levels.append(_Level())
        return named.end()
    flags = _FLAGS.match(text, position)
    if flags is None:
        raise _Refused(f"'{text[position : position + 3]}' is not known: RE2 has no such group")
    if flags[1] == ":":
        levels.append(_Level())
    return flags.end()


def _closed(levels: list[_Level]) -> None:
    if len(levels) == 1:
        raise _Refused("a ')' closes nothing")
    inner = levels.pop()
    levels[-1].operand, levels[-1].last = True, inner.most
    levels[-1].most = max(levels[-1].most, inner.most)


def _repeated(text: str, position: int, level: _Level, *, again: bool) -> int:
    """Read a repetition; return the position behind it."""
    counted = _REPEAT.match(text, position)
    end = counted.end() if counted else position + 1
    shown = text[position:end]
    times = 1
    if counted:
        least = int(counted[1][:9])
        most = int(counted[3][:9]) if counted[3] else (None if counted[2] else least)
        if least > _MOST_REPEATS or (most is not None and not least <= most <= _MOST_REPEATS):
            raise _Refused(f"'{shown}' repeats too often, or backwards")
        times = least if most is None else most
    if text.startswith("?", end):
        end += 1
    if again:
        raise _Refused(f"'{shown}' repeats a repetition")
    if not level.operand:
        raise _Refused(f"nothing stands before '{shown}'")
    if times > 1:
        level.last *= times
        if level.last > _MOST_REPEATS:
            raise _Refused(f"'{shown}' repeats too often")
        level.most = max(level.most, level.last)
    elif counted and times == 0:
        level.last = 1
    return end


def _operand(text: str, position: int) -> int:
    """Read a letter, a class or an escape; return the position behind it."""
    if text[position] == "[":
        return _class(text, position)
    if text[position] != "\\":
        return position + 1
    following = text[position + 1 : position + 2]
    if following == "Q":
        end = text.find(r"\E", position + 2)
        return len(text) if end < 0 else end + 2
    if following and following in _EMPTY | _OF_A_CLASS:
        return position + 2
    if following and following in "pP":
        return _unicode(text, position)
    return _escape(text, position)[1]


def _unicode(text: str, position: int) -> int:
    found = _UNICODE.match(text, position)
    if found is None:
        raise _Refused(f"'{text[position : position + 3]}' is no class of Unicode")
    return found.end()


def _escape(text: str, position: int) -> tuple[int, int]:
    r"""Return the letter of an escape such as ``\n``, and the position behind it."""
    found = _ESCAPE.match(text, position)
    if found is None:
        shown = text[position : position + 2]
        raise _Refused(f"'{shown}' is no escape" if len(shown) > 1 else "it ends in a backslash")
    body = found[0][1:]
    if body[0] in "01234567":
        return int(body, 8), found.end()
    if body[0] == "x":
        letter = int(body[1:].strip("{}"), 16)
        if letter > _LARGEST:
            raise _Refused(f"'{found[0]}' is no letter")
        return letter, found.end()
    return ord(
        {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}.get(body, body)
    ), (found.end())


def _class(text: str, position: int) -> int:
    """Read ``[…]``; return the position behind it."""
    start = position
    position += 1
    if text.startswith("^", position):
        position += 1
    first = True
    while first or not text.startswith("]", position):
        first = False
        if position >= len(text):
            raise _Refused(f"the class '{text[start : start + 10]}' has no ']'")
        position = _of_class(text, position)
    return position + 1


def _of_class(text: str, position: int) -> int:
    if text.startswith("[:", position) and text.find(":]", position + 2) >= 0:
        named = _POSIX.match(text, position)
        if named is None:
            raise _Refused("it has a class such as [:alpha:] that is not known")
        return named.end()
    if re.match(r"\\[pP]", text[position : position + 2]):
        return _unicode(text, position)
    if text[position] == "\\" and text[position + 1 : position + 2] in _OF_A_CLASS:
        return position + 2
    low, end = _letter(text, position)
    if text.startswith("-", end) and end + 1 < len(text) and text[end + 1] != "]":
        high, behind = _letter(text, end + 1)
        if high < low:
            raise _Refused(f"the range '{text[position:behind]}' runs backwards")
        return behind
    return end


def _letter(text: str, position: int) -> tuple[int, int]:
    if text[position] == "\\":
        return _escape(text, position)
    return ord(text[position]), position + 1
