"""PgBouncer before the server: its pods, its configuration, and what it asks the server for.

Sources: PgBouncer's manual (config.md, usage.md) and changelog, 1.22 to 1.25; the image:
cloudnative-pg/pgbouncer-containers, Dockerfile; the exporter: prometheus-community/
pgbouncer_exporter, README.md and pgbouncer_exporter.go.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Link, Pods
from platc_compiler.ir.observability import Alert, Exporter, RuleTest
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
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
from platc_compiler.ir.sessions import SessionLimit, Sessions
from platc_compiler.ir.workloads import Config, Deployment, Scrape, Workload
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_compiler.lower.ports import exposure, service_host
from platc_compiler.lower.postgres.names import PORT as SERVER_PORT
from platc_compiler.lower.postgres.names import SECRETS
from platc_compiler.lower.postgres.tls import CA, FOLDER, Client, client
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_compiler.templating.templates import Templates
from platc_spec import postgres_pooler as language
from platc_spec.kinds import postgres as spec

COMPONENT = "pooler"
PORT = Port("pooler", 6432)
METRICS = Port("metrics", 9127)
CONSOLE = "pgbouncer"
"""The database that is PgBouncer's own console; no database of the server can be reached by it."""
LOOKUP = "pgbouncer_lookup"
"""The name in ``[databases]`` under which PgBouncer asks for passwords (``auth_dbname``)."""
LOOKUP_POOL = 2
"""The connections with which it asks: the answers are short, and PgBouncer keeps them."""
_SCHEMA = "pgbouncer"
_STATS = "stats"
_USER, _GROUP = 998, 996
_MIB = 1 << 20
_CONFIG = "/etc/pgbouncer"
_SOCKET = "/run/pgbouncer"
_USERS = "/run/pgbouncer-users"
_DEFAULT = sized(memory=32, cpu=50, most_memory=128, most_cpu=1000)
_EXPORTER = sized(memory=24, cpu=10, most_memory=64, most_cpu=100)
_ALWAYS_IGNORED = "extra_float_digits"
_STOP = "sleep 5; kill -INT 1; while kill -0 1; do sleep 1; done"
"""Kubernetes first takes the pod out of its Service. Then PgBouncer finishes the transactions that
run, and ends (SIGINT); on SIGTERM it would wait for clients to leave, which programs with pools
never do."""


class LookupSql(Struct, frozen=True):
    """What the bootstrap makes for PgBouncer: the values of its SQL."""

    role: str
    database: str
    """The database with the function."""
    schema: str


def lookup_sql(pooler: language.Pooler) -> LookupSql:
    """Return what the bootstrap makes beside the role (``system_roles``)."""
    return LookupSql(role=pooler.role, database=spec.SUPERUSER, schema=_SCHEMA)


def pods(name: str, namespace: str) -> Pods:
    """Return the pods of the pooler of a service."""
    own = selector_labels("postgres", name, COMPONENT)
    return Pods(f"{name}-{COMPONENT}", namespace, own)


