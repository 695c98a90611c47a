"""``backup.point_in_time`` of ``postgres``: an archive of the log, and copies of the server."""

from datetime import timedelta
from typing import Self

from pydantic import model_validator

from platc_spec.base import Cron, Duration, Memory, Model

LEAST = timedelta(minutes=1)
"""PostgreSQL's manual, archive_timeout: about a minute is reasonable, less fills the archive."""


class PointInTime(Model):
    """Restores to any moment: copies of the whole server, and every change since each of them.

    The server hands each segment of its write-ahead log to a container beside it, which uploads it
    to the bucket of ``backup``; the server keeps the segment until the bucket has it.
    """

    schedule: Cron = "0 1 * * *"
    """When the whole server is copied, in UTC."""
    every: Duration = timedelta(minutes=5)
    """The log is archived at least this often. At worst, so much is lost, and what a slow upload
    holds back."""
    keep: Duration = timedelta(days=7)
    """How far back a restore can go."""
    deadline: Duration = timedelta(hours=1)
    """The longest duration of a copy; a longer one has failed."""
    scratch: Memory | None = None
    """Space for a copy on the node's disk during a run; default: the size of the volume."""

    @model_validator(mode="after")
    def _not_too_often(self) -> Self:
        if self.every < LEAST:
            raise ValueError("each archived segment takes an upload: write every: 1m or more")
        return self
