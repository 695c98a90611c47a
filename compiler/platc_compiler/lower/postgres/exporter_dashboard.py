"""The dashboard of a PostgreSQL server: queries, connections, growth, slow statements, storage and
transactions.
"""

from __future__ import annotations

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.dashboards import Dashboard, Panel, Query, Row, Variable
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_exporter import PostgresExporter

_DATABASES = "database"
_SHOWN = 10


def dashboard(
    name: str, _service: spec.Postgres, stated: PostgresExporter, context: Context
) -> tuple[Dashboard, ...]:
    """Return the dashboard, nothing where nobody shows it or platform.yaml has one of its name."""
    uid = f"{name}-server"
    if not context.dashboard_servers or not context.monitors or uid in context.spec.dashboards:
        return ()
    place = service_origin(name, "exporter")
    board = _Board(name, place)
    rows = [
        Row(title="Transactions", panels=board.transactions(), origin=place),
        Row(title="Connections", panels=board.connections(), origin=place),
        Row(title="Storage", panels=board.storage(), origin=place),
    ]
    if stated.tables:
        rows.append(Row(title="Tables", panels=board.tables(), origin=place))
    if stated.statements:
        rows.append(Row(title="Slow statements", panels=board.statements(), origin=place))
    values = f'label_values(pg_stat_database_xact_commit{{job="{name}"}}, datname)'
    return (
        Dashboard(
            name=uid, title=f"PostgreSQL: {name}", folder="Operators",
            description="What the database server does, and what it keeps.",
            variables=(
                Variable(
                    name=_DATABASES, type="query", text=values, label="Database", multi=True,
                    every=True, asked=(Query(f'pg_stat_database_xact_commit{{job="{name}"}}'),),
                    label_asked="datname", origin=place,
                ),
            ),
            panels=board.first(), rows=tuple(rows), origin=place,
        ),
    )  # fmt: skip


