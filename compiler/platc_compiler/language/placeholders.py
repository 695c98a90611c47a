"""Whether texts refer to what services have for others: ``${services.NAME.host}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MARK = "${services."


def named_in(text: str, data: Mapping[str, Any]) -> bool:
    """Return whether there is a placeholder in platform.yaml, or in a text that it names."""
    if MARK in text:
        return True
    services = data.get("services")
    return any(
        MARK in each
        for service in (services.values() if isinstance(services, Mapping) else ())
        if isinstance(service, Mapping) and isinstance(service.get("files"), Mapping)
        for each in service["files"].values()
        if isinstance(each, str)
    )
