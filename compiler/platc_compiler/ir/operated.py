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
    service: str
    """The service in platform.yaml that it is part of."""
    app: str
    """What its pods run, such as ``postgres``."""
    spec: dict[str, Any]
    """What it says, as the operator reads it."""
    data: bool = False
    """Whether its pods keep data: a build is compared with an earlier one."""
    origin: Origin
