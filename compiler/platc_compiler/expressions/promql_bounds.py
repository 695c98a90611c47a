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

_TOKEN = re.compile(
    r"""(?P<skipped>"(?:\\.|[^"\\])*+"|'(?:\\.|[^'\\])*+'|`[^`]*+`|\#[^\n]*+)"""
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])"
    r"|(?P<operator>[<>=!]=?~?|[-+*/%^]|\b(?:and|or|unless|atan2)\b)|\w++",
    re.DOTALL | re.IGNORECASE,
)


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
    if operators > MOST_OPERATORS:
        return f"it has {operators} operators, of {MOST_OPERATORS} at most"
    return ""
