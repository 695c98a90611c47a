"""Which runs by the clock can go on at one moment.

A run starts between its minute and the end of its starting deadline (the controller was down, or
the run before had to end first: ``concurrencyPolicy: Forbid``), and it has ended when its deadline
and the grace of its pod have passed. Two runs can meet when these stretches of time meet on some
day.

Every kind of day is swept from midnight to midnight (see :mod:`.calendar`), so the answer is exact
while the sweep takes no more steps than ``_STEPS`` (about two seconds). Beyond, runs are taken for
longer, and at last for runs of every day or of every such day of the week, until it does: then the
answer holds every moment that can be, and some that cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from platc_compiler.budget.calendar import LONGEST, Axis, week, weekly, years
from platc_spec.cron import Schedule

_DAY = 86_400
_STEPS = 1_500_000
"""Beginnings and ends of runs, over all kinds of days, that are looked at."""
_MOMENTS = 20_000
"""Moments that are compared with each other."""
_EVERY_DAY = frozenset(range(1, 32))
_EVERY_MONTH = frozenset(range(1, 13))
_EVERY_WEEKDAY = frozenset(range(7))


class Timed(Struct, frozen=True):
    """A run by the clock."""

    schedule: Schedule
    length: int
    """Seconds from its minute until it has certainly ended."""


Moment = frozenset[int]
"""The runs, by their place in the sequence, that go on at once."""


class Moments(Struct, frozen=True):
    """The largest sets of runs that go on at one moment, none part of another."""

    sets: tuple[Moment, ...]
    exact: bool = True
    """Each can be. Otherwise each moment that can be is part of one of them."""


class _Coarseness(Struct, frozen=True):
    """How much of the times is overlooked."""

    gap: int = 0
    """Seconds between two runs of a job for which it is taken to go on."""
    weekly: bool = False
    """Days of the month and months are overlooked."""


_COARSER = (
    _Coarseness(gap=3600),
    _Coarseness(gap=_DAY),
    _Coarseness(weekly=True),
    _Coarseness(gap=3600, weekly=True),
    _Coarseness(gap=_DAY, weekly=True),
)


class _TooManyError(Exception):
    """The sweep would take too long."""


def concurrent(runs: Sequence[Timed]) -> Moments:
    """Return the largest sets of runs that go on at one moment."""
    try:
        return Moments(_concurrent(runs, _Coarseness()))
    except _TooManyError:
        pass
    for coarseness in _COARSER:
        try:
            return Moments(_concurrent(runs, coarseness), exact=False)
        except _TooManyError:
            continue
    return Moments((frozenset(range(len(runs))),), exact=False)


def _concurrent(runs: Sequence[Timed], coarse: _Coarseness) -> tuple[Moment, ...]:
    always = sum(1 << i for i, run in enumerate(runs) if run.length > LONGEST * _DAY)
    others = [i for i in range(len(runs)) if not always >> i & 1]
    by_week = coarse.weekly or all(weekly(runs[i].schedule) for i in others)
    axis = week() if by_week else years()
    pairs = [pair for i in others for pair in _pairs(i, runs[i], axis, coarse)]
    found = {always}
    steps = 0
    for kind in _kinds(pairs, axis):
        events = [event for pair in _members(kind) for event in pairs[pair].events]
        steps += len(events)
        if steps > _STEPS:
            raise _TooManyError
        found.update(always | moment for moment in _sweep(events, len(runs)))
        if len(found) > _MOMENTS:
            raise _TooManyError
    return tuple(sorted((frozenset(_members(m)) for m in _maximal(found)), key=sorted))


class _Pair(Struct, frozen=True):
    """The runs of a job that began some days ago, as far as they go on in a day."""

    days: int
    """The days in which they do, as bits of the axis."""
    events: tuple[int, ...]
    """Beginnings and ends, as :func:`_event` writes them."""


def _pairs(index: int, run: Timed, axis: Axis, coarse: _Coarseness) -> Iterator[_Pair]:
    stretches = _stretches(run, coarse.gap)
    if not stretches:
        return
    fires = axis.fires(_by_week(run.schedule) if coarse.weekly else run.schedule)
    for lag in range((stretches[-1][1] - 1) // _DAY + 1):
        days = (fires << lag) & axis.judged
        events: list[int] = []
        for start, end in stretches:
            begins, ends = max(0, start - lag * _DAY), min(_DAY, end - lag * _DAY)
            if begins < ends:
                events += [_event(begins, index, begins=True), _event(ends, index, begins=False)]
        if days and events:
            yield _Pair(days, tuple(events))


def _by_week(schedule: Schedule) -> Schedule:
    """Return a schedule by days of the week that fires whenever the schedule does."""
    every = _EVERY_WEEKDAY if schedule.either_day else schedule.weekdays
    return Schedule(
        schedule.minutes, schedule.hours, _EVERY_DAY, _EVERY_MONTH, every, either_day=False
    )


def _event(second: int, index: int, *, begins: bool) -> int:
    """Return an event as a number that sorts by its time, ends before beginnings."""
    return (second << 1 | begins) << 24 | index


def _stretches(run: Timed, gap: int) -> tuple[tuple[int, int], ...]:
    """Return when one day's runs go on, in seconds after its midnight, merged where they meet."""
    merged: list[tuple[int, int]] = []
    for time in run.schedule.times_of_day():
        start = int(time.total_seconds())
        if merged and start <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], start + run.length)
        else:
            merged.append((start, start + run.length))
    return tuple(merged)


def _kinds(pairs: Sequence[_Pair], axis: Axis) -> set[int]:
    """Return the kinds of days: for each, the pairs that go on in it, as bits."""
    every = 0
    by_day = dict.fromkeys(_members(axis.judged), 0)
    steps = 0
    for place, pair in enumerate(pairs):
        if pair.days == axis.judged:
            every |= 1 << place
            continue
        steps += pair.days.bit_count()
        if steps > _STEPS:
            raise _TooManyError
        for day in _members(pair.days):
            by_day[day] |= 1 << place
    return {every | kind for kind in by_day.values()}


def _members(mask: int) -> list[int]:
    """Return the places of the bits that are set."""
    text = f"{mask:b}"[::-1]
    found, at = [], text.find("1")
    while at >= 0:
        found.append(at)
        at = text.find("1", at + 1)
    return found


def _sweep(events: list[int], count: int) -> Iterator[int]:
    """Yield, as bits, the runs that go on before some of them end, beginnings having come before.

    Sets between two such moments are part of one of them.
    """
    times = [0] * count
    going, grown = 0, False
    for event in sorted(events):
        index, begins = event & 0xFFFFFF, event >> 24 & 1
        if begins:
            times[index] += 1
            going |= 1 << index
            grown = True
            continue
        if grown:
            yield going
            grown = False
        times[index] -= 1
        if not times[index]:
            going &= ~(1 << index)


def _maximal(moments: Iterable[int]) -> list[int]:
    """Return the sets that are part of no other."""
    kept: list[int] = []
    holding: dict[int, int] = {}
    for moment in sorted(moments, key=int.bit_count, reverse=True):
        others = (1 << len(kept)) - 1
        members = _members(moment)
        for member in members:
            others &= holding.get(member, 0)
            if not others:
                break
        if others:
            continue
        for member in members:
            holding[member] = holding.get(member, 0) | 1 << len(kept)
        kept.append(moment)
    return kept or [0]
