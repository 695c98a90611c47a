"""Durations as programs written in Go read them."""

from __future__ import annotations

from datetime import timedelta


def go_duration(length: timedelta) -> str:
    """Return a duration in the format of Go, which the API server stores: ``720h0m0s``."""
    seconds = int(length.total_seconds())
    return f"{seconds // 3600}h{seconds // 60 % 60}m{seconds % 60}s"
