"""Routes of alerts, and the times at which they are open."""

from datetime import timedelta

from platc_spec.base import Delay, Duration, Identifier, Model, Name, Text


class Route(Model):
    """A receiver with the times and the rhythm of its messages."""

    receiver: Name
    """The receiver."""
    mute_time_intervals: tuple[str, ...] = ()
    """The time intervals in which nothing is sent."""
    active_time_intervals: tuple[str, ...] = ()
    """The time intervals outside of which nothing is sent."""
    group_by: tuple[Identifier, ...] | None = None
    """Alerts that agree in these labels come in one message; default: as for all."""
    group_wait: Delay | None = None
    """How long the first message of a group waits for more; default: as for all."""
    group_interval: Duration | None = None
    """The time after which a change of a group is sent; default: as for all."""
    repeat_interval: Duration | None = None
    """The time after which a group that still fires is sent again; default: as for all."""


class Watchdog(Model):
    """The receiver of the always-firing alert, and its rhythm."""

    receiver: Name
    """The receiver."""
    repeat_interval: Duration = timedelta(days=1)
    """How often it is sent."""


class TimeRange(Model):
    """A part of a day."""

    start_time: Text
    """Its beginning, such as ``"08:30"``."""
    end_time: Text
    """Its end, at most ``"24:00"``; no range passes midnight."""


class TimeInterval(Model):
    """Times at which all the stated conditions hold, each of them by one of its ranges."""

    times: tuple[TimeRange, ...] = ()
    """Parts of the day."""
    weekdays: tuple[Text, ...] = ()
    """Days of the week, such as ``monday:friday`` or ``sunday``; the week begins with sunday."""
    days_of_month: tuple[Text, ...] = ()
    """Days of the month, such as ``1:5``; ``-1`` is the last one."""
    months: tuple[Text, ...] = ()
    """Months by name or number, such as ``december`` or ``1:3``."""
    years: tuple[Text, ...] = ()
    """Years, such as ``2026:2028``."""
    location: str | None = None
    """The time zone, such as ``Europe/Berlin``; default: UTC."""


def receiver_of(route: str | Route | Watchdog) -> str:
    """Return the receiver that a route names, whether by its name alone or by a mapping."""
    return route if isinstance(route, str) else route.receiver
