"""Objects that an operator of the cluster acts on."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Origin


class Operated(Struct, frozen=True, kw_only=True):
    """An object of a CustomResourceDefinition whose operator makes pods or does other work."""

    api: str
    """Its group and version."""
    kind: str
    name: str
    namespace: str
    spec: dict[str, Any]
    """What it says, as the operator reads it."""
    origin: Origin
