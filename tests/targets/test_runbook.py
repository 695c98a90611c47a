from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.sources import own_templates

PLATFORM = """
platform: shop
version: 1
cluster: { distribution: kind, nodes: { main: { memory: 16Gi, cpu: 8 } } }
namespaces: { data: {}, web: {} }
secrets: { db: { namespace: [data, web], keys: [password, app, id, key, fernet, session, jwt] } }
services:
  s3: { kind: external, address: { host: s3.eu-central-1.amazonaws.com }, ports: { https: 443 } }
  kafka:
    kind: external
    address: { service: kafka, namespace: data, replicas: 3 }
    ports: { broker: 9092 }
  rabbit: { kind: external, address: { host: queue.example.com }, ports: { amqp: 5671 } }
  db:
    kind: postgres
    namespace: data
    storage: 1Gi
    superuser_password: db/password
    roles: { app: { password: db/app } }
    databases: { orders: { owner: app }, airflow: { owner: app } }
    backup:
      schedule: "*/30 * * * *"
      to: s3
      bucket: s3://copies/db
      region: eu-central-1
      credentials: { access_key_id: db/id, secret_access_key: db/key }
  api:
    kind: workload
    namespace: web
    image: example/api:1.0
    ports: { http: 8080 }
    replicas: 3
    depends_on: [db]
  nightly:
    kind: workload
    namespace: web
    image: example/job:1.0
    schedule: "@daily"
    depends_on: [db]
  weekly: { kind: workload, namespace: web, image: "example/job:1.0", schedule: "@weekly" }
  airflow:
    kind: airflow
    namespace: web
    version: 3.3.2
    database: db/airflow
    keys: { fernet: db/fernet, session: db/session, jwt: db/jwt }
  alertmanager: { kind: alertmanager, namespace: web }
  mail: { kind: external, address: { host: mail.example.com }, ports: { submission: 587 } }
notifications:
  smtp: { service: mail, from: shop@example.com }
  routes: { default: team, critical: oncall }
  receivers: { team: { email: team@example.com }, oncall: { email: oncall@example.com } }
pipelines:
  daily: { runs_on: airflow, start: 2024-01-01, tasks: { a: { image: "example/a:1" } } }
backup: { schedule: "0 2 * * *", namespaces: [data, web], exclude: [pods], keep: 720h, rpo: 1d }
recovery:
  rto: 4h
  rpo: 1h
  contacts: [Ada, Grace]
  procedures:
    Everything:
      when: The cluster is gone.
      steps:
        - { title: Make it anew, create: cluster }
        - { restore: cluster }
        - { restore: db }
        - { stop: pipelines }
        - { stop: api }
        - { stop: nightly }
        - { stop: kafka }
        - { deploy: platform }
        - { deploy: web }
        - { deploy: api }
        - { replay: kafka }
        - { replay: rabbit }
        - { verify: platform }
        - { verify: db }
        - { verify: api }
        - { verify: alerts }
        - { verify: notifications }
        - { resume: api }
        - { resume: pipelines }
        - { run: ["echo done", "true"] }
"""
RESULT = compile_platform(Source(PLATFORM))
AIRFLOW = ("api-server", "dag-processor", "scheduler", "triggerer")


@pytest.fixture(scope="module")
def text() -> str:
    assert not RESULT.failed, RESULT.diagnostics
    return RESULT.files["runbook/RECOVERY.md"]


def _step(text: str, title: str) -> str:
    return re.split(r"^### \d+\. ", text.partition(f". {title}\n")[2], flags=re.MULTILINE)[0]


