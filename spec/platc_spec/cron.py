"""Cron schedules in the notation of Kubernetes, Velero and Airflow (robfig/cron, five fields)."""

from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import Struct

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    (
        "month",
        1,
        12,
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    ),
    ("day of week", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)


_EVERY_DAY = (31, 12, 7)
"""How many days, months and weekdays there are."""


class CronError(ValueError):
    """A text that is not a schedule; the message names the wrong field."""


class Schedule(Struct, frozen=True):
    """The minutes at which a schedule fires; each field is the set of its values, in UTC."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool
    """Whether both day fields are restricted: cron then fires when either matches."""

    def fires_on(self, day: datetime) -> bool:
        """Return whether the schedule fires on a calendar day."""
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, (day.isoweekday() % 7) in self.weekdays
        return (in_month or in_week) if self.either_day else (in_month and in_week)

    def times_of_day(self) -> tuple[timedelta, ...]:
        """Return the times after midnight at which it fires, in order."""
        return tuple(
            timedelta(hours=hour, minutes=minute)
            for hour in sorted(self.hours)
            for minute in sorted(self.minutes)
        )

    def largest_gap(self) -> timedelta | None:
        """Return the longest time between two firings, ``None`` if it never fires."""
        times, days = self.times_of_day(), self._days_between()
        if days is None:
            return None
        within = max((b - a for a, b in pairwise(times)), default=timedelta(0))
        return max(within, timedelta(days=days) - times[-1] + times[0])

    def _days_between(self) -> int | None:
        """Return the largest number of days from one on which it fires to the next."""
        if (len(self.days), len(self.months), len(self.weekdays)) == _EVERY_DAY:
            return 1
        first = datetime(2024, 1, 1)  # noqa: DTZ001 - every time here is UTC
        days = [d for d in range(8 * 366) if self.fires_on(first + timedelta(days=d))]
        return max((b - a for a, b in pairwise(days)), default=8 * 366) if days else None


def six_fields(text: str) -> str:
    """Return a schedule with seconds before its minutes, as robfig/cron reads six fields."""
    return f"0 {_MACROS.get(text, text)}"


def parse_cron(text: str) -> Schedule:
    """Return the schedule that ``text`` describes.

    Raises:
        CronError: a field is missing, unknown or out of range (for example, minute 61).
    """
    fields = _MACROS.get(text, text).split()
    if len(fields) != len(_FIELDS):
        raise CronError(
            f"{text!r} has {len(fields)} fields; a schedule has five, such as '0 3 * * *',"
            " or is @daily"
        )
    minutes, hours, days, months, weekdays = (
        _field(part, *spec) for part, spec in zip(fields, _FIELDS, strict=True)
    )
    restricted = [not part.startswith(("*", "?")) for part in (fields[2], fields[4])]
    return Schedule(minutes, hours, days, months, weekdays, either_day=all(restricted))


def _field(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> frozenset[int]:
    values: set[int] = set()
    for item in text.split(","):
        span, slash, step_text = item.partition("/")
        step = _number(step_text, name, 1, high, ()) if slash else 1
        if span in {"*", "?"}:
            start, end = low, high
        else:
            first, dash, last = span.partition("-")
            start = _number(first, name, low, high, names)
            end = _number(last, name, low, high, names) if dash else (high if slash else start)
        if end < start:
            raise CronError(f"{item!r} in the field {name} runs backwards")
        values.update(range(start, end + 1, step))
    return frozenset(values)


def _number(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text.lower() in names:
        return names.index(text.lower()) + low
    if not (text.isascii() and text.isdigit() and low <= int(text[:6]) <= high):
        raise CronError(f"{text!r} is no {name}: it runs from {low} to {high}")
    return int(text)
