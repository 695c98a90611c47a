"""Reads the values that a user gives in a file, on standard input or at a prompt.

A file or standard input has one of two forms. The first line that is neither empty nor a comment
decides which:

* YAML or JSON that maps secrets to keys to values. Every scalar is the text that is written
  (``0123``, ``yes``, ``1e3``). Bytes are tagged ``!!binary`` and given in base64::

      database-credentials:
        postgres_user: etl
        postgres_password: "it's: secret"

* Lines ``NAME/KEY=VALUE``. The value is the rest of the line, without quotes or escapes. A value
  that begins or ends with white space, or stands in quotes, is refused because it is unclear::

      database-credentials/postgres_user=etl

An error names secrets and keys, and holds no other piece of the text.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from platc_compiler.seal.declared import is_key, is_secret_name
from platc_compiler.seal.documents import documents
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.plan import Missing
from platc_compiler.seal.secret_value import SecretValue
from platc_compiler.source import written

# Value by key by name of the secret.
Values: TypeAlias = Mapping[str, Mapping[str, SecretValue]]

MOST_BYTES = 8 * 1024 * 1024
_LINE = re.compile(r"([a-z0-9][-.a-z0-9]*)/([-._a-zA-Z0-9]+)=(.*)")
_FORM = "write YAML (secret: { key: value }) or lines NAME/KEY=VALUE"
_AS_YAML = "give it in YAML, where quotes say exactly what belongs to it"


def parse_values(text: str) -> Values:
    """Return the values of a text of either form.

    Raises:
        SealError: with the line. The text has neither form, a name or key stands twice, or a value
            is empty or unclear.
    """
    if len(text) > MOST_BYTES:
        message = f"the values are longer than {MOST_BYTES} bytes"
        raise SealError(message, "all values of one Secret may hold 1 MiB together")
    if _is_lines(text):
        return _lines(text)
    return _from_json(text) if text.lstrip().startswith("{") else _yaml(text)


def ask(missing: Iterable[Missing], prompt: Callable[[str], str]) -> Values:
    """Ask for missing values, once for a key that several namespaces share.

    Args:
        missing: the keys to ask for; a key whose value was given is not asked for.
        prompt: shows its argument and returns what the user types, without showing it. An empty
            answer leaves the key out.

    Raises:
        SealError: an answer is not text.
    """
    values: dict[str, dict[str, SecretValue]] = {}
    asked: set[str] = set()
    for lack in missing:
        where = str(lack.ref)
        if lack.given or where in asked:
            continue
        asked.add(where)
        answer = prompt(f"{where} {lack.reason}; its value (empty to leave it out)")
        if answer:
            values.setdefault(lack.ref.name, {})[lack.ref.key] = SecretValue.of_text(answer, where)
    return values


def merge(first: Values, second: Values) -> Values:
    """Return the values of both; where both have a key, the value of the second."""
    return {
        name: {**first.get(name, {}), **second.get(name, {})}
        for name in sorted(first.keys() | second.keys())
    }


def _is_lines(text: str) -> bool:
    for line in text.split("\n"):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            return _LINE.fullmatch(bare) is not None
    return False


def _lines(text: str) -> Values:
    values: dict[str, dict[str, SecretValue]] = {}
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.removesuffix("\r")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise SealError("not of the form NAME/KEY=VALUE", _AS_YAML, line=number)
        name, key, value = match.groups()
        where = f"{name}/{key}"
        if key in values.get(name, {}):
            raise SealError(f"{where} is given twice", "keep one of the two", line=number)
        values.setdefault(name, {})[key] = _clear(value, where, number)
    return values


def _clear(value: str, where: str, line: int) -> SecretValue:
    if not value:
        raise _empty(where, line)
    if value != value.strip() or (value[0] in "'\"" and value[0] == value[-1]):
        message = f"the value of {where} stands in quotes or between white space"
        raise SealError(message, f"remove them, or {_AS_YAML}", line=line)
    return SecretValue.of_text(value, where)


def _yaml(text: str) -> Values:
    found = documents(text)
    if len(found) > 1:
        raise SealError("the values stand in several documents", _FORM, line=found[1].line)
    top = found[0] if found else written.Mapping({}, 1)
    if isinstance(top, written.Scalar) and top.null:
        return {}
    return {
        name: {
            key: _from_scalar(scalar, name, key) for key, scalar in _mapping(secret).entries.items()
        }
        for name, secret in _mapping(top).entries.items()
    }


def _mapping(node: written.Node) -> written.Mapping:
    if not isinstance(node, written.Mapping):
        raise SealError("not of the form secret → key → value", _FORM, line=node.line)
    return node


def _from_scalar(node: written.Node, name: str, key: str) -> SecretValue:
    where = _named(name, key, node.line)
    if not isinstance(node, written.Scalar):
        raise SealError(f"the value of {where} must be text", _FORM, line=node.line)
    if node.null or not node.text:
        raise _empty(where, node.line)
    if not node.binary:
        return SecretValue.of_text(node.text, where)
    raw = _decoded(node.text)
    if not raw:
        message = f"the value of {where} is tagged !!binary, but is no base64"
        raise SealError(message, "encode it: base64 FILE", line=node.line)
    return SecretValue(raw)


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _from_json(text: str) -> Values:
    """Return the values of JSON, read as JSON: YAML has no pairs of surrogates."""
    try:
        top = json.loads(text, object_pairs_hook=_pairs, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        top = None
    if top is None:
        # Not JSON, or with a fault whose line the YAML reader can tell.
        return _yaml(text)
    values: dict[str, dict[str, SecretValue]] = {}
    for name, secret in top.items():
        if not isinstance(secret, dict):
            raise SealError("not of the form secret → key → value", _FORM)
        for key, value in secret.items():
            where = _named(name, key, None)
            if not isinstance(value, str):
                raise SealError(f"the value of {where} must be text", "write it in quotes")
            if not value:
                raise _empty(where, None)
            values.setdefault(name, {})[key] = SecretValue.of_text(value, where)
    return values


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def _named(name: str, key: str, line: int | None) -> str:
    if not is_secret_name(name) or not is_key(key):
        # Not repeated: it may be a value in the wrong place.
        raise SealError("a name that no secret or key can have", _FORM, line=line)
    return f"{name}/{key}"


def _empty(where: str, line: int | None) -> SealError:
    message = f"the value of {where} is empty"
    help_ = "leave the key out to give no value; text such as ~ or null goes in quotes"
    return SealError(message, help_, line=line)
