"""Durations as Go and Prometheus read them, in nanoseconds.

Sources: ``time.ParseDuration`` of Go 1.26; ``ParseDuration`` in prometheus/common/model/time.go.
"""

from __future__ import annotations

import re
from decimal import Decimal

_MOST = (1 << 63) - 1
"""Nanoseconds that fit a Go duration: about 292 years."""
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 86400 * 10**9,
    "w": 7 * 86400 * 10**9,
    "y": 365 * 86400 * 10**9,
}
_GO_PART = re.compile(r"(\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_PROMETHEUS = re.compile(
    "".join(rf"(?:(\d{{1,20}}){unit})?" for unit in ("y", "w", "d", "h", "m", "s", "ms")), re.ASCII
)


def go_duration(text: str) -> int | None:
    """Return the length of ``1h30m``, ``1.5s`` or ``-2ms``; ``None`` if Go refuses the text."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if rest == "0":
        return 0
    total, position = Decimal(0), 0
    for match in _GO_PART.finditer(rest):
        if match.start() != position:
            break
        position = match.end()
        total += Decimal(match[1]) * _NANOSECONDS[match[2]]
    if not rest or position != len(rest) or total > _MOST:
        return None
    return sign * int(total)


def prometheus_duration(text: str) -> int | None:
    """Return the length of ``1d12h``; ``None`` if Prometheus refuses the text."""
    if text == "0":
        return 0
    match = _PROMETHEUS.fullmatch(text)
    if match is None or not text:
        return None
    units = ("y", "w", "d", "h", "m", "s", "ms")
    total = sum(int(n) * _NANOSECONDS[u] for n, u in zip(match.groups(), units, strict=True) if n)
    return total if total <= _MOST else None
