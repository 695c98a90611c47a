"""The alerts on a server of CloudNativePG and on its pooler, from what the operator's pods serve.

Sources, release 1.30: pkg/management/postgres/webserver/metricserver/pg_collector.go,
config/manager/default-monitoring.yaml, and docs/src/samples/monitoring/prometheusrule.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from platc_compiler.ir.observability import Alert, Exporter, RuleTest
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_compiler.lower.postgres.cloudnative.instances import job
from platc_compiler.lower.postgres.cloudnative.names import VERSION, count
from platc_compiler.lower.postgres.pooler import COMPONENT
from platc_spec import postgres_pooler as language
from platc_spec.cron import parse_cron
from platc_spec.durations import duration_text
from platc_spec.kinds import postgres as spec

_FULL = 0.8
_LATE = 300
"""Seconds that a replica may be behind."""
_OLD = 1_000_000_000
"""The age of transaction numbers; PostgreSQL stops at 2,000,000,000 (Routine Vacuuming)."""
_COPYING = timedelta(hours=2)
"""How long a copy may take, which nothing states."""
_WAIT = 10
"""Seconds that a client may wait for a connection of its pool."""


def exporters(name: str, service: spec.Postgres) -> tuple[Exporter, ...]:
    """Return whose metrics there are."""
    own = Exporter(
        catalogue="cloudnative-pg", service=name, job=job(name), version=VERSION,
        lacks=tuple(_lacks(service.major)),
    )  # fmt: skip
    if service.pooler is None:
        return (own,)
    place = f"{name}-{COMPONENT}"
    return (
        own,
        Exporter(catalogue="cloudnative-pg-pooler", service=name, job=place, version=VERSION),
    )


def _lacks(major: int) -> Iterator[str]:
    """Yield the beginnings of the metrics that a major version of PostgreSQL does not have."""
    if major >= 17:  # noqa: PLR2004 - the views of the statistics were divided in this version
        yield from (
            f"cnpg_pg_stat_bgwriter_{each}"
            for each in ("buffers_backend", "buffers_checkpoint", "checkpoint")
        )
    else:
        yield from ("cnpg_pg_stat_checkpointer_", "cnpg_pg_stat_bgwriter_stats_reset")
    if major >= 18:  # noqa: PLR2004 - these are in pg_stat_io since
        yield from ("cnpg_collector_wal_sync", "cnpg_collector_wal_write")


def alerts(name: str, service: spec.Postgres) -> tuple[Alert, ...]:
    """Return the alerts on the instances, the archive and the pooler."""
    owner = Owner("cloudnative-pg", service_origin(name), service=name)
    several = (_missing, _not_following, _behind) if service.replicas else ()
    stated = service.backup
    # The exporter that platform.yaml may have beside has alerts on these.
    inner = (_connections, _wraparound) if service.exporter is None else ()
    return (
        _down(owner),
        _fenced(owner),
        *(make(owner, count(service)) for make in several),
        *((_not_archived(owner), _too_old(owner, stated)) if stated else ()),
        *(make(owner) for make in inner),
        *(_of_pooler(name, service.pooler) if service.pooler else ()),
    )


def _series(owner: Owner, metric: str, **labels: str) -> str:
    return owner.series(metric, **{"job": job(owner.service), **labels})


def _down(owner: Owner) -> Alert:
    up = _series(owner, "cnpg_collector_up")
    one = _series(owner, "cnpg_collector_up", instance="a")
    return owner.alert(
        f"{owner.title}InstanceDown", f"{up} == 0", "critical",
        f"An instance of {owner.service} is down",
        "PostgreSQL on {{ $labels.instance }} has not answered the operator's program beside it for"
        " 2 minutes: look at the log of its pod.",
        RuleTest(((one, "0"),), ((one, "1"),)), minutes=2, liveness=True,
    )  # fmt: skip


def _fenced(owner: Owner) -> Alert:
    fenced = _series(owner, "cnpg_collector_fencing_on")
    one = _series(owner, "cnpg_collector_fencing_on", instance="a")
    return owner.alert(
        f"{owner.title}InstanceFenced", f"{fenced} == 1", "warning",
        f"An instance of {owner.service} is fenced",
        "Somebody has stopped PostgreSQL on {{ $labels.instance }} by the annotation"
        " cnpg.io/fencedInstances of the Cluster, and it stays so until the annotation goes.",
        RuleTest(((one, "1"),), ((one, "0"),)), minutes=30,
    )  # fmt: skip


def _missing(owner: Owner, wanted: int) -> Alert:
    up = _series(owner, "cnpg_collector_up")
    one = _series(owner, "cnpg_collector_up", instance="a")
    return owner.alert(
        f"{owner.title}InstancesMissing", f"sum by (job) ({up}) < {wanted}", "warning",
        f"{owner.service} lacks instances",
        f"{{{{ $value }}}} of {wanted} run, and a lost one that writes needs another in its place:"
        " kubectl cnpg status says why.",
        RuleTest(((one, str(wanted - 1)),), ((one, str(wanted)),)), minutes=15, liveness=True,
    )  # fmt: skip


def _not_following(owner: Owner, _wanted: int) -> Alert:
    behind = _series(owner, "cnpg_pg_replication_in_recovery")
    fed = _series(owner, "cnpg_pg_replication_is_wal_receiver_up")
    one = _series(owner, "cnpg_pg_replication_in_recovery", instance="a")
    its = _series(owner, "cnpg_pg_replication_is_wal_receiver_up", instance="a")
    return owner.alert(
        f"{owner.title}ReplicaDoesNotFollow", f"{behind} > {fed}", "warning",
        f"A replica of {owner.service} does not follow",
        "{{ $labels.instance }} receives no write-ahead log: its readers see old rows, and it"
        " cannot take over. Its log says why.",
        RuleTest(((one, "1"), (its, "0")), ((one, "1"), (its, "1"))), minutes=5,
    )  # fmt: skip


def _behind(owner: Owner, _wanted: int) -> Alert:
    lag = _series(owner, "cnpg_pg_replication_lag")
    one = _series(owner, "cnpg_pg_replication_lag", instance="a")
    return owner.alert(
        f"{owner.title}ReplicaBehind", f"{lag} > {_LATE}", "warning",
        f"A replica of {owner.service} is behind",
        "{{ $labels.instance }} is {{ $value | humanizeDuration }} behind: its readers see old"
        " rows. A long query on it may hold it back.",
        RuleTest(((one, str(_LATE + 1)),), ((one, str(_LATE)),)), minutes=5,
    )  # fmt: skip


def _not_archived(owner: Owner) -> Alert:
    failed = _series(owner, "cnpg_pg_stat_archiver_last_failed_time")
    good = _series(owner, "cnpg_pg_stat_archiver_last_archived_time")
    one = _series(owner, "cnpg_pg_stat_archiver_last_failed_time", instance="a")
    its = _series(owner, "cnpg_pg_stat_archiver_last_archived_time", instance="a")
    return owner.alert(
        f"{owner.title}LogNotArchived", f"{failed} > {good}", "critical",
        f"The log of {owner.service} does not reach the object store",
        "Its last upload has failed for 10 minutes: since then nothing can be restored, and the log"
        " fills the volume. The log of {{ $labels.instance }} says why.",
        RuleTest(((one, "200"), (its, "100")), ((one, "100"), (its, "200"))), minutes=10,
    )  # fmt: skip


def _too_old(owner: Owner, stated: spec.DumpBackup) -> Alert:
    last = _series(owner, "cnpg_collector_last_available_backup_timestamp")
    one = _series(owner, "cnpg_collector_last_available_backup_timestamp", instance="a")
    late = (parse_cron(stated.schedule).largest_gap() or timedelta(days=1)) + _COPYING
    seconds = int(late.total_seconds())
    return owner.alert(
        f"{owner.title}BackupTooOld", f"time() - max by (job) ({last}) > {seconds}", "critical",
        f"The last good copy of {owner.service} is too old",
        "It is {{ $value | humanizeDuration }} old, and the schedule allows"
        f" {duration_text(late)}: kubectl describe backups.postgresql.cnpg.io says why.",
        RuleTest(((one, f"-{2 * seconds}x120"),), ((one, "0+60x120"),)), minutes=60,
    )  # fmt: skip


def _connections(owner: Owner) -> Alert:
    used = _series(owner, "cnpg_backends_total")
    most = _series(owner, "cnpg_pg_settings_setting", name="max_connections")
    one = _series(owner, "cnpg_backends_total", instance="a", state="idle")
    its = _series(owner, "cnpg_pg_settings_setting", instance="a", name="max_connections")
    return owner.alert(
        f"{owner.title}ConnectionsNearlyUsed",
        f"sum by (job, instance) ({used}) / on (job, instance) sum by (job, instance) ({most})"
        f" > {_FULL}",
        "warning", f"{owner.service} has hardly a connection left",
        "{{ $value | humanizePercentage }} of those of {{ $labels.instance }} are in use; beyond"
        " all, clients are refused.",
        RuleTest(((one, "81"), (its, "100")), ((one, "80"), (its, "100"))), minutes=5,
    )  # fmt: skip


def _wraparound(owner: Owner) -> Alert:
    age = _series(owner, "cnpg_pg_database_xid_age")
    one = _series(owner, "cnpg_pg_database_xid_age", instance="a", datname="shop")
    return owner.alert(
        f"{owner.title}TransactionNumbersRunOut", f"{age} > {_OLD}", "critical",
        "{{ $labels.datname }} runs out of transaction numbers",
        "Vacuum has frozen nothing for {{ $value | humanize }} transactions; the server refuses "
        "writes at 2 billion. Look for a transaction, a prepared transaction or a slot that never "
        "ends.",
        RuleTest(((one, str(_OLD + 1)),), ((one, str(_OLD)),)), minutes=5,
    )  # fmt: skip


def _of_pooler(name: str, stated: language.Pooler) -> tuple[Alert, ...]:
    place = f"{name}-{COMPONENT}"
    owner = Owner(name, service_origin(name, COMPONENT), name)
    title = f"{owner.title}{COMPONENT.capitalize()}"
    up, used = (
        f'cnpg_pgbouncer_up{{job="{place}"',
        f'cnpg_pgbouncer_lists_used_clients{{job="{place}"',
    )
    waits = f'cnpg_pgbouncer_pools_maxwait{{job="{place}"'
    pool, one = ',instance="a",database="shop",user="app"}', ',instance="a"}'
    most = int(_FULL * stated.max_client_conn)
    return (
        owner.alert(
            f"{title}ClientsWait", f"{waits}}} > {_WAIT}", "warning",
            f"Clients of {place} wait for a connection",
            "A client has waited {{ $value | humanizeDuration }} for the pool of "
            "{{ $labels.user }} in {{ $labels.database }}: look for long transactions, or give "
            "the pools more connections.",
            RuleTest(((f"{waits}{pool}", "30"),), ((f"{waits}{pool}", "10"),)), minutes=5,
        ),
        owner.alert(
            f"{title}NearlyFull", f"{used}}} > {most}", "warning",
            f"{place} is nearly out of places for clients",
            f"{{{{ $value }}}} of {stated.max_client_conn} (max_client_conn) are taken; PgBouncer"
            " refuses clients beyond them.",
            RuleTest(((f"{used}{one}", str(most + 1)),), ((f"{used}{one}", str(most)),)),
            minutes=10,
        ),
        owner.alert(
            f"{title}Down", f"{up}}} == 0", "critical", f"{place} does not answer its exporter",
            "PgBouncer on {{ $labels.instance }} has not answered for 2 minutes.",
            RuleTest(((f"{up}{one}", "0"),), ((f"{up}{one}", "1"),)), minutes=2, liveness=True,
        ),
    )  # fmt: skip
