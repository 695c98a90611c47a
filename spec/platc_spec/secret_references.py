"""The syntax of references to a key of a declared secret, and of other dollar expressions.

A field that takes a secret holds ``secret/key``. An environment variable holds ``${secret/key}``
and nothing else: inside a longer text a reference is not replaced. ``$$`` is a literal dollar, as
in Kubernetes' variables, commands and arguments.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME, _KEY = r"[a-z0-9][-a-z0-9]*", r"[-._a-zA-Z0-9]+"
PATTERN = rf"^{_NAME}/{_KEY}$"
"""The syntax as a JSON Schema pattern, which is all that editors check."""

_REFERENCE = re.compile(rf"[a-z0-9]([-a-z0-9]*[a-z0-9])?/{_KEY}")
_INNER = re.compile(rf"({_NAME})/({_KEY})")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CLOSING = {"{": "}", "(": ")"}
_LONGEST = 520
"""The maximum of characters of an expression; two names of 253 characters are shorter."""
_UNCLOSED = re.compile(r"\s*[-._:/a-zA-Z0-9]*")
"""The probable rest of an expression that is not closed."""


class SecretReference(NamedTuple):
    """A key of a secret, by name."""

    secret: str
    key: str

    def __str__(self) -> str:
        """Return ``secret/key``."""
        return f"{self.secret}/{self.key}"


class Expression(NamedTuple):
    """An expression after a single dollar."""

    bracket: str
    """``{``, ``(``, or nothing for ``$NAME``."""
    inner: str
    """The text between the brackets, or the name."""
    closed: bool = True
    """Whether the closing bracket exists."""

    def __str__(self) -> str:
        """Return the expression in its original notation."""
        return f"${self.bracket}{self.inner}{_CLOSING.get(self.bracket, '') if self.closed else ''}"


def is_reference(text: str) -> bool:
    """Return whether a text has the form ``secret/key``."""
    return _REFERENCE.fullmatch(text) is not None


def parse_reference(text: str) -> SecretReference:
    """Return the secret and the key that a valid ``secret/key`` names."""
    secret, _, key = text.partition("/")
    return SecretReference(secret, key)


def variable_reference(text: str) -> SecretReference | None:
    """Return the reference of a whole ``${secret/key}``, ``None`` for any other text."""
    inside = text.startswith("${") and text.endswith("}")
    match = _INNER.fullmatch(text, 2, len(text) - 1) if inside else None
    return SecretReference(match[1], match[2]) if match else None


def references_in(text: str) -> Iterator[SecretReference]:
    """Yield the reference of each ``${secret/key}`` in a text, in order."""
    for expression in expressions(text):
        named = named_by(expression)
        if named is not None:
            yield named


def named_by(expression: Expression) -> SecretReference | None:
    """Return the reference of a ``${secret/key}``, ``None`` for any other expression."""
    match = _INNER.fullmatch(expression.inner)
    if match is None or expression.bracket != "{" or not expression.closed:
        return None
    return SecretReference(match[1], match[2])


def expressions(text: str) -> Iterator[Expression]:
    """Yield every ``${…}``, ``$(…)`` and ``$NAME`` of a text, in time linear in its length.

    ``$$`` is not the beginning of an expression: Kubernetes replaces it by a dollar
    (``third_party/forked/golang/expansion`` of kubernetes/kubernetes). An expression inside of
    another one is yielded after the outer one.
    """
    ends = {"{": -1, "(": -1}
    at = text.find("$")
    while 0 <= at < len(text) - 1:
        following = text[at + 1]
        if following in _CLOSING:
            if ends[following] < at + 2:
                found = text.find(_CLOSING[following], at + 2)
                ends[following] = len(text) if found < 0 else found
            end = ends[following]
            if end < len(text):
                yield Expression(following, text[at + 2 : min(end, at + 2 + _LONGEST)])
            else:
                match = _UNCLOSED.match(text, at + 2)
                yield Expression(following, match[0] if match else "", closed=False)
        elif name := _VARIABLE.match(text, at + 1):
            yield Expression("", name[0])
        at = text.find("$", at + (2 if following == "$" else 1))
