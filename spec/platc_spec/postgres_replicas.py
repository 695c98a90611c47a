"""``replicas`` of ``postgres``: servers that follow the primary and answer who only reads."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from platc_spec.base import Duration, Identifier, Memory, Model, OwnPassword, Resources

REPLICATION_ROLE = "platc_replication"
"""The role with which replicas log in to the primary; platc makes it."""


class Replicas(Model):
    """Servers that follow the primary by streaming replication and answer queries that only read.

    Others reach them at the port ``replica``: ``depends_on: [postgres:replica]``. None of them
    takes over when the primary is lost: Kubernetes starts the primary again on its volume. With
    CloudNativePG, one of them does.
    """

    count: Annotated[int, Field(ge=1, le=8, strict=True)] = 1
    """How many there are. Each has a volume as large as the primary's."""
    password: OwnPassword | None = None
    """The password of the role ``platc_replication``, with which they log in to the primary. With
    CloudNativePG there is none: its replicas log in with a certificate."""
    roles: tuple[Annotated[Identifier, Field(max_length=63)], ...] = ()
    """Roles that may log in to replicas only: the primary refuses them, so that their queries take
    nothing from those who write."""
    max_slot_wal_keep_size: Memory | None = None
    """How much write-ahead log the primary keeps for a replica that is away; default: a fifth of
    the volume. A replica that misses more is copied anew when its pod starts."""
    wal_keep_size: Memory | None = None
    """How much write-ahead log the primary keeps in any case; default: none, as slots keep what
    replicas need."""
    max_standby_streaming_delay: Duration = timedelta(minutes=5)
    """How long a replica waits for a query before it applies what contradicts it, and ends it."""
    hot_standby_feedback: bool = True
    """Whether the primary keeps dead rows for the queries of replicas. They are then ended less
    often, and its tables grow while a query is long."""
    resources: Resources = Resources()
    """Requests and limits of each; default: those of the primary."""
