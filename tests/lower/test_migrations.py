"""The files of migrations, and who waits for them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.lower.postgres.migration_files import MigrationFile
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import InMemory
from platc_compiler.source.source import Source

TEXT = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { data: {} }
secrets: { pg: { keys: [superuser, shop, reports] } }
services:
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: pg/superuser
    roles: { shop: { password: pg/shop }, reports: { password: pg/reports } }
    databases: { shop: { owner: shop, schemas: { orders: {}, stock: {} } } }
    migrations: { orders: { database: shop, schema: orders, folder: migrations/orders } }
  web: { kind: workload, image: "example.com/web:1", depends_on: [db], ENV }
"""


def compiled(files: dict[str, str], env: str = "env: {}") -> Result:
    beside = InMemory({f"migrations/orders/{name}": text for name, text in files.items()})
    return compile_platform(Source(TEXT.replace("ENV", env), beside=beside))


def pod_of_web(result: Result) -> dict[str, Any]:
    text = result.files["manifests/50-workloads/data/deployment-web.yaml"]
    pod: dict[str, Any] = yaml.safe_load(text)["spec"]["template"]["spec"]
    return pod


def test_a_schema_of_another_is_told_at_the_line_of_the_file() -> None:
    text = "SELECT 1;\n\n  DROP TABLE stock.items;\n"
    result = compiled({"V1__a.sql": "SELECT 1", "deep/V2__b.sql": text})
    told = as_text([each for each in result.diagnostics if each.code == "PLT759"])
    assert "--> migrations/orders/deep/V2__b.sql:3:14" in told
    assert "\n3 |   DROP TABLE stock.items;\n  |              ^^^^^ move it" in told


def test_the_name_of_the_job_changes_with_a_file() -> None:
    def jobs(files: dict[str, str]) -> set[str]:
        return {path for path in compiled(files).files if "job-db-migrate-orders" in path}

    first = jobs({"V1__a.sql": "SELECT 1"})
    assert len(first) == 1
    assert first == jobs({"V1__a.sql": "SELECT 1"})
    assert first.isdisjoint(jobs({"V1__a.sql": "SELECT 2"}))


def test_only_users_of_the_schema_wait() -> None:
    files = {"V1__a.sql": "SELECT 1"}
    waits = pod_of_web(compiled(files, 'env: { PGPASSWORD: "${pg/shop}" }'))["initContainers"]
    assert [each["name"] for each in waits] == ["wait-orders"]
    # A role without rights in the schema, and no password at all.
    for env in ('env: { PGPASSWORD: "${pg/reports}" }', "env: {}"):
        assert "initContainers" not in pod_of_web(compiled(files, env))


@pytest.mark.parametrize(
    ("name", "version"),
    [("V1__a.sql", (1,)), ("V1.0__a.sql", (1,)), ("V01_2__a b.sql", (1, 2)), ("R__a.sql", None),
     ("V0__a.sql", (0,)), ("V20260131.1200__a.sql", (20260131, 1200))],
)  # fmt: skip
def test_a_version_is_read_as_flyway_reads_it(name: str, version: tuple[int, ...] | None) -> None:
    file = MigrationFile(name, None, "")
    assert file.runs
    assert file.version == version


@pytest.mark.parametrize(
    "name", ["v1__a.sql", "V1_a.sql", "V__a.sql", "V1__.sql", "a.sql", "r__a.sql"]
)
def test_other_names_are_not_run(name: str) -> None:
    assert not MigrationFile(name, None, "").runs
