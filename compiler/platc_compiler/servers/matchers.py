"""Matchers of Alertmanager, such as ``severity=~"critical|warning"``.

A text is accepted if one of Alertmanager's two parsers takes it. Sources: matcher/parse and
pkg/labels/parse.go of prometheus/alertmanager 0.31.1, and ``FallbackMatchersParser``.
"""

from __future__ import annotations

import json
import re

from platc_compiler.servers import re2

_QUOTED = r'"(?:\\.|[^"\\])*"'
_BARE = r"[^\s{}!=~,\\\"'`]+"
_MATCHER = re.compile(
    rf"\s*(?P<name>{_QUOTED}|{_BARE})\s*(?P<operator>=~|!=|!~|=)\s*(?P<value>{_QUOTED}|{_BARE})\s*",
    re.DOTALL,
)
_CLASSIC = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*(.*?)\s*", re.DOTALL)
_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}
_GO_STRING = re.compile(
    r'"(?:[^"\\\n]|\\(?:[abfnrtv\\"]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}))*"'
)


def fault(text: str) -> str:
    """Return why Alertmanager refuses a text of matchers, empty if it does not."""
    new = _of_new(text)
    if not new:
        return ""
    old = _of_classic(text)
    return "" if not old else (old if new.startswith("it is no matcher") else new)


def parsed(text: str) -> list[tuple[str, str, str]]:
    """Return label, operator and value of each matcher of a text that :func:`fault` accepts."""
    inner = text.strip().removeprefix("{").removesuffix("}")
    return [
        (_plain(found["name"]), found["operator"], _plain(found["value"]))
        for found in _MATCHER.finditer(inner)
    ]


def _plain(part: str) -> str:
    return _unquoted(part) if part.startswith('"') else part


def _of_new(text: str) -> str:
    """Return why the parser of UTF-8 refuses the text."""
    rest = text.strip()
    braced = rest.startswith("{")
    if braced:
        if not rest.endswith("}"):
            return "it is no matcher: '}' is missing"
        rest = rest[1:-1].strip()
    position = 0
    while position < len(rest):
        match = _MATCHER.match(rest, position)
        if match is None:
            return 'it is no matcher such as severity="critical"'
        said = _of_parts(match)
        if said:
            return said
        position = match.end()
        if position < len(rest):
            if rest[position] != ",":
                return "it is no matcher: a comma is missing"
            position += 1
    return ""


def _of_parts(match: re.Match[str]) -> str:
    values = []
    for part in (match["name"], match["value"]):
        if part.startswith('"'):
            if not _GO_STRING.fullmatch(part):
                return f"{part} has an escape that is not known"
            values.append(_unquoted(part))
        else:
            values.append(part)
    return _of_value(match["operator"], values[1])


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1].replace("\\\\", "\\").replace('\\"', '"')


def _of_value(operator: str, value: str) -> str:
    said = re2.anchored_fault(value) if operator in {"=~", "!~"} else ""
    return f"its regular expression is refused: {said}" if said else ""


def _of_classic(text: str) -> str:
    """Return why the older parser refuses the text."""
    for part in _split(text.removeprefix("{").removesuffix("}")):
        match = _CLASSIC.fullmatch(part)
        if match is None:
            return 'it is no matcher such as severity="critical"'
        value = match[3]
        quoted = value.startswith('"')
        inner = value[1:] if quoted else value
        bare = re.sub(r'\\[\\"]', "", inner)
        ends = quoted and bare.endswith('"')
        if '"' in (bare[:-1] if ends else bare) or (quoted and not ends):
            return "a quotation mark in its value is not closed"
        plain = inner[:-1] if ends else inner
        plain = re.sub(r'\\([n"\\])', lambda found: _ESCAPES[found[1]], plain)
        said = _of_value(match[2], plain)
        if said:
            return said
    return ""


def _split(text: str) -> list[str]:
    """Return the parts between commas that stand outside quotation marks."""
    parts, start, inside, escaped = [], 0, False, False
    for index, letter in enumerate(text):
        if letter == "," and not inside:
            parts.append(text[start:index])
            start = index + 1
        if letter == '"':
            inside = inside if escaped else not inside
            escaped = False
        else:
            escaped = letter == "\\" and not escaped
    return [*parts, text[start:]] if text[start:].strip() else parts
