"""Where in plain data credentials stand: platform.yaml's own, and those of Kubernetes objects."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.diagnostics.credentials import (
    Stretch,
    in_header,
    in_text,
    in_value,
    names_credential,
)


class Finding(Struct, frozen=True):
    """A value, or a key, that is a credential or holds one."""

    path: Origin
    name: str
    """What the value is called: its key, the ``name`` beside it, the option before it."""
    text: str
    """The value as a text; the key, where the key holds the credential."""
    stretches: tuple[Stretch, ...]
    on_key: bool = False
    refused: bool = False
    """It stands where the language wants a reference: validation refuses it."""
    value: object = None
    """The value itself, by which an anchor and its aliases are known to be one."""

    @property
    def certain(self) -> bool:
        """Whether it is no guess."""
        return any(stretch.certain for stretch in self.stretches)


_FREE = frozenset(
    {"env", "config", "files", "patches", "args", "command", "labels", "annotations"}
    | {"environment", "connections", "settings", "settings_in", "external_labels", "details"}
    | {"attributes", "custom_fields", "pre_stop"}
)
"""Keys of platform.yaml below which every word is the user's own."""
_OF_REFERENCES = frozenset({"keys", "passwords", "secret_files"})
"""Keys whose values are all references to keys of secrets."""
_RECIPES = frozenset({"password", "fernet", "uuid", "hex:32", "base64:32"})
_LIKE_A_RECIPE = r"(?i)(?:pass|fern|uu|hex|base|rand)\w{0,8}(?::\w{0,6})?"
_OF_A_STORE = frozenset({"store", "cluster_store", "path", "entries", "refresh"})
_HEADERS = frozenset({
    "headers", "header", "http_headers", "httpHeaders", "proxy_connect_header", "proxy_headers",
    "request_headers", "custom_headers", "default_headers", "additional_headers", "extra_headers",
})  # fmt: skip
"""Keys below which headers stand by their names."""
_VALUES = {"values": "", "secrets": "secret"}
"""Keys below the name of a header in ``http_headers`` of Prometheus, with what they make of it."""
_INSIDE = {"pagerduty_configs": {"routing_key", "service_key"}, "htpasswd": {"inline"}}
"""Names that are those of credentials only below a certain key."""
_OF_KEYS = frozenset({"api", "access", "account", "license", "signing", "encryption"})
"""Words that make a ``key`` below them that of a credential."""
_COMMANDS = frozenset({"args", "command", "pre_stop"})
_LISTED = {"tokens": "token"}
"""Keys of lists, and what each item is."""
_FEWEST_DIGITS = 4
"""A number of fewer digits is no password."""


class _Place(Struct, frozen=True):
    """What is known of a value before it is looked at."""

    path: Origin
    name: str = ""
    free: bool = False
    """Nothing of the language's own is below."""
    reference: bool = False
    """The language wants a reference here."""
    header: bool = False
    """It is the value of a header, or what holds headers by their names."""


_Seen: TypeAlias = tuple[int, str, bool, bool, bool]
"""A collection by its identity, and what is known of its place."""


def in_platform(data: object) -> Iterator[Finding]:
    """Yield the credentials of platform.yaml's data, those of its environments included.

    What several aliases stand for is told once.
    """
    seen: set[_Seen] = set()
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "environments" and isinstance(value, Mapping):
                for name, part in value.items():
                    yield from _of_environment((key, name), part, seen)
            else:
                yield from _of_part((), key, value, seen)
    else:
        yield from _below(data, _Place(()), seen)


def _of_environment(path: Origin, part: object, seen: set[_Seen]) -> Iterator[Finding]:
    if isinstance(part, Mapping):
        for key, below in part.items():
            yield from _of_part(path, key, below, seen)
    else:
        yield from _below(part, _Place(path, str(path[-1])), seen)


def in_object(body: object) -> Iterator[Finding]:
    """Yield the credentials of a Kubernetes object or of any other data."""
    yield from _below(body, _Place((), free=True), set())


def _of_part(prefix: Origin, key: str, value: object, seen: set[_Seen]) -> Iterator[Finding]:
    path: Origin = (*prefix, key)
    if key == "secrets" and isinstance(value, Mapping):
        for name, secret in value.items():
            yield from _of_secret(secret, (*path, name))
    else:
        yield from _on_key(path, str(key))
        yield from _below(value, _Place(path, str(key), free=key in _FREE), seen)


def _of_secret(secret: object, path: Origin) -> Iterator[Finding]:
    """Yield the values in a declaration of a secret, which has names alone."""
    if not isinstance(secret, Mapping):
        yield from _refused(secret, path)
        return
    for key, value in secret.items():
        if key in {"keys", "generate"} and isinstance(value, Mapping):
            for name, stated in value.items():
                if key == "keys" or not _is_recipe(str(stated)):
                    yield from _refused(stated, (*path, key, name))
        elif key in {"keys", "generate", "namespace", "namespaces", "scope", "type"}:
            # Names, unless their form says otherwise.
            yield from _below(value, _Place((*path, key)), set())
        elif key == "from":
            yield from _of_origin(value, (*path, key))
        else:
            yield from _refused(value, (*path, key))


def _of_origin(value: object, path: Origin) -> Iterator[Finding]:
    """Yield the credentials in the place of the names of a store and of its entries."""
    if not isinstance(value, Mapping):
        yield from _below(value, _Place(path), set())
        return
    for key, below in value.items():
        place = (*path, key)
        if key == "entries" and isinstance(below, Mapping):
            for name, entry in below.items():
                parts = entry if isinstance(entry, Mapping) else {"": entry}
                for part, text in parts.items():
                    inside = (*place, name, *((part,) if part else ()))
                    yield from _below(text, _Place(inside), set())
        elif key in _OF_A_STORE:
            yield from _below(below, _Place(place), set())
        else:
            yield from _refused(below, place)


