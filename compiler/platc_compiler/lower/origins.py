"""Paths of services in platform.yaml."""

from __future__ import annotations

from platc_compiler.diagnostics import Origin


def service_origin(service: str, *rest: str | int) -> Origin:
    """Return the path of a service in platform.yaml, or of one of its parts."""
    return ("services", service, *rest)
