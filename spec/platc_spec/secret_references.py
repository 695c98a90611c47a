"""The syntax that names one key of a declared secret.

A field that takes a secret holds ``secret/key``. An environment variable holds ``${secret/key}``
and nothing else: inside a longer text a reference is not replaced.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME, _KEY = r"[a-z0-9][-a-z0-9]*", r"[-._a-zA-Z0-9]+"
PATTERN = rf"^{_NAME}/{_KEY}$"
"""The syntax as JSON Schema states it: editors check no more than this."""

_REFERENCE = re.compile(rf"[a-z0-9]([-a-z0-9]*[a-z0-9])?/{_KEY}")
_VARIABLE = re.compile(rf"\$\{{({_NAME})/({_KEY})\}}")
_UNCLOSED = re.compile(rf"\$\{{{_NAME}/{_KEY}\s*")


class SecretReference(NamedTuple):
    """A key of a secret, by name."""

    secret: str
    key: str

    def __str__(self) -> str:
        """Return ``secret/key``."""
        return f"{self.secret}/{self.key}"


def is_reference(text: str) -> bool:
    """Return whether a text is of the form ``secret/key``."""
    return _REFERENCE.fullmatch(text) is not None


def parse_reference(text: str) -> SecretReference:
    """Return the secret and the key that a valid ``secret/key`` names."""
    secret, _, key = text.partition("/")
    return SecretReference(secret, key)


def variable_reference(text: str) -> SecretReference | None:
    """Return what a whole ``${secret/key}`` names, ``None`` for any other text."""
    match = _VARIABLE.fullmatch(text)
    return SecretReference(match[1], match[2]) if match else None


def references_in(text: str) -> Iterator[SecretReference]:
    """Yield what each ``${secret/key}`` in a text names, in order."""
    return (SecretReference(match[1], match[2]) for match in _VARIABLE.finditer(text))


def is_unclosed(text: str) -> bool:
    """Return whether a text is a ``${secret/key}`` without its closing brace."""
    return _UNCLOSED.fullmatch(text) is not None
