"""Files of Kubernetes objects that platform.yaml includes: their documents and places in them.

The path of a value in such a file continues the path of the file in platform.yaml: ``("services",
"cache", "files", 0, "vendor/redis.yaml", 2, "spec", "replicas")`` is in the third document of the
file that the first item names.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct
from yaml import events as ev

from platc_compiler.diagnostics import Origin
from platc_compiler.source.load import BREAK, Reading, build, meant

_WORDS = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False),
}
_OCTAL = re.compile(r"0[0-7]+")
_START = re.compile(r"---(\s|$)")
_BEFORE = 4
"""The steps of a path before the name of the file."""


def _as_kubectl(event: ev.ScalarEvent) -> Any:  # noqa: ANN401
    """Return the value of a scalar as kubectl reads it: by YAML 1.1, where 0644 is octal.

    Source: ``resolve`` in sigs.k8s.io/yaml/goyaml.v2.
    """
    if event.tag is None and event.implicit[0] and event.style in {None, ""}:
        if event.value in _WORDS:
            return _WORDS[event.value]
        if _OCTAL.fullmatch(event.value):
            return int(event.value, 8)
    return meant(event)


_OBJECTS = Reading(several=True, scalar=_as_kubectl)


def documents(text: str) -> tuple[list[Any], list[Origin]]:
    """Return the documents of a file of YAML or JSON, and the paths of keys that stand twice.

    Raises:
        Unreadable: as :func:`platc_compiler.source.load.build`.
    """
    builder = build(text.removeprefix("\ufeff"), reading=_OBJECTS)
    return builder.roots, [path for path, _ in builder.duplicates]


class Inside(Struct, frozen=True):
    """A value in an included file."""

    file: str
    document: int
    path: Origin


def inside(path: Origin) -> Inside | None:
    """Return the value in an included file that a path leads to, ``None`` if it is in none."""
    if len(path) < _BEFORE + 2 or path[0] != "services" or path[2] != "files":
        return None
    file, document = path[_BEFORE : _BEFORE + 2]
    if not isinstance(path[3], int) or not isinstance(file, str) or not isinstance(document, int):
        return None
    return Inside(file, document, path[_BEFORE + 2 :])


def alone(text: str, document: int) -> str:
    """Return a text in which the lines of all other documents are empty: its places stay."""
    lines = BREAK.split(text.removeprefix("\ufeff"))
    begins = [number for number, line in enumerate(lines) if _START.match(line)]
    if not begins or any(line.strip() and line[0] not in "#%" for line in lines[: begins[0]]):
        begins.insert(0, 0)
    begins.append(len(lines))
    first, last = begins[document], begins[document + 1]
    return "\n".join(line if first <= n < last else "" for n, line in enumerate(lines))
