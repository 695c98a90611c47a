"""A user's own configuration of a server, beside what platc generates for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.servers.schema import schema
from platc_spec.platform import Spec
from platc_spec.service import Service


class Own(Struct, frozen=True):
    """What stands under ``config`` of a server."""

    kind: str
    service: str
    config: Mapping[str, Any]
    version: str

    @property
    def place(self) -> Origin:
        """The path of the configuration in platform.yaml."""
        return ("services", self.service, "config")

    @property
    def title(self) -> str:
        """The name of the program."""
        return schema(self.kind).title

    @property
    def exact(self) -> bool:
        """Whether the server has the version whose source is known."""
        return self.version == schema(self.kind).release


KINDS = frozenset({"prometheus", "alertmanager", "blackbox_exporter"})
"""The servers whose configuration is known from their sources."""


def owns(spec: Spec) -> Iterator[Own]:
    """Yield what stands under ``config`` of every such server."""
    for name, service in spec.services.items():
        config = getattr(service, "config", None) if service.kind in KINDS else None
        if config:
            yield Own(service.kind, name, config, _version(service))


def _version(service: Service) -> str:
    """Return the version that runs: an image of one's own may hold another one than is stated."""
    version, image = str(getattr(service, "version", "")), getattr(service, "image", None)
    return version if image is None or version in image else f"of {image}"
