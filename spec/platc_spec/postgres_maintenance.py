"""The regular maintenance of a PostgreSQL server."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from platc_spec.base import Cron, Duration, Identifier, Lazily, Model, Resources, matches

_TABLE = r"^[^.\x00-\x1f]{1,63}(\.[^.\x00-\x1f]{1,63})?$"
TableName = Annotated[
    str,
    Field(json_schema_extra={"pattern": _TABLE}, examples=["orders", "orders.lines"]),
    matches(_TABLE, "write a schema, or a table as schema.table"),
]
"""A schema, or a table as ``schema.table``."""
Rows = Annotated[int, Field(ge=0, le=2_147_483_647, strict=True)]
"""A number of rows."""
Share = Annotated[float, Field(ge=0, le=100)]
"""A share of the rows of a table; 0.05 is a twentieth."""


class Autovacuum(Model):
    """Storage parameters of tables: when autovacuum works on them, and how fast."""

    vacuum_threshold: Rows | None = None
    """Dead rows that a table has at least (``autovacuum_vacuum_threshold``)."""
    vacuum_scale_factor: Share | None = None
    """Dead rows as a share of the table, added to the threshold."""
    vacuum_insert_threshold: Rows | None = None
    """New rows that a table has at least."""
    vacuum_insert_scale_factor: Share | None = None
    """New rows as a share of the table, added to the threshold."""
    analyze_threshold: Rows | None = None
    """Changed rows before new statistics."""
    analyze_scale_factor: Share | None = None
    """Changed rows as a share of the table, added to the threshold."""
    vacuum_cost_limit: Annotated[int, Field(ge=1, le=10_000, strict=True)] | None = None
    """The cost after which a worker pauses; more is faster."""
    vacuum_cost_delay: Annotated[float, Field(ge=0, le=100)] | None = None
    """The pause of a worker, in milliseconds; 0 is without pause."""
    freeze_max_age: Annotated[int, Field(ge=100_000, le=2_000_000_000, strict=True)] | None = None
    """The age in transactions at which a table is vacuumed in any case."""


class Maintenance(Model):
    """A job on a schedule. At each run it brings the autovacuum settings of tables to what is
    stated, drops what a failed REINDEX has left behind, does what is stated here, and reports.
    """

    schedule: Cron = "0 4 * * 0"
    """The schedule, in UTC."""
    analyze: bool = True
    """Whether it collects statistics of all tables; also of partitioned ones, which autovacuum
    never analyses."""
    vacuum: bool = False
    """Whether it vacuums all tables, gently."""
    reindex: tuple[Identifier, ...] = ()
    """The databases whose indexes it makes again, without a lock on writes (``CONCURRENTLY``). Each
    index needs its size once more for a while."""
    report: bool = True
    """Whether it logs dead rows, unused, invalid and duplicate indexes, tables that queries read
    row by row, and the slowest statements."""
    autovacuum: dict[
        Identifier,
        dict[TableName, Annotated[Autovacuum, Lazily(__name__, "Autovacuum")]],
    ] = {}
    """Settings of autovacuum by database, then by schema or ``schema.table``; those of a table win.
    In a schema that is named, settings of autovacuum that are not stated are removed."""
    deadline: Duration = timedelta(hours=2)
    """The longest duration of a run; a longer run has failed."""
    resources: Resources = Resources()
    """Requests and limits of the job; the work itself is the server's."""
