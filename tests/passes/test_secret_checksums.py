"""What starts anew, and what runs again, when a value is sealed again."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.objects.secret_checksums import ANNOTATION
from platc_compiler.pipeline import compile_platform, read, specify
from platc_compiler.seal.declarations import declarations
from platc_compiler.seal.run import seal
from platc_compiler.seal.secret_value import SecretValue
from platc_compiler.source.source import Source
from tests.seal.controller import make_controller
from tests.sources import beside

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 64Gi, cpu: 32 } } }
namespaces: { shop: {} }
secrets:
  pg: { keys: [superuser, app, id, key] }
  es: { keys: [elastic, fluentd] }
  airflow: { keys: [fernet, session, jwt, db, admin] }
  web: { keys: [token, file, other] }
  pull: { keys: [.dockerconfigjson], type: kubernetes.io/dockerconfigjson }
  patched: { keys: [a, b] }
  task: { keys: [x] }
services:
  s3: { kind: external, address: { host: s3.example.com }, ports: { https: 443 } }
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app }, airflow: { password: airflow/db } }
    databases: { app: { owner: app }, airflow: { owner: airflow } }
    backup:
      schedule: "@daily"
      to: s3
      bucket: s3://copies
      region: eu-central-1
      credentials: { access_key_id: pg/id, secret_access_key: pg/key }
  logs:
    kind: elasticsearch
    storage: 1Gi
    passwords: { elastic: es/elastic, fluentd: es/fluentd }
  airflow:
    kind: airflow
    version: 3.3.2
    database: db/airflow
    keys: { fernet: airflow/fernet, session: airflow/session, jwt: airflow/jwt }
    admin: { password: airflow/admin }
  env: { kind: workload, image: "example/a:1", ports: { http: 80 }, env: { T: "${web/token}" } }
  files:
    { kind: workload, image: "example/a:1", ports: { http: 80 }, secret_files: { /f: web/file } }
  pulls: { kind: workload, image: "example/a:1", ports: { http: 80 } }
  more: { kind: workload, image: "example/a:1", ports: { http: 80 }, env: { T: "${web/token}" } }
  plain: { kind: workload, image: "example/a:1", ports: { http: 80 } }
  nightly: { kind: workload, image: "example/a:1", schedule: "@daily", env: { T: "${web/other}" } }
pipelines:
  p:
    runs_on: airflow
    start: 2026-01-01
    tasks: { t: { image: "example/t:1", env: { X: "${task/x}" } } }
patches:
  - target: { kind: Deployment, name: pulls }
    merge: { spec: { template: { spec: { imagePullSecrets: [{ name: pull }] } } } }
  - target: { kind: Deployment, name: more }
    json:
      - op: add
        path: /spec/template/spec/volumes/-
        value: { name: p, secret: { secretName: patched, items: [{ key: a, path: a }] } }
"""
CONTROLLER = make_controller()


def _sealed(before: str | None = None, **again: str) -> str:
    """Return sealed-secrets.yaml with every value, or with one key of a secret sealed again."""
    specified = specify(read(Source(PLATFORM)))
    assert specified.spec is not None, specified.diagnostics
    declared = declarations(specified.spec)
    keys = {each.name: each.keys for each in declared}
    keys = {name: (key,) for name, key in again.items()} or keys
    values = {name: {key: SecretValue(b"value") for key in each} for name, each in keys.items()}
    return seal(declared, CONTROLLER.certificate, before, values, part_of="shop").text


FIRST = _sealed()


def _objects(sealed: str | None) -> dict[str, dict[str, Any]]:
    result = compile_platform(Source(PLATFORM, beside=beside(sealed)))
    assert not result.failed, result.diagnostics
    objects = [yaml.safe_load(t) for p, t in result.files.items() if p.startswith("manifests/")]
    return {f"{each['kind']}/{each['metadata']['name']}": each for each in objects}


