"""The budget of sessions: pools against an oracle, and clients as their objects count them."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.budget.sessions import accounts
from platc_compiler.lower.postgres.pooler import LOOKUP_POOL, full_pools
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from platc_spec.kinds.postgres import Postgres

ROLES = ("a", "b", "c", "group")
_names = st.sampled_from(ROLES)
_some = st.lists(_names, max_size=2, unique=True)
_size = st.integers(1, 30)


@st.composite
def services(draw: st.DrawFn) -> dict[str, Any]:
    """Return a server with databases, schemas, groups and pools, as platform.yaml has it."""
    roles: dict[str, Any] = {
        name: {"member_of": [g for g in draw(_some) if g > name]} for name in ROLES
    }
    for name in draw(st.lists(_names, max_size=4, unique=True)):
        roles[name]["password"] = f"pg/{name}"
    databases = {}
    pools = {}
    for name in draw(st.lists(st.sampled_from(["x", "y", "z"]), max_size=3, unique=True)):
        schemas = (
            {"s": {"readers": draw(_some), "writers": draw(_some)}} if draw(st.booleans()) else {}
        )
        databases[name] = {"owner": draw(_names), "schemas": schemas}
        pools[name] = {
            key: draw(_size) for key in ("pool_size", "max_db_connections") if draw(st.booleans())
        }
    return {
        "kind": "postgres", "storage": "1Gi", "superuser_password": "pg/superuser",
        "roles": roles, "databases": databases,
        "pooler": {
            "password": "pg/pooler", "databases": pools, "default_pool_size": draw(_size),
            "reserve_pool_size": draw(st.integers(0, 5)),
        },
    }  # fmt: skip


def _reaches(service: dict[str, Any], role: str, wanted: set[str]) -> bool:
    groups = service["roles"][role]["member_of"]
    return role in wanted or any(_reaches(service, group, wanted) for group in groups)


def _named(database: dict[str, Any]) -> set[str]:
    lists = [[database["owner"]]]
    for schema in database["schemas"].values():
        lists += [schema["readers"], schema["writers"]]
    return {name for each in lists for name in each}


@given(services())
def test_full_pools_are_those_of_every_pair_within_the_limit_of_its_database(
    service: dict[str, Any],
) -> None:
    """The oracle opens sessions one by one, as long as the pool and the database have room."""
    pooler = service["pooler"]
    opened: dict[tuple[str, str], int] = {}
    for (name, database), role in product(service["databases"].items(), ROLES):
        if "password" in service["roles"][role] and _reaches(service, role, _named(database)):
            own = pooler["databases"][name]
            room = own.get("pool_size", pooler["default_pool_size"]) + pooler["reserve_pool_size"]
            taken = sum(count for (where, _), count in opened.items() if where == name)
            while opened.get((name, role), 0) < room and taken < own.get(
                "max_db_connections", 9999
            ):
                opened[name, role] = opened.get((name, role), 0) + 1
                taken += 1
    stated = Postgres.model_validate(service)
    assert stated.pooler is not None
    total, roles = full_pools(stated, stated.pooler)
    assert total == sum(opened.values()) + LOOKUP_POOL
    for role in ROLES:
        assert roles.get(role, 0) >= sum(n for (_, who), n in opened.items() if who == role)


PLATFORM = """
platform: shop
version: 1
cluster:
  nodes:
    main: { memory: 64Gi, cpu: 32 }
    b: { memory: 64Gi, cpu: 32 }
    c: { memory: 64Gi, cpu: 32 }
namespaces: { data: {} }
secrets: { pg: { keys: [superuser, app, pooler, airflow, fernet, session, jwt, admin] } }
services:
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app }, airflow: { password: pg/airflow } }
    databases: { shop: { owner: app }, airflow: { owner: airflow } }
    config: { max_connections: 1000 }
    pooler: { password: pg/pooler, replicas: 2, databases: { airflow: { pool_size: 1 } } }
  airflow:
    kind: airflow
    version: VERSION
    database: db/airflow
    keys: { fernet: pg/fernet, session: pg/session, jwt: pg/jwt }
    admin: { password: pg/admin }
    config: { core: { parallelism: 7 }, database: { sql_alchemy_pool_size: 2 }, SECTION }
  web:
    { kind: workload, image: "example/web:1", replicas: 3, depends_on: ["db:pooler", db],
      sessions: { "db:pooler": 11, db: 4 } }
  agent: { kind: workload, image: "example/agent:1", controller: DaemonSet, depends_on: [db] }
  nightly:
    { kind: workload, image: "example/job:1", schedule: "@daily", depends_on: [db],
      sessions: { db: 5 } }
"""


def _counted(version: str, section: str) -> dict[str, dict[str, tuple[int, int]]]:
    text = PLATFORM.replace("VERSION", version).replace("SECTION", section)
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    assert result.platform is not None
    return {
        account.limit.port: {each.name: (each.pods, each.each) for each in account.clients}
        for account in accounts(result.platform)
    }


def test_every_client_of_a_server_is_counted_with_all_of_its_pods() -> None:
    found = _counted("3.3.2", "triggerer: {}")
    assert found["pooler"] == {"web": (3, 11)}
    direct = found["sql"]
    assert {name: direct[name] for name in ("web", "agent", "nightly", "db-bootstrap")} == {
        "web": (3, 4), "agent": (2, 1), "nightly": (1, 5), "db-bootstrap": (1, 1),
    }  # fmt: skip
    assert direct["db-pooler"] == (2, 20 + 1 + 2)


def test_airflow_3_has_a_pool_in_each_process_and_two_in_its_api_server() -> None:
    found = _counted("3.3.2", "api: { workers: 3 }")["sql"]
    assert {name: each for name, (_, each) in found.items() if name.startswith("airflow")} == {
        "airflow-api-server": 3 * 2 * 12, "airflow-scheduler": 12, "airflow-dag-processor": 13,
        "airflow-triggerer": 13, "airflow-migration": 2,
    }  # fmt: skip


def test_airflow_2_has_pools_of_parsers_too_and_sessions_of_tasks() -> None:
    found = _counted("2.11.2", "scheduler: { parsing_processes: 3 }, webserver: { workers: 2 }")[
        "sql"
    ]
    assert found["airflow-webserver"][1] == 2 * 12
    assert found["airflow-scheduler"][1] == (1 + 1 + 3) * 12
    assert found["airflow-worker"] == (7, 2)
    assert "airflow-dag-processor" not in found


def test_without_a_pooler_no_budget_of_sessions_is_kept() -> None:
    text = PLATFORM.replace("VERSION", "3.3.2").replace("SECTION", "api: {}")
    text = "\n".join(line for line in text.splitlines() if "pooler:" not in line)
    text = text.replace('"db:pooler", ', "").replace('"db:pooler": 11, ', "")
    text = text.replace("keys: [superuser, app, pooler,", "keys: [superuser, app,")
    result = compile_platform(Source(text.replace("depends_on: [db]", "depends_on: [db]")))
    assert result.platform is not None
    assert not accounts(result.platform)
    assert "Connections to" not in result.files["report/budget.md"]