def _commands(text: str) -> list[str]:
    return re.findall(r"^```bash\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def test_every_block_of_commands_is_proper_bash(text: str) -> None:
    blocks = _commands(text)
    assert blocks
    for block in blocks:
        done = subprocess.run(
            ["/bin/bash", "-n"], input=block, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{done.stderr}\n{block}"


def test_it_tells_what_was_agreed_and_what_the_backups_give(text: str) -> None:
    assert "| RTO: back within | 4h | |" in text
    assert "| RPO: lost at most | 1h | 50m of a database |" in text
    assert "Call, in this order: Ada, Grace." in text
    assert (
        "| database airflow, orders of db | CronJob data/db-backup | `*/30 * * * *` | 50m |" in text
    )
    assert "Velero Schedule velero/shop-backup | `0 2 * * *` | 1d |" in text


def test_steps_follow_one_another_in_their_order(text: str) -> None:
    assert [int(number) for number in re.findall(r"^### (\d+)\. ", text, re.MULTILINE)] == [
        *range(1, 21)
    ]


def test_every_file_and_object_that_is_named_was_emitted(text: str) -> None:
    files = set(RESULT.files)
    for path in re.findall(r"out/(\S+\.yaml)", text):
        assert path in files, path
    known = {
        (path.split("/")[2], *path.rpartition("/")[2].removesuffix(".yaml").split("-", 1))
        for path in files
        if path.startswith("manifests/") and path.count("/") == 3
    }
    named = re.findall(
        r"kubectl -n (\S+) .*?\b(deployment|statefulset|daemonset|cronjob)[/ ]([a-z0-9-]+)", text
    )
    assert named
    assert set(named) <= known


@pytest.mark.parametrize(
    ("namespace", "kind", "name"),
    [
        ("web", "deployment", "api"),
        ("web", "deployment", "airflow-scheduler"),
        ("web", "cronjob", "nightly"),
        ("data", "cronjob", "db-backup"),
    ],
)
def test_what_uses_a_database_is_gone_till_it_is_restored(
    text: str, namespace: str, kind: str, name: str
) -> None:
    step = _step(text, "Restore db")
    gone = f"kubectl -n {namespace} delete {kind}/{name} --ignore-not-found"
    back = f"-f out/manifests/50-workloads/{namespace}/{kind}-{name}.yaml"
    assert step.index(gone) < step.index("renew orders app") < step.index(back)
    assert "weekly" not in step
    assert step.count("--ignore-not-found") - 1 == step.count("--force-conflicts")


def test_a_restore_ends_with_the_grants_that_a_dump_does_not_hold(text: str) -> None:
    lines = [line for block in _commands(_step(text, "Restore db")) for line in block.splitlines()]
    last = max(index for index, line in enumerate(lines) if line.startswith("renew "))
    assert lines[last + 1] == "bootstrap"


def test_no_database_is_dropped_before_its_dump_is_there(text: str, tmp_path: Path) -> None:
    block = next(b for b in _commands(_step(text, "Restore db")) if "renew()" in b)
    function = block[block.index("renew()") : block.index("bootstrap\nrenew")]
    script = f'STAMP=1\nserver() {{ echo "$@"; }}\n{function}renew orders app'
    asked = []
    for dump in ("", "dump"):
        (tmp_path / "orders-1.dump").write_text(dump)
        done = subprocess.run(
            ["/bin/bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        asked.append([line.partition(" ")[0] for line in done.stdout.splitlines()])
    assert asked == [[], ["dropdb", "createdb", "pg_restore"]]


def test_pipelines_are_paused_and_resumed_where_their_scheduler_is(text: str) -> None:
    where = "kubectl -n web exec deployment/airflow-scheduler -c scheduler -- airflow dags"
    assert f"{where} pause daily" in _step(text, "Stop pipelines")
    assert f"{where} unpause daily" in _step(text, "Resume pipelines")


def test_what_somebody_else_runs_is_theirs_to_stop(text: str) -> None:
    step = _step(text, "Stop kafka")
    assert not _commands(step)
    assert "`kafka` is run by somebody else in the namespace data" in step


def test_kafka_is_read_again_from_the_time_of_the_dump(text: str) -> None:
    step = _step(text, "Replay kafka")
    assert "kubectl -n data exec kafka-0 -- kafka-consumer-groups.sh" in step
    assert "--bootstrap-server kafka.data.svc:9092" in step
    (block,) = _commands(step)
    since = block.partition("SINCE=")[2].splitlines()[0]
    done = subprocess.run(
        ["/bin/bash", "-c", f"STAMP=20261124T223005Z; echo {since}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "2026-11-24T22:30:05.000"


@pytest.mark.parametrize(
    ("before", "stamp"),
    [("20261125T000000Z", "20261124T223005Z"), ("20261124T220000Z", "20261123T223005Z")],
)
def test_the_newest_dump_from_before_the_damage_is_taken(
    text: str, before: str, stamp: str
) -> None:
    block = next(b for b in _commands(_step(text, "Restore db")) if "STAMP=" in b)
    listing = (
        "2026-11-24 22:30:05 1 airflow-20261124T223005Z.dump\n"
        "2026-11-23 22:30:05 1 airflow-20261123T223005Z.dump\n"
    )
    line = next(line for line in block.splitlines() if line.startswith("STAMP="))
    script = f'aws() {{ printf "%s" "{listing}"; }}\nBEFORE={before}\n{line}\necho "$STAMP"'
    done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == stamp


def test_nothing_uses_a_database_between_the_cluster_and_its_restore(
    text: str, tmp_path: Path
) -> None:
    velero, apply, *_ = _commands(_step(text, "Restore cluster"))
    assert "--selector 'app.kubernetes.io/managed-by!=platc'" in velero
    manifests = {path for path in RESULT.files if path.startswith("manifests/")}
    for path in manifests:
        (tmp_path / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / path).touch()
    kubectl = tmp_path / "kubectl"
    kubectl.write_text('#!/bin/bash\nprintf "%s\\n" "$@"\n')
    kubectl.chmod(0o755)
    done = subprocess.run(
        ["/bin/bash", "-c", f"PATH=$PWD:$PATH\n{apply}"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    applied = [
        line.removeprefix("--filename=out/") for line in done.stdout.splitlines() if ".yaml" in line
    ]
    assert applied == sorted(applied)
    assert manifests - set(applied) == {
        "manifests/50-workloads/data/cronjob-db-backup.yaml",
        "manifests/50-workloads/web/cronjob-nightly.yaml",
        "manifests/50-workloads/web/deployment-api.yaml",
        *(f"manifests/50-workloads/web/deployment-airflow-{part}.yaml" for part in AIRFLOW),
    }


def test_every_object_carries_the_label_that_a_restore_leaves_out() -> None:
    bodies = [
        yaml.safe_load(text) for path, text in RESULT.files.items() if path.startswith("manifests/")
    ]
    for body in bodies:
        jobs = body["spec"].get("jobTemplate") if body["kind"] == "CronJob" else None
        pods = (jobs or body).get("spec", {}).get("template")
        for part in (body, jobs, pods if body["kind"] != "Schedule" else None):
            if part is not None:
                assert part["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "platc", body


def test_volumes_are_restored_where_the_backup_holds_them(text: str) -> None:
    assert "persistentvolumeclaims" not in _step(text, "Restore cluster")
    cloud = _with("distribution: kind", "distribution: eks").files["runbook/RECOVERY.md"]
    assert "--include-resources persistentvolumeclaims," in _step(cloud, "Restore cluster")


def test_without_the_time_of_the_failure_no_dump_is_chosen(text: str) -> None:
    blocks = _commands(_step(text, "Restore db"))
    assert "BEFORE=   # such as 20260131T235900Z\n" in blocks
    line = next(x for b in blocks for x in b.splitlines() if x.startswith("STAMP="))
    script = f'aws() {{ echo "airflow-20261124T223005Z.dump"; }}\nBEFORE=\n{line}\necho "<$STAMP>"'
    done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "<>\n"
    assert "say when it failed" in done.stderr


def test_each_severity_is_tried_at_its_receiver(text: str) -> None:
    assert "amtool config routes test severity=critical   # oncall" in text
    assert "amtool config routes test severity=warning   # team" in text
    assert text.count("amtool alert add alertname=RecoveryTest severity=") == 2


def test_own_commands_stand_as_they_were_written(text: str) -> None:
    assert _commands(_step(text, "Run")) == ["echo done\ntrue\n"]


def _with(old: str, new: str) -> Result:
    return compile_platform(Source(PLATFORM.replace(old, new)))


def test_the_runbook_promises_no_volume_that_velero_cannot_hold(text: str) -> None:
    assert "| objects of data, web | Velero Schedule" in text
    assert "**No backup holds the volumes of alertmanager:** they come back empty." in text


def test_the_runbook_counts_on_snapshots_where_they_can_be_had() -> None:
    text = _with("distribution: kind", "distribution: eks").files["runbook/RECOVERY.md"]
    assert "| objects and volumes of data, web | Velero Schedule" in text
    assert "No backup holds" not in text


def test_volumes_outside_of_every_backup_are_told_as_well() -> None:
    text = _with("namespaces: [data, web], exclude", "namespaces: [data], exclude").files
    assert "No backup holds the volumes of alertmanager" in text["runbook/RECOVERY.md"]


def test_without_a_recovery_there_is_no_runbook() -> None:
    result = compile_platform(Source(PLATFORM.partition("recovery:")[0]))
    assert "runbook/RECOVERY.md" not in result.files


def test_another_distribution_gets_no_commands_of_kind() -> None:
    result = _with("distribution: kind", "distribution: eks")
    assert "kind create cluster" not in result.files["runbook/RECOVERY.md"]
    assert "kind/cluster.yaml" not in result.files


def test_a_users_template_replaces_a_step() -> None:
    templates = {"runbook/steps/create-cluster.md.j2": "Call the data centre of {{ name }}.\n"}
    result = compile_platform(Source(PLATFORM, beside=own_templates(templates)))
    assert "Call the data centre of shop." in result.files["runbook/RECOVERY.md"]
