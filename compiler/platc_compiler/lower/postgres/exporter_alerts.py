"""The alerts on a PostgreSQL server, from what its exporter serves."""

from __future__ import annotations

from platc_compiler.ir.observability import Alert, RuleTest
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_spec.kinds import postgres as spec

_FULL = 0.8
_LATE = 60
"""Seconds that a replica may be behind."""
_LONG = 3600
"""Seconds that a transaction may take: it keeps dead rows of all tables from being removed."""
_OLD = 1_000_000_000
"""The age of transaction numbers; PostgreSQL stops at 2,000,000,000 (Routine Vacuuming)."""
_KEPT = 10
"""A slot may keep one part in so many of the volume: as much as max_wal_size has by default."""
_UNSENT = 4
"""The log may take one part in so many of the volume; by default it takes a tenth (max_wal_size).
"""
_DEADLOCKS = 3


def alerts(name: str, service: spec.Postgres) -> tuple[Alert, ...]:
    """Return the alerts of one server."""
    owner = Owner("postgres", service_origin(name, "exporter"), service=name)
    return (
        _down(owner),
        _blind(owner),
        _connections(owner),
        _lag(owner),
        _slot(owner, service.storage // _KEPT),
        _deadlocks(owner),
        _long_transaction(owner),
        _wraparound(owner),
        _broken_index(owner),
        *((_not_archived(owner, service.storage // _UNSENT),) if service.archive else ()),
    )


def _down(owner: Owner) -> Alert:
    up = owner.series("pg_up")
    return owner.alert(
        f"{owner.title}Down", f"{up} == 0", "critical", f"{owner.service} accepts no connection",
        "The exporter has not been able to log in to it for 2 minutes.",
        RuleTest(((up, "0"),), ((up, "1"),)), minutes=2, liveness=True,
    )  # fmt: skip


def _blind(owner: Owner) -> Alert:
    failed = owner.series("pg_exporter_last_scrape_error")
    up = owner.series("pg_up")
    return owner.alert(
        f"{owner.title}ExporterFails", f"{failed} == 1 and on (job, instance) {up} == 1", "warning",
        f"The exporter of {owner.service} lacks metrics",
        "A query of the exporter fails; its log says which one.",
        RuleTest(((failed, "1"), (up, "1")), ((failed, "1"), (up, "0"))), minutes=15,
    )  # fmt: skip


def _connections(owner: Owner) -> Alert:
    used = owner.series("pg_stat_activity_count")
    most = owner.series("pg_settings_max_connections")
    kept = owner.series("pg_settings_superuser_reserved_connections")
    one = owner.series("pg_stat_activity_count", state="idle")
    return owner.alert(
        f"{owner.title}ConnectionsNearlyUsed",
        f"sum by (job) ({used}) / sum by (job) ({most} - {kept}) > {_FULL}", "warning",
        f"{owner.service} has hardly a connection left",
        "{{ $value | humanizePercentage }} of them are in use; beyond all, clients are refused.",
        RuleTest(
            ((one, "81"), (most, "103"), (kept, "3")), ((one, "80"), (most, "103"), (kept, "3"))
        ), minutes=5,
    )  # fmt: skip


def _lag(owner: Owner) -> Alert:
    lag = owner.series("pg_stat_replication_lag_seconds")
    one = owner.series("pg_stat_replication_lag_seconds", application_name="replica-0")
    return owner.alert(
        f"{owner.title}ReplicaLate", f"{lag} > {_LATE}", "warning",
        f"{{{{ $labels.application_name }}}} is behind {owner.service}",
        "It is {{ $value | humanizeDuration }} behind: its readers see old rows.",
        RuleTest(((one, str(_LATE + 1)),), ((one, str(_LATE)),)), minutes=5,
    )  # fmt: skip


def _slot(owner: Owner, most: int) -> Alert:
    kept = owner.series("pg_replication_slots_retained_bytes")
    one = owner.series("pg_replication_slots_retained_bytes", slot_name="replica_0")
    return owner.alert(
        f"{owner.title}SlotKeepsLog", f"{kept} > {most}", "critical",
        f"A slot fills the volume of {owner.service}",
        "{{ $labels.slot_name }} keeps {{ $value | humanize1024 }}B of the write-ahead log for a "
        "reader that does not come: start the reader, or drop the slot with "
        "pg_drop_replication_slot.",
        RuleTest(((one, str(most + 1)),), ((one, str(most)),)), minutes=10,
    )  # fmt: skip


def _not_archived(owner: Owner, most: int) -> Alert:
    size = owner.series("pg_wal_size_bytes")
    return owner.alert(
        f"{owner.title}LogNotArchived", f"{size} > {most}", "critical",
        f"{owner.service} keeps its log instead of archiving it",
        "The log has {{ $value | humanize1024 }}B: the container archive of its pod says why the"
        " bucket does not take it. The server stops when its volume is full.",
        RuleTest(((size, str(most + 1)),), ((size, str(most)),)), minutes=10,
    )  # fmt: skip


def _deadlocks(owner: Owner) -> Alert:
    found = owner.series("pg_stat_database_deadlocks")
    one = owner.series("pg_stat_database_deadlocks", datname="shop")
    return owner.alert(
        f"{owner.title}Deadlocks", f"increase({found}[30m]) > {_DEADLOCKS}", "warning",
        "Transactions of {{ $labels.datname }} block each other",
        '{{ printf "%.0f" $value }} deadlocks in half an hour; the log of the server names the '
        "statements.",
        RuleTest(((one, "0+1x60"),), ((one, "7"),)),
    )  # fmt: skip


def _long_transaction(owner: Owner) -> Alert:
    longest = owner.series("pg_stat_activity_max_tx_duration")
    one = owner.series("pg_stat_activity_max_tx_duration", datname="shop", state="active")
    return owner.alert(
        f"{owner.title}LongTransaction", f"{longest} > {_LONG}", "warning",
        "A transaction of {{ $labels.datname }} does not end",
        "One that is {{ $labels.state }} has taken {{ $value | humanizeDuration }}. Until it ends, "
        "vacuum removes no dead row that is younger.",
        RuleTest(((one, str(_LONG + 1)),), ((one, str(_LONG)),)), minutes=5,
    )  # fmt: skip


def _wraparound(owner: Owner) -> Alert:
    age = owner.series("pg_database_wraparound_age_datfrozenxid_seconds")
    one = owner.series("pg_database_wraparound_age_datfrozenxid_seconds", datname="shop")
    return owner.alert(
        f"{owner.title}TransactionNumbersRunOut", f"{age} > {_OLD}", "critical",
        "{{ $labels.datname }} runs out of transaction numbers",
        "Vacuum has frozen nothing for {{ $value | humanize }} transactions; the server refuses "
        "writes at 2 billion. Look for a transaction, a prepared transaction or a slot that never "
        "ends.",
        RuleTest(((one, str(_OLD + 1)),), ((one, str(_OLD)),)), minutes=5,
    )  # fmt: skip


def _broken_index(owner: Owner) -> Alert:
    broken = owner.series("pg_indexes_invalid")
    one = owner.series("pg_indexes_invalid", datname="shop")
    return owner.alert(
        f"{owner.title}InvalidIndex", f"{broken} > 0", "warning",
        "{{ $labels.datname }} has an index that no query uses",
        "CREATE or REINDEX INDEX CONCURRENTLY has failed, and every write still maintains what it "
        "left behind: drop the index that \\d shows as INVALID, and make it again.",
        RuleTest(((one, "1"),), ((one, "0"),)), minutes=240,
    )  # fmt: skip
