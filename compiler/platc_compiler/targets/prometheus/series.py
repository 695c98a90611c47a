"""promtool's notation of samples: ``1``, ``0x10 1``, ``0+2x30``, ``_`` for none.

Source: prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules
"""

from __future__ import annotations

import re

_NUMBER = r"[\d.]+(?:[eE][+-]?\d+)?"
_RUN = re.compile(
    rf"(?P<start>[+-]?{_NUMBER}|[+-]?Inf|NaN|stale|_)(?P<step>[+-]{_NUMBER})?x(?P<count>\d+)"
)


def length(values: str) -> int:
    """Return the number of samples that a notation means, one for each minute."""
    return sum(_count(token) for token in values.split())


def held(values: str, end: int) -> str:
    """Return the samples; the last one is repeated until the minute ``end``."""
    missing = end + 1 - length(values)
    tokens = values.split()
    if missing <= 0 or not tokens:
        return values
    last = _last(tokens[-1])
    if len(tokens) == 1 and _RUN.fullmatch(tokens[0]) is None:
        return f"{last}x{missing}"
    return f"{values} {last}x{missing - 1}"


def _count(token: str) -> int:
    run = _RUN.fullmatch(token)
    if run is None:
        return 1
    # "1x4" means five samples, "_x4" means four without a value.
    return int(run["count"]) + (run["start"] != "_")


def _last(token: str) -> str:
    run = _RUN.fullmatch(token)
    if run is None or run["step"] is None:
        return run["start"] if run else token
    value = float(run["start"]) + float(run["step"]) * int(run["count"])
    return f"{value:g}"
