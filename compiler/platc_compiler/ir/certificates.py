"""Certificates of servers inside the cluster."""

from __future__ import annotations

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.entries import Issuer
from platc_compiler.ir.labels import Labels


class Certificate(Struct, frozen=True, kw_only=True):
    """A certificate that cert-manager issues and renews."""

    name: str
    """The name of the object and of the Secret that it fills."""
    namespace: str
    hosts: tuple[str, ...]
    """The names that it stands for."""
    issuer: Issuer
    labels: Labels = ()
    """Labels of the Secret."""
    origin: Origin
