"""How much work a platform is, and how much is compiled.

A compilation takes time for each object and each check of it. The times were measured on one core;
``docs/limits.md`` has them.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform

MOST = {"usual": 22_000, "large": 220_000}
"""The most work by the ``size`` of a platform, in tenths of a millisecond."""
_EACH = {
    "workloads": 18, "externals": 2, "edges": 1, "tasks": 6, "rules": 2, "panels": 2, "keys": 1,
    "namespaces": 2,
}  # fmt: skip
"""The work for each, in tenths of a millisecond."""
_MOST_NAMED = 3


def work(platform: Platform) -> dict[str, int]:
    """Return the work for the parts of each kind, in tenths of a millisecond."""
    counts = {
        "workloads": len(platform.workloads),
        "externals": len(platform.externals),
        "edges": len(platform.links) + len(platform.edges),
        "tasks": sum(len(each.tasks) for each in platform.pipelines),
        "rules": len(platform.alerts) + len(platform.recordings),
        "panels": sum(len(tuple(each.every_panel())) for each in platform.dashboards),
        "keys": sum(len(each.keys) for each in platform.secrets),
        "namespaces": len(platform.namespaces),
    }
    return {name: count * _EACH[name] for name, count in counts.items()}


def too_large(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error if a platform is more work than its ``size`` allows."""
    parts = work(platform)
    most = MOST[platform.spec.size]
    total = sum(parts.values())
    if total <= most:
        return
    largest = sorted(filter(parts.get, parts), key=lambda name: -parts[name])[:_MOST_NAMED]
    named = ", ".join(f"{parts[name] // _EACH[name]} {name}" for name in largest)
    message = (
        f"this platform is too large: about {total / 10_000:.1f} s of work,"
        f" of {most / 10_000:g} s at most; it has {named}"
    )
    usual = platform.spec.size == "usual"
    hint = "write size: large at the top, or make two platforms of it" if usual else "divide it"
    yield error("PLT005", message, ("services",), hint, on_key=True)
