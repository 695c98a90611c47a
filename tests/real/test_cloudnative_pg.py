"""What CloudNativePG is told, before a real API server and a real PostgreSQL.

The operator itself is in no registry. Its part is played by what its sources do: the pods that it
makes (pkg/specs/pods.go, jobs.go, pgbouncer/deployments.go), the statements that it runs, and the
comparison of roles (internal/management/controller/roles) of its release 1.30.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.real.control_plane import control_plane, wait
from tests.real.installed import Installed, install
from tests.real.postgres_bootstrap import config_maps, run
from tests.real.postgres_server import Server, server
from tests.tools import ROOT

pytestmark = pytest.mark.e2e

Object = dict[str, Any]
PLATFORMS = (
    ROOT / "examples/cloudnative-pg/platform.yaml",
    ROOT / "tests/golden/platforms/cloudnative-pg.yaml",
)
DELAYS = {"pod-ready": (200, 500), "pod-delete": (200, 500), "pod-complete": (20000, 20000)}


@pytest.fixture(scope="module", params=PLATFORMS, ids=("example", "golden"))
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installed]:
    with control_plane(DELAYS) as plane:
        yield install(plane, request.param, tmp_path_factory.mktemp("out"))


def test_every_object_is_admitted_without_a_warning(installed: Installed) -> None:
    applied = installed.applied
    assert applied.returncode == 0, applied.stderr
    assert applied.stderr == ""
    kinds = [body["kind"] for body in installed.of_kind("Cluster", "Database")]
    assert kinds.count("Cluster") == 1
    assert len(kinds) > 1


def test_the_pods_of_the_operator_are_admitted_and_find_nodes(installed: Installed) -> None:
    (cluster,) = installed.of_kind("Cluster")
    namespace = cluster["metadata"]["namespace"]
    made = [*_instances(cluster), *map(_pooler, installed.of_kind("Pooler"))]
    assert len(made) > 1
    for pod in made:
        # The quota, the limits and Pod Security judge it here.
        installed.plane.create(f"/api/v1/namespaces/{namespace}/pods", pod)
    names = {pod["metadata"]["name"] for pod in made}

    def waiting() -> list[str]:
        found = {pod["metadata"]["name"]: pod for pod in installed.pods()}
        return sorted(name for name in names if "nodeName" not in found[name]["spec"])

    wait(lambda: not waiting(), 60, waiting)
    assert installed.refused_by_quota() == []


def _instances(cluster: Object) -> Iterator[Object]:
    spec, name = cluster["spec"], cluster["metadata"]["name"]
    for number in range(1, spec["instances"] + 1):
        labels = {"cnpg.io/cluster": name, "cnpg.io/podRole": "instance"}
        chosen = {key: spec["affinity"].get(key) for key in ("nodeSelector", "tolerations")}
        yield _pod(
            f"{name}-{number}", labels, spec["resources"], 26,
            {key: value for key, value in chosen.items() if value},
        )  # fmt: skip


def _pooler(pooler: Object) -> Object:
    template = pooler["spec"]["template"]["spec"]
    (container,) = template["containers"]
    labels = {"cnpg.io/poolerName": pooler["metadata"]["name"], "cnpg.io/podRole": "pooler"}
    return _pod(pooler["metadata"]["name"], labels, container["resources"], 998, {})


def _pod(name: str, labels: Object, resources: Object, user: int, more: Object) -> Object:
    safe = {
        "runAsNonRoot": True, "readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False,
        "privileged": False, "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }  # fmt: skip
    one = {"image": "example.com/i:1", "resources": resources, "securityContext": safe}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "runAsUser": user, "runAsGroup": user},
            "initContainers": [{"name": "bootstrap-controller", **one}],
            "containers": [{"name": "main", **one}],
            **more,
        },
    }


PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { data: {} }
secrets:
  superuser: { keys: [username, password], type: kubernetes.io/basic-auth }
  pg: { keys: [app, reports] }
services:
  db:
    kind: postgres
    provider: PROVIDER
    storage: 1Gi
    superuser_password: superuser/password
    roles:
      app: { password: pg/app, connections: 9 }
      reports:
        password: pg/reports
        member_of: [readers, { role: pg_monitor, inherit: false }]
        settings: { work_mem: 8MB }
      readers: {}
      changes: { replication: true }
    databases:
      shop:
        owner: app
        connections: 12
        schemas: { orders: { readers: [readers] }, stock: { owner: changes } }
        extensions: { pg_trgm: , hstore: { schema: orders } }
"""
PASSWORDS = {"app": "a'pp", "reports": 're"ports'}


@pytest.fixture
def running() -> Iterator[Server]:
    config = config_maps(PLATFORM.replace("PROVIDER", "platc"))["db-config"]
    with server(config) as found:
        yield found


def told() -> tuple[Object, list[Object]]:
    """Return the specs of the Cluster and of its databases."""
    result = compile_platform(Source(PLATFORM.replace("PROVIDER", "cloudnative-pg")))
    assert not result.failed, result.diagnostics
    bodies = [
        yaml.safe_load(text)
        for path, text in result.files.items()
        if path.startswith("manifests/60-")
    ]
    (cluster,) = (body["spec"] for body in bodies if body["kind"] == "Cluster")
    return cluster, [body["spec"] for body in bodies if body["kind"] == "Database"]


