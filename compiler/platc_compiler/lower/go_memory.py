"""The soft memory limit of programs written in Go.

Source: pkg.go.dev/runtime, GOMEMLIMIT. Without it the collector knows nothing of the container's
limit, and a heap that may double is killed long before it is full.
"""

from __future__ import annotations

from platc_compiler.ir.pods import Env, Resources

_SHARE = 90
"""Percent of the container's limit; the rest is for what is no heap: stacks, mapped files."""


def memory_limit(resources: Resources) -> tuple[Env, ...]:
    """Return ``GOMEMLIMIT`` below the container's memory limit, nothing when it has none."""
    limit = resources.limits.memory
    return () if limit is None else (Env("GOMEMLIMIT", f"{limit * _SHARE // 100}B"),)
