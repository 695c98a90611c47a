"""The soft memory limit of programs written in Go.

Source: pkg.go.dev/runtime, GOMEMLIMIT. Without it the garbage collector ignores the limit of the
container: it lets the heap double, and the container is killed although much of it is garbage.
"""

from __future__ import annotations

from platc_compiler.ir.pods import Env, Resources

_SHARE = 90
"""Percent of the limit; the rest is for memory outside the heap, such as mapped files."""


def memory_limit(resources: Resources, share: int = _SHARE) -> tuple[Env, ...]:
    """Return ``GOMEMLIMIT`` below the container's memory limit, nothing when it has none.

    Args:
        resources: the resources of the container.
        share: its percentage of the container's limit.
    """
    limit = resources.limits.memory
    return () if limit is None else (Env("GOMEMLIMIT", f"{limit * share // 100}B"),)
