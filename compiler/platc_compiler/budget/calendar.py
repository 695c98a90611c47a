"""Which days there are, as bits, so that a schedule's days are a few operations on whole numbers.

Bit ``d`` of a number stands for day ``d`` of an axis. A schedule by days of the week needs an axis
of one week. Any other schedule needs every kind of year: a year begins on one of seven days of the
week and is a leap year or not, and what began at most 31 days before it began in a December. So 14
years, each after the December before it, hold every day that can be from 1901 to 2099.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from platc_spec.cron import Schedule

LONGEST = 31
"""How many days before a day the axis reaches."""

_WEEK = 7
_MONTHS = range(1, 13)
_DAYS = range(1, 32)


class Axis(Struct, frozen=True):
    """Days in a row, each a bit."""

    months: tuple[int, ...]
    """The days of each month, from index 1 on."""
    days: tuple[int, ...]
    """The days with each number in their month, from index 1 on."""
    weekdays: tuple[int, ...]
    """The days on each day of the week, Sunday first."""
    judged: int
    """The days that are asked about; the others only come before them."""

    def fires(self, schedule: Schedule) -> int:
        """Return the days on which a schedule fires, as ``Schedule.fires_on`` tells them."""
        in_month = _union(self.days, schedule.days)
        in_week = _union(self.weekdays, schedule.weekdays)
        both = in_month | in_week if schedule.either_day else in_month & in_week
        return both & _union(self.months, schedule.months)


def _union(masks: tuple[int, ...], chosen: frozenset[int]) -> int:
    union = 0
    for index in chosen:
        union |= masks[index]
    return union


def weekly(schedule: Schedule) -> bool:
    """Say whether the day of the week alone tells whether a schedule fires."""
    return len(schedule.days) == len(_DAYS) and len(schedule.months) == len(_MONTHS)


@cache
def week() -> Axis:
    """Return the axis of one week, after the days before it."""
    length = LONGEST + _WEEK
    whole = (1 << length) - 1
    weekdays = tuple(
        sum(1 << day for day in range(length) if day % _WEEK == weekday) for weekday in range(_WEEK)
    )
    judged = whole >> LONGEST << LONGEST
    return Axis((whole,) * 13, (whole,) * 32, weekdays, judged)


@cache
def years() -> Axis:
    """Return the axis of all kinds of years."""
    months, days, weekdays = [0] * 13, [0] * 32, [0] * _WEEK
    bit, judged = 1, 0
    for leap in (False, True):
        for first in range(_WEEK):
            weekday = (first - LONGEST) % _WEEK
            for month, day, asked in _year(leap=leap):
                months[month] |= bit
                days[day] |= bit
                weekdays[weekday] |= bit
                judged |= bit if asked else 0
                bit <<= 1
                weekday = (weekday + 1) % _WEEK
    return Axis(tuple(months), tuple(days), tuple(weekdays), judged)


def _year(*, leap: bool) -> list[tuple[int, int, bool]]:
    """Return month, day and whether it is asked about, for a December and the year after it."""
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    year = [(month, day, True) for month in _MONTHS for day in range(1, lengths[month - 1] + 1)]
    return [(12, day, False) for day in _DAYS] + year
