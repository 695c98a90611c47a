"""``drill`` of ``postgres``: the newest dumps are restored by the clock, and looked into."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from platc_spec.base import Cron, Duration, Identifier, Memory, Model, Resources


class Drill(Model):
    """A scheduled proof that the dumps of ``backup`` can be restored.

    A Job fetches the newest dumps, restores them into a server of its own that nobody can reach,
    and asks the databases what must be true. Alerts tell of a drill that failed, and of a last good
    one that is too old.
    """

    schedule: Cron
    """The schedule, in UTC."""
    checks: dict[Annotated[Identifier, Field(max_length=63)], str] = {}
    """By database: a query that must answer ``true``, such as ``SELECT count(*) > 0 FROM
    orders.orders``."""
    deadline: Duration = timedelta(hours=1)
    """The longest duration of a drill; a longer one has failed. It is compared with the
    recovery time objective."""
    scratch: Memory = 4 << 30
    """Space for the dumps and the restored databases on the node's disk."""
    resources: Resources = Resources()
    """Requests and limits of the server that the dumps are restored into."""
