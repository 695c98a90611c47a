"""The audit log of a PostgreSQL server."""

from typing import Annotated, Literal

from pydantic import Field

from platc_spec.base import Model


class Audit(Model):
    """What the server writes into its log of who did what; it is a part of the container's log."""

    by: Literal["server", "pgaudit"] = "server"
    """``pgaudit`` needs an image that has it (``image``); the official one does not. ``server`` is
    PostgreSQL's own log: coarser, and with the text of each statement as it was sent."""
    classes: Annotated[
        tuple[Literal["ddl", "role", "write", "read", "function", "misc"], ...], Field(min_length=1)
    ] = ("ddl", "role")
    """The classes of statements, as pgaudit names them. The server's own log knows three amounts:
    definitions (``ddl``, ``role``), also changes (``write``), or everything."""
    connections: bool = True
    """Whether each connection and its end are logged."""