def job(running: Server) -> str:
    """Run the job of roles and rights beside the operator."""
    texts = config_maps(PLATFORM.replace("PROVIDER", "cloudnative-pg"))["db-bootstrap"]
    return run(running, texts, PASSWORDS)


def operator(running: Server) -> None:
    """Run what the operator runs on a server that has none of it yet."""
    cluster, databases = told()
    roles = cluster["managed"]["roles"]
    for role in sorted(roles, key=lambda each: len(each.get("inRoles", ()))):
        login = "LOGIN" if role["login"] else "NOLOGIN"
        replication = "REPLICATION" if role.get("replication") else "NOREPLICATION"
        groups = f" IN ROLE {', '.join(role['inRoles'])}" if role.get("inRoles") else ""
        limit = role.get("connectionLimit", -1)
        running.answer(
            f"CREATE ROLE {role['name']} NOBYPASSRLS NOCREATEDB NOCREATEROLE INHERIT {login}"
            f" {replication} NOSUPERUSER CONNECTION LIMIT {limit}{groups}"
        )
    for database in databases:
        name = database["name"]
        running.answer(f"CREATE DATABASE {name} OWNER {database['owner']}")
        running.answer(f"ALTER DATABASE {name} CONNECTION LIMIT {database['connectionLimit']}")
        for schema in database["schemas"]:
            running.answer(f"CREATE SCHEMA {schema['name']} AUTHORIZATION {schema['owner']}", name)
        for extension in database["extensions"]:
            where = f" SCHEMA {extension['schema']}" if "schema" in extension else ""
            running.answer(f"CREATE EXTENSION {extension['name']}{where}", name)


_LISTED = """
SELECT json_object_agg(rolname, json_build_object(
  'super', rolsuper, 'inherit', rolinherit, 'roles', rolcreaterole, 'databases', rolcreatedb,
  'login', rolcanlogin, 'replication', rolreplication, 'limit', rolconnlimit,
  'bypass', rolbypassrls, 'in', (
    SELECT coalesce(json_agg(pg_get_userbyid(roleid) ORDER BY 1), '[]')
    FROM pg_auth_members WHERE member = pg_roles.oid)))
FROM pg_roles WHERE rolname IN ('app', 'reports', 'readers', 'changes')"""
"""What the operator compares (``List`` in roles/postgres.go)."""


def as_the_operator_wants() -> Mapping[str, Object]:
    cluster, _ = told()
    return {
        role["name"]: {
            "super": False, "inherit": True, "roles": False, "databases": False,
            "login": role["login"], "replication": role.get("replication", False),
            "limit": role.get("connectionLimit", -1), "bypass": False,
            "in": sorted(role.get("inRoles", [])),
        }
        for role in cluster["managed"]["roles"]
    }  # fmt: skip


def listed(running: Server) -> Mapping[str, Object]:
    found: dict[str, Object] = json.loads(running.answer(_LISTED))
    return {name: {**role, "in": sorted(role["in"])} for name, role in found.items()}


_RIGHTS = """
SELECT has_schema_privilege('readers', 'orders', 'USAGE'),
  has_schema_privilege('reports', 'stock', 'USAGE'),
  (SELECT inherit_option FROM pg_auth_members
   WHERE member = 'reports'::regrole AND roleid = 'pg_monitor'::regrole)"""


@pytest.mark.parametrize("first", ["operator", "job"])
def test_the_operator_and_the_job_agree_whoever_comes_first(running: Server, first: str) -> None:
    if first == "operator":
        operator(running)
    job(running)
    # The operator finds nothing to change, and so does the job.
    assert listed(running) == as_the_operator_wants()
    assert not any(word in job(running) for word in ("ALTER", "CREATE", "GRANT", "REVOKE"))
    assert running.answer(_RIGHTS, "shop") == "t|f|f"
    for role, password in PASSWORDS.items():
        done = running.sql("SELECT 1", user=role, password=password, database="shop")
        assert done.returncode == 0, done.stderr


def test_the_settings_of_the_cluster_are_those_that_a_server_starts_with() -> None:
    cluster, _ = told()
    parameters = cluster["postgresql"]["parameters"]
    lines = [f"{key} = '{value}'" for key, value in parameters.items()]
    # What the operator adds by itself, as far as a test needs it.
    lines += [
        "hba_file = '/etc/postgresql/pg_hba.conf'", "listen_addresses = '*'", "port = 5432",
        "unix_socket_directories = '/var/run/postgresql'",
    ]  # fmt: skip
    hba = "host all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n"
    config = {"postgresql.conf": "\n".join(lines) + "\n", "pg_hba.conf": hba}
    with server(config) as found:
        pending = found.answer("SELECT name FROM pg_settings WHERE pending_restart")
        assert pending == ""
        assert found.answer("SHOW max_connections") == parameters["max_connections"]
        wrong = found.answer("SELECT name, error FROM pg_file_settings WHERE error IS NOT NULL")
        assert wrong == ""
