"""Durations in the notation of Prometheus and Go: ``30s``, ``5m``, ``2h``, ``15d``, ``1h30m``."""

import re
from datetime import timedelta

_PART = re.compile(r"(\d{1,18}+)(ms|s|m|h|d|w|y)")
_MILLISECONDS = {
    "ms": 1,
    "s": 1000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 7 * 86_400_000,
    "y": 365 * 86_400_000,
}
_LONGEST = 100 * _MILLISECONDS["y"]


class DurationError(ValueError):
    """A text that is not a duration; the message says what to write instead."""


def parse_duration(text: str) -> timedelta:
    """Return the length of a duration such as ``90s`` or ``1h30m``.

    The units stand in order from the largest to the smallest, each at most once, as in Prometheus'
    ``model.ParseDuration``.

    Raises:
        DurationError: the text is not a duration, or it is longer than 100 years.
    """
    position, total, last = 0, 0, _LONGEST
    for match in _PART.finditer(text):
        unit = _MILLISECONDS[match[2]]
        if match.start() != position or unit >= last:
            break
        total, position, last = total + int(match[1]) * unit, match.end(), unit
    if not text or position != len(text):
        raise DurationError(f"{text!r} is not a duration; write one such as 30s, 5m, 2h or 15d")
    if total > _LONGEST:
        raise DurationError(f"{text!r} is longer than 100 years")
    return timedelta(milliseconds=total)


def duration_text(length: timedelta, largest: str = "d") -> str:
    """Return a duration in the shortest exact notation, no unit larger than ``largest``.

    >>> duration_text(timedelta(hours=1, minutes=30))
    '1h30m'
    """
    rest = round(length / timedelta(milliseconds=1))
    parts = []
    for unit in ("d", "h", "m", "s", "ms"):
        if _MILLISECONDS[unit] <= _MILLISECONDS[largest]:
            count, rest = divmod(rest, _MILLISECONDS[unit])
            parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"
