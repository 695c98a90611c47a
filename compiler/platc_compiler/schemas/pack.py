"""The embedded schemas of Kubernetes and of the custom resources that platc knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

FOLDER = Path(__file__).parent / "data"


class Pack(Struct, frozen=True):
    """The schemas of one minor version.

    Attributes:
        kinds: name of the definition of each kind, keyed `apiVersion/kind`.
        definitions: JSON Schemas by name, which refer to each other as `#/$defs/NAME`.
    """

    kinds: Mapping[str, str]
    definitions: Mapping[str, dict[str, Any]]


def supported_versions() -> tuple[str, ...]:
    """Return the minor versions whose schemas are embedded, oldest first, such as `1.37`."""
    found = [path.stem.removeprefix("kubernetes-") for path in FOLDER.glob("kubernetes-*.json")]
    return tuple(sorted(found, key=lambda version: int(version.removeprefix("1."))))


def load(version: str) -> Pack:
    """Return the schemas of a minor version.

    Raises:
        ValueError: no schemas of that version are embedded.
    """
    if version not in supported_versions():
        known = ", ".join(supported_versions())
        message = f"no schemas of Kubernetes {version!r} are embedded, only of {known}"
        raise ValueError(message)
    kinds: dict[str, str] = {}
    definitions: dict[str, dict[str, Any]] = {}
    for name in ("kubernetes", f"kubernetes-{version}", "custom"):
        part = json.loads((FOLDER / f"{name}.json").read_bytes())
        kinds |= part["kinds"]
        definitions |= part["definitions"]
    return Pack(kinds, definitions)