def pooler(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return PgBouncer with its exporter, its connection to the server, and its alerts."""
    stated = service.pooler
    if stated is None:
        return Fragment()
    workload = _workload(name, service, stated, context)
    exporter = stated.exporter
    return Fragment(
        workloads=(workload,),
        links=(Link(workload.endpoint, name, "sql", workload.origin),),
        exporters=(
            Exporter(
                catalogue="pgbouncer", service=name, job=workload.name,
                version="" if exporter.image else exporter.version,
            ),
        ),
        alerts=_alerts(Owner(name, workload.origin, name), workload),
        sessions=(_pools(name, service, stated, workload),),
        session_limits=(limit(name, stated),),
    )  # fmt: skip


def limit(name: str, stated: language.Pooler) -> SessionLimit:
    """Return how many clients are accepted: of several pods, one may be away for a roll-out.

    The session of the exporter counts as a client of its pod.
    """
    steady = max(1, stated.replicas - 1)
    several = f" in each of {steady} pods, while one of {stated.replicas} is replaced"
    return SessionLimit(
        service=name, port=PORT.name, most=steady * (stated.max_client_conn - 1), strict=True,
        shares=steady,
        why=f"max_client_conn {stated.max_client_conn}, of which the exporter has one"
        + (several if stated.replicas > 1 else ""),
        origin=service_origin(name, COMPONENT, *_stated(stated, "max_client_conn")),
    )  # fmt: skip


def _stated(stated: language.Pooler, word: str) -> tuple[str, ...]:
    return (word,) if word in stated.model_fields_set else ()


def _pools(
    name: str, service: spec.Postgres, stated: language.Pooler, workload: Workload
) -> Sessions:
    total, roles = full_pools(service, stated)
    return Sessions(
        source=workload.endpoint, service=name, port="sql", each=total,
        roles=tuple(sorted(roles.items())), why="full pools", origin=workload.origin,
    )  # fmt: skip


def full_pools(service: spec.Postgres, stated: language.Pooler) -> tuple[int, dict[str, int]]:
    """Return how many sessions a pod keeps with the server when each pool is full.

    Returns:
        All of them, and those that each role may have.
    """
    total, roles = LOOKUP_POOL, {stated.role: LOOKUP_POOL}
    everywhere = _number(stated.config.get("max_db_connections"))
    for database, declared in service.databases.items():
        own = stated.databases.get(database, language.Pool())
        size = (own.pool_size or stated.default_pool_size) + stated.reserve_pool_size
        users = who_connects(service, declared)
        bound = own.max_db_connections or everywhere or size * len(users)
        total += min(bound, size * len(users))
        for role in users:
            roles[role] = roles.get(role, 0) + min(bound, size)
    return total, roles


def _number(value: object) -> int:
    """Return a setting as a number, 0 (no limit) when it is none."""
    return int(str(value)) if str(value).isdecimal() else 0


def who_connects(service: spec.Postgres, database: spec.PostgresDatabase) -> tuple[str, ...]:
    """Return the roles that can log in and may connect to a database, itself or by a group."""
    named = {database.owner, *database.connect, *database.create, *database.temporary}
    for schema in database.schemas.values():
        named |= {*schema.readers, *schema.writers, schema.owner or database.owner}
    return tuple(
        sorted(
            name
            for name, role in service.roles.items()
            if role.password is not None and named & _groups(service, name)
        )
    )


def _groups(service: spec.Postgres, role: str) -> set[str]:
    """Return a role with all groups that it is in."""
    found: set[str] = set()
    open_ = [role]
    while open_:
        each = open_.pop()
        if each not in found:
            found.add(each)
            stated = service.roles.get(each)
            open_ += [group.role for group in stated.memberships] if stated else ()
    return found


def _workload(
    name: str, service: spec.Postgres, stated: language.Pooler, context: Context
) -> Workload:
    namespace, place = context.namespace(service), service_origin(name, COMPONENT)
    own = f"{name}-{COMPONENT}"
    config = Config(own, config_files(name, namespace, service, stated, context.templates))
    key = secret_key(str(stated.password), (*place, "password"))
    checking = client(name, service)
    return Workload(
        name=own, namespace=namespace, service=name, app="postgres", component=COMPONENT,
        version=stated.version, controller=Deployment(replicas=stated.replicas),
        pod=Pod(
            containers=(_container(stated, key.key, name, checking), _exporter(stated, name)),
            user=_USER, group=_GROUP, fs_group=_GROUP, grace=60,
            volumes=(
                Volume("config", ConfigFiles(config.name)),
                Volume("password", SecretFiles(key.secret, (key.key,), key.origin)),
                Volume("socket", EmptyDir(size=_MIB)),
                Volume("users", EmptyDir(size=_MIB, memory=True)),
                *checking.volumes,
            ),
        ),
        exposures=(exposure(own, (PORT,)),), configs=(config,),
        scrape=Scrape(port=METRICS.number, job=own), origin=place,
    )  # fmt: skip


def image(stated: language.Pooler) -> str:
    """Return the image of PgBouncer."""
    return stated.image or f"ghcr.io/cloudnative-pg/pgbouncer:{stated.version}"


def _container(stated: language.Pooler, key: str, name: str, checking: Client) -> Container:
    place = service_origin(name, COMPONENT)
    return Container(
        name="pgbouncer",
        image=image(stated),
        command=("/bin/sh", f"{_CONFIG}/pgbouncer.sh"),
        env=(
            Env("PASSWORD_FILE", f"{SECRETS}/{COMPONENT}/{key}"),
            Env("SETTINGS", f"{_CONFIG}/pgbouncer.ini"),
            Env("USERS", f"{_USERS}/userlist.txt"),
        ),
        ports=(PORT,),
        mounts=(
            Mount("config", _CONFIG, read_only=True),
            Mount("password", f"{SECRETS}/{COMPONENT}", read_only=True),
            Mount("socket", _SOCKET),
            Mount("users", _USERS),
            *checking.mounts,
        ),
        resources=stated_resources(stated.resources, _DEFAULT, (*place, "resources")),
        # It is ready without the server: clients wait for it in PgBouncer.
        readiness=Probe(handler=TcpSocket(PORT.number), period=5),
        liveness=Probe(handler=TcpSocket(PORT.number), period=20, failures=6),
        stop=("/bin/sh", "-c", _STOP), origin=place,
    )  # fmt: skip


def _exporter(stated: language.Pooler, name: str) -> Container:
    exporter = stated.exporter
    place = service_origin(name, COMPONENT, "exporter")
    amounts = stated_resources(exporter.resources, _EXPORTER, (*place, "resources"))
    target = {
        "host": _SOCKET, "port": PORT.number, "user": _STATS, "dbname": CONSOLE,
        "sslmode": "disable",
    }  # fmt: skip
    return Container(
        name="exporter",
        image=exporter.image
        or f"quay.io/prometheuscommunity/pgbouncer-exporter:v{exporter.version}",
        args=(
            f"--pgBouncer.connectionString={' '.join(f'{k}={v}' for k, v in target.items())}",
            f"--web.listen-address=:{METRICS.number}",
        ),
        ports=(METRICS,), mounts=(Mount("socket", _SOCKET),), env=memory_limit(amounts),
        resources=amounts, readiness=Probe(handler=HttpGet("/", METRICS.number)),
        liveness=Probe(handler=TcpSocket(METRICS.number), period=20, failures=6), origin=place,
    )  # fmt: skip


def config_files(
    name: str,
    namespace: str,
    service: spec.Postgres,
    stated: language.Pooler,
    templates: Templates,
) -> tuple[tuple[str, str], ...]:
    """Return the start script, pgbouncer.ini and the file that says who may log in from where."""
    server = {"host": service_host(name, namespace), "port": SERVER_PORT}
    databases = [
        {"name": each, "connection": _pairs({**server, **_pool(stated, each)})}
        for each in sorted(service.databases)
    ]
    lookup = {**server, "dbname": spec.SUPERUSER, "pool_size": LOOKUP_POOL}
    ini = templates.text(
        "kinds/postgres/pgbouncer.ini.j2",
        databases=databases, lookup={"name": LOOKUP, "connection": _pairs(lookup)},
        settings=sorted(settings(service, stated).items()),
    )  # fmt: skip
    hba = templates.text("kinds/postgres/pgbouncer_hba.conf.j2", stats=_STATS, lookup=LOOKUP)
    script = templates.text("kinds/postgres/pgbouncer.sh.j2", role=stated.role, stats=_STATS)
    return (("pgbouncer.ini", ini), ("pgbouncer.sh", script), ("pgbouncer_hba.conf", hba))


def decided(stated: language.Pooler) -> Mapping[str, object]:
    """Return the settings that platc decides, and those that have a word of their own."""
    words = {
        "pool_mode": stated.pool_mode,
        "max_client_conn": stated.max_client_conn,
        "default_pool_size": stated.default_pool_size,
        "reserve_pool_size": stated.reserve_pool_size,
        "max_prepared_statements": stated.max_prepared_statements,
        "query_wait_timeout": int(stated.query_wait_timeout.total_seconds()),
    }
    return {
        "listen_addr": "*",
        "listen_port": PORT.number,
        "unix_socket_dir": _SOCKET,
        "auth_type": "hba",
        "auth_hba_file": f"{_CONFIG}/pgbouncer_hba.conf",
        "auth_file": f"{_USERS}/userlist.txt",
        "auth_user": stated.role,
        "auth_dbname": LOOKUP,
        "auth_query": f"SELECT name, password FROM {_SCHEMA}.lookup($1)",  # noqa: S608
        "stats_users": _STATS,
        **words,
    }


def settings(service: spec.Postgres, stated: language.Pooler) -> dict[str, object]:
    """Return the section ``[pgbouncer]``: the user's own settings over the generated ones."""
    generated: dict[str, object] = {
        # Probes open a connection every few seconds.
        "log_connections": 0,
        "log_disconnections": 0,
        "tcp_keepalive": 1,
    }
    if service.major >= _REPORTS_SEARCH_PATH and stated.release >= _KEEPS_IT_SAFELY:
        generated["track_extra_parameters"] = "IntervalStyle, search_path"
    own = {k: int(v) if isinstance(v, bool) else v for k, v in stated.config.items()}
    ignored = dict.fromkeys([_ALWAYS_IGNORED, *_words(own.pop("ignore_startup_parameters", ""))])
    return {
        **generated, **own, "ignore_startup_parameters": ", ".join(ignored),
        **decided(stated), **_tls(service),
    }  # fmt: skip


def _tls(service: spec.Postgres) -> dict[str, object]:
    """Return how PgBouncer checks the certificate of a server that has one."""
    if service.tls is None:
        return {}
    return {"server_tls_sslmode": "verify-full", "server_tls_ca_file": f"{FOLDER}/{CA}"}


_REPORTS_SEARCH_PATH = 18
"""Since this major the server tells its clients of ``search_path``: PgBouncer can keep the value
that a client asks for, and refuses it with older servers (release notes of 18; config.md)."""
_KEEPS_IT_SAFELY = (1, 24)
"""The query for passwords names its function with its schema, so that a client's ``search_path``
cannot lead to another one (CVE-2025-12819)."""


def _words(value: object) -> list[str]:
    return [word for word in str(value).replace(",", " ").split() if word]


def _pool(stated: language.Pooler, database: str) -> dict[str, object]:
    own = stated.databases.get(database)
    if own is None:
        return {}
    named = {
        "pool_mode": own.pool_mode,
        "pool_size": own.pool_size,
        "max_db_connections": own.max_db_connections,
    }
    return {key: value for key, value in named.items() if value is not None}


def _pairs(values: Mapping[str, object]) -> str:
    return " ".join(f"{key}={value}" for key, value in values.items())


def _alerts(owner: Owner, workload: Workload) -> tuple[Alert, ...]:
    """Return alerts on clients that wait, on a pod that is nearly full, and on a lost console."""
    job = f'{{job="{workload.name}"}}'
    pool = f'{{job="{workload.name}",instance="a",database="shop",user="app"}}'
    one = f'{{job="{workload.name}",instance="a"}}'
    waits = "pgbouncer_pools_client_maxwait_seconds"
    used, most = "pgbouncer_used_clients", "pgbouncer_config_max_client_connections"
    title = "".join(part.capitalize() for part in workload.name.split("-"))
    return (
        owner.alert(
            f"{title}ClientsWait", f"{waits}{job} > 10", "warning",
            f"Clients of {workload.name} wait for a connection",
            "A client has waited {{ $value | humanizeDuration }} for the pool of "
            "{{ $labels.user }} in {{ $labels.database }}: look for long transactions, or give "
            "the pool more connections.",
            RuleTest(((f"{waits}{pool}", "30"),), ((f"{waits}{pool}", "10"),)), minutes=5,
        ),
        owner.alert(
            f"{title}NearlyFull", f"{used}{job} / {most}{job} > 0.8", "warning",
            f"{workload.name} is nearly out of places for clients",
            "{{ $value | humanizePercentage }} of max_client_conn is taken; PgBouncer refuses "
            "clients beyond it.",
            RuleTest(
                ((f"{used}{one}", "81"), (f"{most}{one}", "100")),
                ((f"{used}{one}", "80"), (f"{most}{one}", "100")),
            ), minutes=10,
        ),
        owner.alert(
            f"{title}Down", f"pgbouncer_up{job} == 0", "critical",
            f"{workload.name} does not answer its exporter",
            "PgBouncer on {{ $labels.instance }} has not answered for 2 minutes.",
            RuleTest(((f"pgbouncer_up{one}", "0"),), ((f"pgbouncer_up{one}", "1"),)), minutes=2,
            liveness=True,
        ),
    )  # fmt: skip
