"""The exporter: postgres_exporter in a Deployment of its own, so that no change of it restarts the
server.

Of its own collectors only three are on. Everything else is asked by queries of platc's: as many
tables and statements as platform.yaml allows, and no label with the text of a statement, the name
of a client or an event, which would make series without end (postgres_exporter#549).
Source: cmd/postgres_exporter and collector of 0.17.1.
"""

from __future__ import annotations

from platc_compiler.ir.network import Link
from platc_compiler.ir.observability import Exporter
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    Env,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    SecretFiles,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.workloads import Config, Deployment, Scrape, Workload
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure
from platc_compiler.lower.postgres import tls
from platc_compiler.lower.postgres.exporter_alerts import alerts
from platc_compiler.lower.postgres.exporter_dashboard import dashboard
from platc_compiler.lower.postgres.names import PORT, SECRETS, host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_exporter import PostgresExporter

VERSION = "0.17.1"
CATALOGUE = "postgres"
COLLECTORS = ("database", "database_wraparound", "stat_database")
"""The exporter's own collectors that are on: sizes, age of transaction numbers, transactions."""
_OTHERS = (
    "locks", "replication", "replication_slot", "roles", "stat_bgwriter", "stat_user_tables",
    "statio_user_tables", "wal",
)  # fmt: skip
"""Collectors that the exporter has on by default."""
_METRICS = Port("metrics", 9187)
_DEFAULT = sized(memory=32, cpu=20, most_memory=64, most_cpu=200)
_NOBODY = 65_534
_FOLDER = "/etc/postgres-exporter"
_FIXED, _OF_A_DATABASE, _OF_A_TABLE, _OF_A_STATEMENT = 150, 45, 7, 3
"""Samples: of the exporter itself, of each database, of each table, of each statement."""
_TEMPLATES = 3
"""Databases that every server has."""


def exporter(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return the Deployment, its connection to the server, its alerts and its dashboard."""
    stated = service.exporter
    if stated is None:
        return Fragment()
    workload = _workload(name, service, stated, context)
    boards = dashboard(name, service, stated, context)
    return Fragment(
        workloads=(workload,),
        links=(Link(workload.endpoint, name, "sql", workload.origin),),
        exporters=(
            Exporter(
                catalogue=CATALOGUE, service=name, version="" if stated.image else VERSION,
                lacks=_lacks(stated),
            ),
        ),
        alerts=alerts(name, service), dashboards=boards,
    )  # fmt: skip


def _lacks(stated: PostgresExporter) -> tuple[str, ...]:
    return (
        *(() if stated.statements else ("pg_stat_statements_",)),
        *(() if stated.tables else ("pg_stat_user_tables_",)),
    )


def _workload(
    name: str, service: spec.Postgres, stated: PostgresExporter, context: Context
) -> Workload:
    namespace, place = context.namespace(service), service_origin(name, "exporter")
    password = secret_key(stated.password, (*place, "password"))
    resources = stated_resources(stated.resources, _DEFAULT, (*place, "resources"))
    secured = tls.client(name, service)
    config = Config(f"{name}-exporter", (("queries.yaml", queries(stated, context.templates)),))
    container = Container(
        name="exporter",
        image=stated.image or f"quay.io/prometheuscommunity/postgres-exporter:v{VERSION}",
        args=arguments(service), ports=(_METRICS,), resources=resources,
        env=(
            Env("DATA_SOURCE_URI", data_source(host(name, service, namespace), secured.parameters)),
            Env("DATA_SOURCE_USER", stated.role),
            Env("DATA_SOURCE_PASS_FILE", f"{SECRETS}/exporter/{password.key}"),
            *memory_limit(resources),
        ),
        mounts=(
            Mount("queries", _FOLDER, read_only=True),
            Mount("password", f"{SECRETS}/exporter", read_only=True),
            *secured.mounts,
        ),
        # Its page of metrics asks the server: a server that is down must not restart the exporter.
        readiness=Probe(handler=HttpGet("/", _METRICS.number)),
        liveness=Probe(handler=TcpSocket(_METRICS.number), failures=6), origin=place,
    )  # fmt: skip
    # Two would count every connection and every row twice.
    return Workload(
        name=f"{name}-exporter", namespace=namespace, service=name, app="postgres",
        component="exporter", version=VERSION, controller=Deployment(alone=True),
        pod=Pod(
            containers=(container,), user=_NOBODY, group=_NOBODY, fs_group=_NOBODY,
            volumes=(
                Volume("queries", ConfigFiles(config.name)),
                Volume("password", SecretFiles(password.secret, (password.key,), password.origin)),
                *secured.volumes,
            ),
        ),
        configs=(config,), exposures=(exposure(f"{name}-exporter", (_METRICS,)),),
        scrape=Scrape(
            port=_METRICS.number, sample_limit=stated.sample_limit or samples(service, stated)
        ),
        origin=place,
    )  # fmt: skip


def arguments(service: spec.Postgres) -> tuple[str, ...]:
    """Return the exporter's arguments; it visits the databases of platform.yaml and no others."""
    visited = (
        ("--auto-discover-databases", f"--include-databases={','.join(sorted(service.databases))}")
        if service.databases
        else ()
    )
    return (
        "--disable-default-metrics",
        "--disable-settings-metrics",
        *(f"--collector.{each}" for each in COLLECTORS),
        *(f"--no-collector.{each}" for each in _OTHERS),
        f"--extend.query-path={_FOLDER}/queries.yaml",
        *visited,
    )


def data_source(host_name: str, tls_parameters: str) -> str:
    """Return the address of the server, with settings that bound every query of the exporter.

    The size of a table needs a lock on it: without a bound, the exporter would wait for a long
    ALTER TABLE, with one more connection at each scrape.
    """
    return (
        f"{host_name}:{PORT}/{spec.SUPERUSER}?{tls_parameters}"
        "&application_name=postgres_exporter&statement_timeout=8000&lock_timeout=2000"
    )


def samples(service: spec.Postgres, stated: PostgresExporter) -> int:
    """Return a limit of the samples of a scrape: twice what the declaration can make."""
    databases = len(service.databases) + _TEMPLATES
    visited = len(service.databases) + 1
    return 2 * (
        _FIXED + _OF_A_DATABASE * databases + _OF_A_TABLE * stated.tables * visited
        + _OF_A_STATEMENT * stated.statements
    )  # fmt: skip


def queries(stated: PostgresExporter, templates: Templates) -> str:
    """Return the file of queries, in the exporter's own notation."""
    from platc_compiler.source.emit import yaml_text

    values = {"tables": stated.tables, "statements": stated.statements}
    names = ("settings", "activity", "replication", "slots", "wal", "indexes")
    chosen = (*names, *(name for name, number in values.items() if number))
    sql = {
        name: templates.text(f"kinds/postgres/exporter/{name}.sql.j2", **values) for name in chosen
    }
    sql = dict.fromkeys(values, "") | sql
    return yaml_text(templates.data("kinds/postgres/exporter/queries.yaml.j2", sql=sql))
