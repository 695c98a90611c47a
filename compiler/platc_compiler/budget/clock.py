"""Which runs by the clock can go on at one moment.

A run starts between its minute and the end of its starting deadline (the controller was down, or
the run before had to end first: ``concurrencyPolicy: Forbid``), and it has ended when its deadline
and the grace of its pod have passed. Two runs can meet when these stretches of time meet on some
day. The sweep is exact: a schedule by days of the week repeats every seven days, any other within
28 years (leap years and days of the week repeat so from 1901 to 2099).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache

from msgspec import Struct

from platc_spec.cron import Schedule

_DAY = 86_400
_START = datetime(2024, 1, 1)  # noqa: DTZ001 - schedules are in UTC throughout
_CYCLE_DAYS = 28 * 365 + 7
_LONGEST_DAYS = 31


class Timed(Struct, frozen=True):
    """A run by the clock."""

    schedule: Schedule
    length: int
    """Seconds from its minute until it has certainly ended."""


Moment = frozenset[int]
"""The runs, by their place in the sequence, that go on at once."""


def concurrent(runs: Sequence[Timed]) -> tuple[Moment, ...]:
    """Return the largest sets of runs that go on at one moment, none part of another."""
    always = frozenset(i for i, run in enumerate(runs) if run.length > _LONGEST_DAYS * _DAY)
    others = [i for i in range(len(runs)) if i not in always]
    moments: set[Moment] = {always}
    stretches = {i: _stretches(runs[i]) for i in others}
    for overlapping in _days(runs, others, stretches):
        for moment in _sweep(overlapping, stretches):
            moments.add(always | moment)
    return tuple(
        sorted((m for m in moments if not any(m < other for other in moments)), key=sorted)
    )


def _stretches(run: Timed) -> tuple[tuple[int, int], ...]:
    """Return when one day's runs go on, in seconds after its midnight, merged where they meet."""
    merged: list[tuple[int, int]] = []
    for time in run.schedule.times_of_day():
        start = int(time.total_seconds())
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], start + run.length)
        else:
            merged.append((start, start + run.length))
    return tuple(merged)


def _days(
    runs: Sequence[Timed], others: list[int], stretches: dict[int, tuple[tuple[int, int], ...]]
) -> Iterator[frozenset[tuple[int, int]]]:
    """Yield, for every kind of day, the runs that go on in it and how many days ago they began."""

    @cache
    def fires(index: int, day: int) -> bool:
        return runs[index].schedule.fires_on(_START + timedelta(days=day))

    spans = {i: (stretches[i][-1][1] - 1) // _DAY if stretches[i] else 0 for i in others}
    weekly = all(_weekly(runs[i].schedule) for i in others)
    seen: set[frozenset[tuple[int, int]]] = set()
    for day in range(7 if weekly else _CYCLE_DAYS):
        kind = frozenset(
            (i, lag) for i in others for lag in range(spans[i] + 1) if fires(i, day - lag)
        )
        if kind not in seen:
            seen.add(kind)
            yield kind


def _weekly(schedule: Schedule) -> bool:
    every_day, every_month = 31, 12
    return len(schedule.days) == every_day and len(schedule.months) == every_month


def _sweep(
    overlapping: frozenset[tuple[int, int]], stretches: dict[int, tuple[tuple[int, int], ...]]
) -> Iterator[Moment]:
    """Yield the runs that go on at each moment of a day at which one begins."""
    events: list[tuple[int, int, int]] = []
    for index, lag in overlapping:
        for start, end in stretches[index]:
            begins, ends = max(0, start - lag * _DAY), min(_DAY, end - lag * _DAY)
            if begins < ends:
                # At one moment, ends stand before beginnings: a stretch does not hold its end.
                events += [(begins, 1, index), (ends, 0, index)]
    going: dict[int, int] = {}
    for _, begins, index in sorted(events):
        going[index] = going.get(index, 0) + (1 if begins else -1)
        if begins:
            yield frozenset(i for i, times in going.items() if times)