def _templates(objects: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found = {}
    for name, body in objects.items():
        spec = body.get("spec") or {}
        job = spec.get("jobTemplate") or body
        template = job["spec"].get("template") if "spec" in job else None
        if template and not name.startswith("SealedSecret"):
            found[name] = template
    return found


def _without_digest(name: str) -> str:
    return name.rpartition("-")[0] if name.startswith("Job/") else name


BEFORE = _templates(_objects(FIRST))


@pytest.mark.parametrize(
    ("secret", "key", "rolled"),
    [
        ("web", "token", {"Deployment/env", "Deployment/more"}),
        ("web", "file", {"Deployment/files"}),
        ("web", "other", {"CronJob/nightly"}),
        ("pull", ".dockerconfigjson", {"Deployment/pulls"}),
        ("patched", "a", {"Deployment/more"}),
        ("patched", "b", set()),
        ("task", "x", set()),
        ("pg", "app", {"Job/db-bootstrap"}),
        ("pg", "id", {"CronJob/db-backup"}),
        ("pg", "superuser", {"StatefulSet/db", "CronJob/db-backup", "Job/db-bootstrap"}),
        ("es", "fluentd", {"Job/logs-setup"}),
        ("es", "elastic", {"StatefulSet/logs", "Job/logs-setup"}),
        ("airflow", "admin", {"Job/airflow-migration"}),
    ],
)
def test_who_reads_a_value_that_was_sealed_again_starts_anew_and_nobody_else(
    secret: str, key: str, rolled: set[str]
) -> None:
    after = _templates(_objects(_sealed(FIRST, **{secret: key})))
    changed = {name for name in after if name not in BEFORE or after[name] != BEFORE[name]}
    assert set(map(_without_digest, changed)) == rolled
    assert {name for name in changed if name.startswith("Job/")}.isdisjoint(BEFORE)


def test_every_role_of_a_database_gets_its_new_password_by_the_job_that_runs_again() -> None:
    after = _objects(_sealed(FIRST, airflow="db"))
    changed = set(map(_without_digest, after.keys() - _objects(FIRST).keys()))
    assert changed == {"Job/db-bootstrap", "Job/airflow-migration"}


def test_sealing_what_nobody_reads_or_the_same_file_again_changes_no_pod() -> None:
    assert _templates(_objects(FIRST)) == BEFORE


def test_the_checksum_tells_nothing_of_the_value_and_is_there_only_with_a_sealed_value() -> None:
    unsealed = _templates(_objects(None))
    stated = [each.get("metadata", {}).get("annotations", {}) for each in unsealed.values()]
    assert not [each for each in stated if ANNOTATION in each]
    # The same value, sealed twice, has two checksums: nothing can be guessed from them.
    twice = _templates(_objects(_sealed()))
    first, second = (each["Deployment/env"]["metadata"]["annotations"] for each in (BEFORE, twice))
    assert first[ANNOTATION] != second[ANNOTATION]


def test_sealed_secrets_are_applied_before_the_pods_that_read_them() -> None:
    result = compile_platform(Source(PLATFORM, beside=beside(FIRST)))
    paths = sorted(path for path in result.files if path.startswith("manifests/"))
    last = max(index for index, path in enumerate(paths) if "/sealedsecret-" in path)
    first = min(index for index, path in enumerate(paths) if "/50-workloads/" in path)
    assert last < first


def test_the_template_of_worker_pods_carries_the_checksum_of_what_they_read() -> None:
    text = PLATFORM.replace("version: 3.3.2", "version: 2.10.5").replace(", jwt: airflow/jwt", "")
    text = text.replace("session, jwt, db", "session, db")

    def template(sealed: str) -> str:
        result = compile_platform(Source(text, beside=beside(sealed)))
        assert not result.failed, result.diagnostics
        return result.files["pod-templates/airflow.yaml"]

    assert template(FIRST) != template(_sealed(FIRST, airflow="fernet"))