def _is_reference(value: str) -> bool:
    """Return whether a text is of the form ``secret/key``."""
    secret, slash, key = value.partition("/")
    words = (secret.replace("-", ""), key.replace("-", "").replace("_", "").replace(".", ""))
    return (
        bool(slash) and value.isascii() and secret == secret.lower()
        and all(map(str.isalnum, words))
    )  # fmt: skip


def _is_recipe(stated: str) -> bool:
    """Return whether a text is a recipe, or one that is spelt wrongly."""
    return stated in _RECIPES or re.fullmatch(_LIKE_A_RECIPE, stated) is not None


def _refused(value: object, path: Origin) -> Iterator[Finding]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _refused(below, (*path, key))
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool) and str(value):
        text = str(value)
        whole = (Stretch(0, len(text), certain=True),)
        yield Finding(path, str(path[-1]), text, whole, refused=True, value=value)


def _below(value: object, place: _Place, seen: set[_Seen]) -> Iterator[Finding]:
    if isinstance(value, str):
        yield from _of_text(value, place)
    elif isinstance(value, (dict, list)):
        known = (id(value), place.name, place.free, place.reference, place.header)
        if known in seen:
            return
        seen.add(known)
        if isinstance(value, dict):
            yield from _of_mapping(value, place, seen)
        else:
            yield from _of_list(value, place, seen)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        text = str(value)
        if len(text) >= _FEWEST_DIGITS and names_credential(place.name):
            whole = (Stretch(0, len(text), certain=True),)
            yield Finding(
                place.path, place.name, text, whole, refused=not place.free, value=value,
            )  # fmt: skip


def _of_text(value: str, place: _Place) -> Iterator[Finding]:
    if place.free:
        judged = in_header if place.header else in_value
        stretches = judged(place.name, value)
        if stretches:
            yield Finding(place.path, place.name, value, stretches, value=value)
        return
    if _is_reference(value):
        return
    named = in_value("password" if place.reference else place.name, value)
    if named:
        refused = named == (Stretch(0, len(value), certain=True),)
        yield Finding(place.path, place.name, value, named, refused=refused, value=value)


def _of_mapping(value: Mapping[Any, Any], place: _Place, seen: set[_Seen]) -> Iterator[Finding]:
    called = label(value) if "value" in value else ""
    references = not place.free and place.name in _OF_REFERENCES
    channels = not place.free and place.path[:1] == ("notifications",)
    for key, below in value.items():
        word = str(key)
        path: Origin = (*place.path, key)
        yield from _on_key(path, word)
        yield from _below(
            below,
            _Place(
                path,
                called if key == "value" and called else _called(word, place),
                place.free or key in _FREE,
                references or (channels and key in {"webhook", "url"}),
                place.free and (key in _HEADERS or (place.header and key != "files")),
            ),
            seen,
        )


def _called(word: str, place: _Place) -> str:
    """Return what a value is called by its key and by what stands above it."""
    if not place.free:
        return word
    if place.header and word in _VALUES:
        return _VALUES[word] or place.name
    if word == "key" and place.name.lower() in _OF_KEYS:
        return f"{place.name}.{word}"
    above = [step for step in place.path[-2:] if isinstance(step, str)]
    if above and word in _INSIDE.get(above[-1], ()):
        return "password"
    return word


def label(entry: Mapping[Any, Any]) -> str:
    """Return what an entry such as ``{name: PASSWORD, value: …}`` calls its value.

    That of a JSON patch is called by the end of its ``path``.
    """
    if isinstance(entry.get("path"), str) and "op" in entry:
        return str(entry["path"].rpartition("/")[2].replace("~1", "/").replace("~0", "~"))
    for key in ("name", "key"):
        if isinstance(entry.get(key), str):
            return str(entry[key])
    return ""


def _of_list(value: Sequence[Any], place: _Place, seen: set[_Seen]) -> Iterator[Finding]:
    before = ""
    spoken = _of_command(value, place) if place.name in _COMMANDS else frozenset()
    for index, item in enumerate(value):
        option = before.lstrip("-") if before.startswith("-") and "=" not in before else ""
        name = option if names_credential(option) else _LISTED.get(place.name, place.name)
        if index in spoken and not in_value(name, item):
            whole = (Stretch(0, len(item), certain=False),)
            yield Finding((*place.path, index), place.name, item, whole, value=item)
            before = item
            continue
        inside = _Place((*place.path, index), name, place.free, header=place.header)
        yield from _below(item, inside, seen)
        before = item if isinstance(item, str) else ""


def _of_command(value: Sequence[Any], place: _Place) -> frozenset[int]:
    """Return which arguments hold a credential that only the ones before show: ``-u name:word``."""
    if not place.free or not all(isinstance(item, str) for item in value):
        return frozenset()
    starts = list(accumulate((len(item) + 1 for item in value), initial=0))
    found = (bisect_right(starts, stretch.start) - 1 for stretch in in_text(" ".join(value)))
    # A user and a group, as in --user 1000:1000, are numbers.
    return frozenset(at for at in found if not value[at].replace(":", "").isdecimal())


def _on_key(path: Origin, key: str) -> Iterator[Finding]:
    stretches = _in_key(key) if len(key) < _SHORT else in_text(key)
    if stretches:
        yield Finding(path, key, key, stretches, on_key=True)


_SHORT = 200
"""Characters of a key below which the judgement of it is kept."""


@lru_cache(maxsize=4096)
def _in_key(key: str) -> tuple[Stretch, ...]:
    """Return what of a key is a credential; the same keys come again and again."""
    return in_text(key)
