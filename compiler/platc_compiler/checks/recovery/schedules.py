"""Schedules that meet an objective, for the hints of the checks of recovery."""

from __future__ import annotations

from datetime import timedelta

from platc_spec.cron import parse_cron

_CANDIDATES = (
    "0 3 * * *", "0 */12 * * *", "0 */6 * * *", "0 */4 * * *", "0 */2 * * *", "0 * * * *",
    "*/30 * * * *", "*/20 * * * *", "*/15 * * * *", "*/10 * * * *", "*/5 * * * *", "* * * * *",
)  # fmt: skip
"""Usual schedules, the rarest first."""


def rarest(gap: timedelta) -> str | None:
    """Return the rarest usual schedule with at most this time between two runs."""
    for candidate in _CANDIDATES:
        longest = parse_cron(candidate).largest_gap()
        if longest is not None and longest <= gap:
            return candidate
    return None
