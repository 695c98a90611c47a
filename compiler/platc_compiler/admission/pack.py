"""The embedded schemas of Kubernetes and of the custom resources that platc knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

FOLDER = Path(__file__).parent / "data"
_OF_A_VERSION = re.compile(r"kubernetes-1\.(\d+)\.json")


RARE = frozenset(
    {
        "cert-manager.io",
        "external-secrets.io",
        "gateway.networking.k8s.io",
        "keda.sh",
        "postgresql.cnpg.io",
    }
)
"""API groups whose schemas have a file of their own."""


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
    names = (path.name for path in FOLDER.iterdir())
    matches = filter(None, map(_OF_A_VERSION.fullmatch, names))
    return tuple(f"1.{minor}" for minor in sorted(int(match[1]) for match in matches))


def load(version: str, groups: Iterable[str] | None = None) -> Pack:
    """Return the schemas of a minor version.

    Args:
        version: the minor version.
        groups: the API groups of the objects; those that few platforms use are read only for them.
            ``None`` for every group.

    Raises:
        ValueError: no schemas of that version are embedded.
    """
    if version not in supported_versions():
        known = ", ".join(supported_versions())
        message = f"no schemas of Kubernetes {version!r} are embedded, only of {known}"
        raise ValueError(message)
    kinds: dict[str, str] = {}
    definitions: dict[str, dict[str, Any]] = {}
    rare = RARE if groups is None else RARE & frozenset(groups)
    apart = (f"custom-{group}" for group in sorted(rare))
    for name in ("kubernetes", f"kubernetes-{version}", "custom", *apart):
        part = msgspec.json.decode((FOLDER / f"{name}.json").read_bytes())
        kinds |= part["kinds"]
        definitions |= part["definitions"]
    return Pack(kinds, definitions)
