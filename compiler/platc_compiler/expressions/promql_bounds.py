"""How large an expression may be before the parser sees it.

The parser (promql-parser) and Prometheus itself recurse over what nests, and the parser takes
memory by the square of the depth. Brackets nest; operators in a row nest as well, because each has
the one before it as its operand. Prometheus states no limit of its own.
"""

from __future__ import annotations

import re

LONGEST = 64 << 10
"""Characters of an expression at most."""
DEEPEST = 64
"""Brackets within brackets at most."""
MOST_OPERATORS = 500
"""Operators at most, signs before a value among them."""
MOST_TOGETHER = 1_000_000
"""Operators times characters at most: the parser (promql-parser 0.12.0) copies for each operator
what stands before it, about 80 bytes a character, and never gives that memory back: 480 operators
and 11,500 characters took 440 MiB."""

MOST_OF_ALL = 8_000_000
"""The same for all expressions of a platform together: about 640 MB."""

_TOKEN = re.compile(
    r"""(?P<skipped>"(?:\\.|[^"\\])*+"|'(?:\\.|[^'\\])*+'|`[^`]*+`|\#[^\n]*+)"""
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])"
    r"|(?P<operator>[<>=!]=?~?|[-+*/%^]|\b(?:and|or|unless|atan2)\b)"
    r"|(?P<duration>(?:[0-9]++(?:ms|[smhdwy]))++(?!\w))|\w++",
    re.DOTALL | re.IGNORECASE,
)


_PART = re.compile(r"([0-9]+)(ms|[smhdwy])")
_MILLISECONDS = {
    "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    "y": 31_536_000_000,
}  # fmt: skip
_DIGITS = 19
"""The digits of 2^63 - 1."""
_WIDEST = 40
"""Characters of a duration that a message shows."""
_LONGEST_DURATION = (2**63 - 1) // 1_000_000
"""Milliseconds; Prometheus counts in nanoseconds (``ParseDuration`` of prometheus/common)."""


def beyond(text: str) -> str:
    """Return which limit an expression is beyond, empty where it is within all of them."""
    if len(text) > LONGEST:
        return f"it has {len(text)} characters, of {LONGEST} at most"
    depth = operators = 0
    in_matchers = False
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "open":
                depth += 1
                in_matchers = token[0] == "{"
                if depth > DEEPEST:
                    return f"its brackets nest deeper than {DEEPEST} levels"
            case "close":
                depth -= 1
                in_matchers = False
            case "operator" if not in_matchers:
                operators += 1
            case "duration" if _length(token[0]) > _LONGEST_DURATION:
                return f"a duration is longer than 292 years: {_shown(token[0])}"
    if operators > MOST_OPERATORS:
        return f"it has {operators} operators, of {MOST_OPERATORS} at most"
    if operators * len(text) > MOST_TOGETHER:
        return f"it has {operators} operators and {len(text)} characters, too many together"
    return ""


def together(text: str) -> int:
    """Return the operators of an expression, those of matchers too, times its characters."""
    operators = sum(token.lastgroup == "operator" for token in _TOKEN.finditer(text))
    return operators * len(text)


def _length(duration: str) -> int:
    """Return the milliseconds of a duration; those of more than 18 digits count as too many."""
    return sum(
        int(number) * _MILLISECONDS[unit] if len(number) < _DIGITS else _LONGEST_DURATION + 1
        for number, unit in _PART.findall(duration)
    )


def _shown(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…"
