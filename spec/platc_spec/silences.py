"""``notifications.silences``: planned work of which nobody is told."""

from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from platc_spec.base import Model, matches

_LINE = r"^[^\x00-\x1f\x7f]*$"
_Line = Annotated[
    str,
    Field(min_length=1, max_length=500, json_schema_extra={"pattern": _LINE}),
    matches(_LINE, "one line, without control characters"),
]
"""A text of one line."""


class Silence(Model):
    """Alerts that are not sent for a time: once, or whenever a time interval comes."""

    matchers: Annotated[tuple[_Line, ...], Field(min_length=1, examples=[['service="web"']])]
    """The alerts: all of these must hold, in the words of Alertmanager, such as ``service="web"``
    or ``severity=~"info|warning"``."""
    start: AwareDatetime | None = None
    """Its beginning with the time zone, such as ``2026-12-05T22:00:00+01:00``."""
    end: AwareDatetime | None = None
    """Its end with the time zone."""
    during: tuple[str, ...] = ()
    """The time intervals of ``time_intervals`` in which it holds, in place of a start and an
    end."""
    comment: _Line
    """Why nobody need be told."""
    author: _Line = "platform.yaml"
    """Who has planned it."""

    @model_validator(mode="after")
    def _once_or_again(self) -> Self:
        once = (self.start is not None, self.end is not None)
        if once != (not self.during, not self.during):
            raise ValueError("a silence has a start and an end, or intervals under 'during'")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("the end is not after the start")
        return self
