"""The events of an objective in PromQL: how many are bad, and how many there are.

Source: prometheus.io/docs/practices/histograms, and for native histograms
prometheus.io/docs/prometheus/latest/querying/functions (``histogram_fraction``).
"""

from __future__ import annotations

import re
from datetime import timedelta

from msgspec import Struct

from platc_spec.durations import duration_text
from platc_spec.observability import LatencyObjective, Objective

_SELECTOR = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?\s*", re.DOTALL)


class Events(Struct, frozen=True):
    """The events within a window, as expressions of one series."""

    bad: str
    """How many are bad, each second."""
    all: str
    """How many there are, each second."""
    ratio: str
    """The share of bad ones; not a number when there are none at all."""


def events(objective: Objective, window: timedelta) -> Events:
    """Return the events of an objective within a window."""
    length = duration_text(window)
    if objective.latency is not None:
        return _slow(objective.latency, length)
    # Without any bad event there is no series: the rate is then zero.
    bad = f"(sum(rate({objective.errors}[{length}])) or vector(0))"
    every = f"sum(rate({objective.total}[{length}]))"
    return Events(bad, every, f"{bad} / {every}")


def _slow(latency: LatencyObjective, length: str) -> Events:
    name, matchers = parts(latency.histogram)
    limit = seconds(latency.below)
    if latency.native:
        rate = f"sum(rate({selector(name, matchers)}[{length}]))"
        every = f"histogram_count({rate})"
        ratio = f"1 - histogram_fraction(-Inf, {limit}, {rate})"
        # Without any event the share is not a number, which no sum would lose again.
        return Events(f"({every} * ({ratio}) >= 0 or vector(0))", every, ratio)
    below = selector(f"{name}_bucket", (*matchers, bucket_matcher(latency.below)))
    every = f"sum(rate({selector(f'{name}_count', matchers)}[{length}]))"
    bad = f"({every} - sum(rate({below}[{length}])))"
    return Events(bad, every, f"{bad} / {every}")


def parts(histogram: str) -> tuple[str, tuple[str, ...]]:
    """Return the name and the matchers of a histogram's selector.

    Raises:
        ValueError: the selector does not begin with a name.
    """
    found = _SELECTOR.fullmatch(histogram)
    if found is None:
        raise ValueError("it does not begin with the name of a histogram")
    inner = (found[2] or "").strip().rstrip(",")
    return found[1], (inner,) if inner else ()


def selector(name: str, matchers: tuple[str, ...]) -> str:
    """Return a selector in PromQL."""
    return f"{name}{{{','.join(matchers)}}}" if matchers else name


def bucket_matcher(below: timedelta) -> str:
    """Return the matcher of a bucket.

    A whole number is ``1`` where a client of Go exports it and ``1.0`` where one of Python does;
    Prometheus 3 stores the latter for both.
    """
    bound = seconds(below)
    return f'le="{bound}"' if "." in bound else f'le=~"{bound}|{bound}\\\\.0"'


def seconds(length: timedelta) -> str:
    """Return a length of time in seconds, as a bucket's bound is written."""
    return f"{length / timedelta(seconds=1):g}"