class _Board:
    """The panels of one server."""

    def __init__(self, name: str, place: Origin) -> None:
        self._job = f'job="{name}"'
        self._chosen = f'{self._job},datname=~"${_DATABASES}"'
        self._place = place

    def _panel(
        self,
        title: str,
        unit: str,
        *queries: tuple[str, str],
        type_: str = "timeseries",
        description: str = "",
        width: int | None = None,
    ) -> Panel:
        return Panel(
            title=title, type=type_, unit=unit, description=description, width=width,
            minimum=0 if type_ == "timeseries" else None,
            queries=tuple(Query(expr, legend, self._place) for expr, legend in queries),
            origin=self._place,
        )  # fmt: skip

    def first(self) -> tuple[Panel, ...]:
        job = self._job
        free = (
            f"sum(pg_settings_max_connections{{{job}}} - "
            f"pg_settings_superuser_reserved_connections{{{job}}})"
        )
        return (
            self._panel("Server", "short", (f"min(pg_up{{{job}}})", "up"), type_="stat", width=6),
            self._panel(
                "Connections in use", "percentunit",
                (f"sum(pg_stat_activity_count{{{job}}}) / {free}", "used"),
                type_="stat", width=6, description="Of those that users may have.",
            ),
            self._panel(
                "Size of all databases", "bytes", (f"sum(pg_database_size_bytes{{{job}}})", "size"),
                type_="stat", width=6,
            ),
            self._panel(
                "Oldest transaction", "s",
                (f"max(pg_stat_activity_max_tx_duration{{{job}}})", "age"), type_="stat", width=6,
            ),
        )  # fmt: skip

    def transactions(self) -> tuple[Panel, ...]:
        chosen, by = self._chosen, "sum by (datname)"
        read = f"rate(pg_stat_database_blks_read{{{chosen}}}[5m])"
        hit = f"rate(pg_stat_database_blks_hit{{{chosen}}}[5m])"
        return (
            self._panel(
                "Transactions", "ops",
                (f"{by} (rate(pg_stat_database_xact_commit{{{chosen}}}[5m]))", "{{datname}}"),
                (f"{by} (rate(pg_stat_database_xact_rollback{{{chosen}}}[5m]))",
                 "{{datname}} rolled back"),
            ),
            self._panel(
                "Rows changed", "ops",
                *(
                    (f"{by} (rate(pg_stat_database_tup_{what}{{{chosen}}}[5m]))",
                     f"{{{{datname}}}} {what}")
                    for what in ("inserted", "updated", "deleted")
                ),
            ),
            self._panel(
                "Reads from the cache", "percentunit",
                (f"{by} ({hit}) / ({by} ({hit}) + {by} ({read}))", "{{datname}}"),
                description="The share of blocks that are found in shared_buffers.",
            ),
            self._panel(
                "Deadlocks and temporary files", "short",
                (f"{by} (increase(pg_stat_database_deadlocks{{{chosen}}}[1h]))",
                 "{{datname}} deadlocks in an hour"),
                (f"{by} (increase(pg_stat_database_temp_files{{{chosen}}}[1h]))",
                 "{{datname}} temporary files in an hour"),
                description="A sort that work_mem cannot hold goes to a temporary file.",
            ),
        )  # fmt: skip

    def connections(self) -> tuple[Panel, ...]:
        chosen, job = self._chosen, self._job
        return (
            self._panel(
                "Connections by state", "short",
                (f"sum by (state) (pg_stat_activity_count{{{chosen}}})", "{{state}}"),
                (f"sum(pg_settings_max_connections{{{job}}})", "max_connections"),
            ),
            self._panel(
                "Connections by database", "short",
                (f"sum by (datname) (pg_stat_activity_count{{{chosen}}})", "{{datname}}"),
            ),
            self._panel(
                "Longest transaction", "s",
                (f"max by (datname, state) (pg_stat_activity_max_tx_duration{{{chosen}}})",
                 "{{datname}} {{state}}"),
            ),
            self._panel(
                "Replicas behind", "s",
                (f"pg_stat_replication_lag_seconds{{{job}}}", "{{application_name}}"),
                description="Empty without replicas.",
            ),
        )  # fmt: skip

    def storage(self) -> tuple[Panel, ...]:
        chosen, job = self._chosen, self._job
        return (
            self._panel(
                "Size", "bytes", (f"pg_database_size_bytes{{{chosen}}}", "{{datname}}")
            ),
            self._panel(
                "Growth in a day", "bytes",
                (f"delta(pg_database_size_bytes{{{chosen}}}[1d])", "{{datname}}"),
            ),
            self._panel(
                "Write-ahead log", "bytes", (f"pg_wal_size_bytes{{{job}}}", "on the volume"),
                (f"pg_replication_slots_retained_bytes{{{job}}}", "kept by {{slot_name}}"),
            ),
            self._panel(
                "Unused indexes", "bytes",
                (f"pg_indexes_unused_size_bytes{{{chosen}}}", "{{datname}}"),
                description="No query has used them since the statistics began, and no constraint "
                "needs them; each write maintains them.",
            ),
        )  # fmt: skip

    def tables(self) -> tuple[Panel, ...]:
        chosen = self._chosen
        table = "{{datname}} {{schemaname}}.{{relname}}"
        largest = (
            f"topk({_SHOWN}, pg_stat_user_tables_table_size_bytes{{{chosen}}} + "
            f"pg_stat_user_tables_index_size_bytes{{{chosen}}})"
        )
        dead, live = (f"pg_stat_user_tables_n_{each}_tup{{{chosen}}}" for each in ("dead", "live"))
        return (
            self._panel(
                "Largest tables", "bytes",
                (largest, table),
                description="With their indexes.",
            ),
            self._panel(
                "Dead rows", "percentunit",
                (f"topk({_SHOWN}, {dead} / ({dead} + {live} > 1000))", table),
                description="The share of rows that vacuum has yet to remove, of tables with more "
                "than 1,000 rows: an estimate of their bloat.",
            ),
            self._panel(
                "Rows read by sequential scans", "ops",
                (f"topk({_SHOWN}, rate(pg_stat_user_tables_seq_tup_read{{{chosen}}}[15m]))", table),
                description="A large table here may lack an index.",
                width=24,
            ),
        )  # fmt: skip

    def statements(self) -> tuple[Panel, ...]:
        chosen = self._chosen
        one = "{{datname}} {{user}} {{queryid}}"
        seconds = f"rate(pg_stat_statements_seconds_total{{{chosen}}}[15m])"
        calls = f"rate(pg_stat_statements_calls_total{{{chosen}}}[15m])"
        where = (
            "The text of one: SELECT query FROM pg_stat_statements WHERE queryid = …, in the "
            "database postgres."
        )
        return (
            self._panel(
                "Time of statements", "percentunit", (f"topk({_SHOWN}, {seconds})", one),
                description=f"Seconds of execution in a second. {where}",
            ),
            self._panel(
                "Mean time of a statement", "s",
                (f"topk({_SHOWN}, {seconds} / ({calls} > 0))", one), description=where,
            ),
        )  # fmt: skip
