"""The Pod Security level of each namespace: the strictest that its pods satisfy."""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pod_security import needed_levels


def pod_security(platform: Platform) -> Platform:
    """Set the level of each namespace that states none."""
    needed = needed_levels(platform)
    return replace(
        platform,
        namespaces=tuple(
            replace(namespace, pod_security=namespace.pod_security or needed[namespace.name][0])
            for namespace in platform.namespaces
        ),
    )
