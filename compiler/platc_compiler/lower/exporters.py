"""The exporters whose metrics stand in a catalogue."""

from __future__ import annotations

from typing import Protocol

from platc_compiler.ir.observability import Exporter


class _Versioned(Protocol):
    @property
    def version(self) -> str: ...
    @property
    def image(self) -> str | None: ...


def exporter(catalogue: str, name: str, service: _Versioned) -> Exporter:
    """Return the exporter that a service is; an image of the user's own has no known version."""
    version = "" if service.image else service.version
    return Exporter(catalogue=catalogue, service=name, version=version)
