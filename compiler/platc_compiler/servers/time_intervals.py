"""Time intervals of Alertmanager: what it refuses, and what to write instead.

Source: timeinterval/timeinterval.go of prometheus/alertmanager 0.31.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_HAND_WRITTEN = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?")
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_LONGEST_MONTH, _SHORTEST_MONTH = 31, 28


def time_range(value: Mapping[str, Any]) -> tuple[str, str]:
    """Return why a range of times is refused and what to write; empty if it is not."""
    start, end = (value.get(key) for key in ("start_time", "end_time"))
    if not start or not end:
        return "a range of times needs its start_time and its end_time", "add both"
    for each in (str(start), str(end)):
        if not _TIME.fullmatch(each):
            return f"'{each}' is no time of day", _as_time(each)
    if str(start) < str(end):
        return "", ""
    if start == end:
        return "the range has no length", 'for a whole day write "00:00" to "24:00"'
    message = f"the range from {start} to {end} ends before it begins: none passes midnight"
    two = f'{{ start_time: "{start}", end_time: "24:00" }}'
    if str(end) != "00:00":
        two += f', {{ start_time: "00:00", end_time: "{end}" }}'
        return message, f"write two ranges: {two}"
    return message, f"write {two}"


def _as_time(text: str) -> str:
    found = _HAND_WRITTEN.fullmatch(text.strip())
    if found and int(found[1]) < 24:  # noqa: PLR2004 - hours of a day
        return f'write "{int(found[1]):02}:{found[2] or "00"}"'
    return 'write two digits each, such as "08:30", at most "24:00"'


def weekdays(text: str) -> tuple[str, str]:
    """Return why a range of days of the week is refused and what to write."""
    return _range(text, lambda word: _DAYS.index(word) if word in _DAYS else None, _other_days)


def _other_days(first: int, last: int) -> tuple[str, str]:
    message = f"the week of Alertmanager begins with sunday: {_DAYS[first]} is after {_DAYS[last]}"
    parts = [_words(_DAYS, first, 6), _words(_DAYS, 0, last)]
    return message, f"write two: {', '.join(parts)}"


def months(text: str) -> tuple[str, str]:
    """Return why a range of months is refused and what to write."""
    said = _range(text, _month, _other_months)
    if said[0]:
        return said
    if any(not 1 <= (_month(word) or 0) <= len(_MONTHS) for word in text.lower().split(":")):
        return f"'{text}' is never: a month is a number from 1 to 12 or its name", "correct it"
    return "", ""


def _month(word: str) -> int | None:
    return _MONTHS.index(word) + 1 if word in _MONTHS else _number(word)


def _other_months(first: int, last: int) -> tuple[str, str]:
    message = f"month {first} is after month {last}: no range passes the end of the year"
    if 1 <= first <= len(_MONTHS) and 1 <= last <= len(_MONTHS):
        return message, f"write two: {_span(first, 12)}, {_span(1, last)}"
    return message, "write months from 1 to 12"


def days_of_month(text: str) -> tuple[str, str]:
    """Return why a range of days of the month is refused and what to write."""
    said = _range(text, _number, None)
    if said[0]:
        return said
    parts = [int(part) for part in text.split(":")]
    first, last = parts[0], parts[-1]
    for day in (first, last):
        if day == 0 or abs(day) > _LONGEST_MONTH:
            return f"{day} is no day of a month", "write 1 to 31, or -1 to -31 from its end"
    if first < 0 < last:
        return f"{first} counts from the end of the month, and {last} from its beginning", (
            "count both from the same side"
        )
    low, high = (day + _SHORTEST_MONTH if day < 0 else day for day in (first, last))
    if low > high:
        return (
            f"day {last} is before day {first}",
            f"write two: {_span(first, 31)}, {_span(1, last)}",
        )
    return "", ""


def years(text: str) -> tuple[str, str]:
    """Return why a range of years is refused and what to write."""
    return _range(
        text,
        _number,
        lambda first, last: (f"{first} is after {last}", f"write {_span(last, first)}"),
    )


def location(text: str) -> tuple[str, str]:
    """Return why a time zone is refused; nothing where this machine has no list of zones."""
    import zoneinfo

    known = zoneinfo.available_timezones()
    if not known or text in known or text in {"", "UTC", "Local"}:
        return "", ""
    from platc_compiler.diagnostics.did_you_mean import did_you_mean

    hint = did_you_mean(text, known, "write one such as Europe/Berlin")
    return f"'{text}' is no time zone", hint.text


_Other = Callable[[int, int], tuple[str, str]]


def _range(text: str, member: Callable[[str], int | None], other: _Other | None) -> tuple[str, str]:
    words = text.lower().split(":")
    if len(words) > 2 or not all(words):  # noqa: PLR2004 - a beginning and an end
        return f"'{text}' is no range", "write one value, or two with ':' between them"
    for word in words:
        if member(word) is None:
            if "-" in word[1:]:
                return f"'{text}' is no range", f"write {text.replace('-', ':')}"
            return f"'{word}' is not known here", _like(word)
    first, last = (member(word) or 0 for word in (words[0], words[-1]))
    return other(first, last) if other and first > last else ("", "")


def _like(word: str) -> str:
    from platc_compiler.diagnostics.did_you_mean import did_you_mean

    words = "write a name of a day or a month, or a number"
    return did_you_mean(word, (*_DAYS, *_MONTHS), words).text


def _number(word: str) -> int | None:
    return int(word) if re.fullmatch(r"[+-]?[0-9]{1,18}", word) else None


def _span(first: int, last: int) -> str:
    return f'"{first}:{last}"' if first != last else f'"{first}"'


def _words(names: tuple[str, ...], first: int, last: int) -> str:
    return f'"{names[first]}:{names[last]}"' if first != last else f'"{names[first]}"'
