"""``${services.NAME.host}`` becomes what the service has."""

from __future__ import annotations

from typing import Any

import yaml

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.beside import InMemory
from platc_compiler.source.source import Source

PLATFORM = """\
platform: demo
version: 1
cluster: { nodes: { main: { memory: 16GB, cpu: 8 } } }
namespaces: { shop: {}, data: {} }
secrets: { db: { namespace: [shop, data], keys: [superuser, app] } }
services:
  postgres:
    kind: postgres
    namespace: data
    storage: 1Gi
    superuser_password: db/superuser
    databases: { app: { owner: writer } }
    roles: { writer: { password: db/app } }
  queue:
    kind: external
    address: { host: queue.example.com, cidrs: [203.0.113.7/32] }
    ports: { admin: 443, amqp: 5671 }
  web:
    kind: workload
    namespace: shop
    image: example.com/web:1.0
    command: [/web, "--db=${services.postgres.databases.app.url}"]
    env:
      HOST: "${services.postgres.host}"
      PORT: "${services.postgres.port}"
      PASSWORD: "${services.postgres.databases.app.password}"
      USER: "${services.postgres.databases.app.user}@${services.postgres.namespace}"
      QUEUE: "amqps://${services.queue.address}"
      NOT: "$${services.postgres.host}"
    files:
      /etc/web.conf: "h = ${services.postgres.host}\\nl = $${services.no.thing} $$\\n"
      /etc/more.conf: { file: more.conf }
    init: { wait: { args: ["${services.postgres.address}"] } }
    depends_on: [postgres, "queue:amqp"]
"""


def _objects() -> dict[str, Any]:
    beside = InMemory({"more.conf": "p = ${services.queue.ports.amqp}\n"})
    result = compile_platform(Source(PLATFORM, beside=beside))
    assert not result.failed, as_text(result.diagnostics)
    deployment = yaml.safe_load(result.files["manifests/50-workloads/shop/deployment-web.yaml"])
    files = yaml.safe_load(result.files["manifests/30-config/shop/configmap-web-files.yaml"])
    pod = deployment["spec"]["template"]["spec"]
    return {"main": pod["containers"][0], "init": pod["initContainers"][0], "files": files["data"]}


def test_each_placeholder_is_what_the_service_has() -> None:
    found = _objects()
    env = {each["name"]: each.get("value", each.get("valueFrom")) for each in found["main"]["env"]}
    assert env == {
        "HOST": "postgres.data.svc",
        "PORT": "5432",
        "PASSWORD": {"secretKeyRef": {"name": "db", "key": "app"}},
        "USER": "writer@data",
        # The port that is depended on, not the first.
        "QUEUE": "amqps://queue.example.com:5671",
        # Kubernetes makes one dollar of two.
        "NOT": "$${services.postgres.host}",
    }
    assert found["main"]["command"] == [
        "/web",
        "--db=postgresql://writer@postgres.data.svc:5432/app",
    ]
    assert found["init"]["args"] == ["postgres.data.svc:5432"]


def test_files_are_filled_in_and_keep_every_other_dollar() -> None:
    assert _objects()["files"] == {
        "etc.web.conf": "h = postgres.data.svc\nl = ${services.no.thing} $$\n",
        "etc.more.conf": "p = 5671\n",
    }


def test_tasks_are_filled_in_with_the_edges_of_their_own() -> None:
    tasks = """\
    airflow: { kind: airflow, namespace: shop, database: postgres/app, version: 3.3.2,
      keys: { fernet: db/app, session: db/app, jwt: db/app },
      dags: { git: { repo: "https://git.example.com/dags.git", ref: main } } }
pipelines:
  nightly:
    runs_on: airflow
    schedule: "0 1 * * *"
    start: 2026-01-01
    tasks:
      load:
        image: example.com/load:1.0
        env: { QUEUE: "${services.queue.port}" }
        depends_on: [queue:admin]
"""
    text = PLATFORM + tasks.replace("    airflow:", "  airflow:", 1)
    beside = InMemory({"more.conf": "p\n"})
    result = compile_platform(Source(text, beside=beside))
    assert not result.failed, as_text(result.diagnostics)
    assert "'QUEUE': '443'" in "".join(result.dags.values()).replace('"', "'")
    without = compile_platform(
        Source(text.replace("        depends_on: [queue:admin]\n", ""), beside=beside)
    )
    assert [each.code for each in without.diagnostics if each.severity == "error"] == ["PLT320"]


def test_the_name_of_a_role_is_encoded_in_a_url() -> None:
    text = PLATFORM.replace("owner: writer", "owner: 'o@b/c d'").replace(
        "roles: { writer:", "roles: { 'o@b/c d':"
    )
    result = compile_platform(Source(text, beside=InMemory({"more.conf": ""})))
    assert not result.failed, as_text(result.diagnostics)
    deployment = result.files["manifests/50-workloads/shop/deployment-web.yaml"]
    assert "postgresql://o%40b%2Fc%20d@postgres.data" in deployment
