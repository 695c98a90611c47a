"""The syntax that names one key of a declared secret, and what stands behind a dollar in a text.

A field that takes a secret holds ``secret/key``. An environment variable holds ``${secret/key}``
and nothing else: inside a longer text a reference is not replaced. ``$$`` is a literal dollar, as
Kubernetes has it in the values of variables, in commands and in arguments.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME, _KEY = r"[a-z0-9][-a-z0-9]*", r"[-._a-zA-Z0-9]+"
PATTERN = rf"^{_NAME}/{_KEY}$"
"""The syntax as JSON Schema states it: editors check no more than this."""

_REFERENCE = re.compile(rf"[a-z0-9]([-a-z0-9]*[a-z0-9])?/{_KEY}")
_INNER = re.compile(rf"({_NAME})/({_KEY})")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CLOSING = {"{": "}", "(": ")"}
_LONGEST = 520
"""Characters of an expression that are looked at; two names of 253 characters are shorter."""
_UNCLOSED = re.compile(r"\s*[-._:/a-zA-Z0-9]*")
"""What belongs to an expression that is not closed, as far as one can tell."""


class SecretReference(NamedTuple):
    """A key of a secret, by name."""

    secret: str
    key: str

    def __str__(self) -> str:
        """Return ``secret/key``."""
        return f"{self.secret}/{self.key}"


class Expression(NamedTuple):
    """What stands behind a dollar that is not doubled."""

    bracket: str
    """``{``, ``(``, or nothing for ``$NAME``."""
    inner: str
    """What stands between the brackets, or the name."""
    closed: bool = True
    """Whether the closing bracket is there."""

    def __str__(self) -> str:
        """Return the expression as it is written."""
        return f"${self.bracket}{self.inner}{_CLOSING.get(self.bracket, '') if self.closed else ''}"


def is_reference(text: str) -> bool:
    """Return whether a text is of the form ``secret/key``."""
    return _REFERENCE.fullmatch(text) is not None


def parse_reference(text: str) -> SecretReference:
    """Return the secret and the key that a valid ``secret/key`` names."""
    secret, _, key = text.partition("/")
    return SecretReference(secret, key)


def variable_reference(text: str) -> SecretReference | None:
    """Return what a whole ``${secret/key}`` names, ``None`` for any other text."""
    inside = text.startswith("${") and text.endswith("}")
    match = _INNER.fullmatch(text, 2, len(text) - 1) if inside else None
    return SecretReference(match[1], match[2]) if match else None


def references_in(text: str) -> Iterator[SecretReference]:
    """Yield what each ``${secret/key}`` in a text names, in order."""
    for expression in expressions(text):
        named = named_by(expression)
        if named is not None:
            yield named


def named_by(expression: Expression) -> SecretReference | None:
    """Return what a ``${secret/key}`` names, ``None`` for any other expression."""
    match = _INNER.fullmatch(expression.inner)
    if match is None or expression.bracket != "{" or not expression.closed:
        return None
    return SecretReference(match[1], match[2])


def expressions(text: str) -> Iterator[Expression]:
    """Yield every ``${…}``, ``$(…)`` and ``$NAME`` of a text, in time linear in its length.

    ``$$`` begins none: Kubernetes makes a dollar of it (``third_party/forked/golang/expansion`` of
    kubernetes/kubernetes). What stands inside of another expression is yielded after that one.
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
