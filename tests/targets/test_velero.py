from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import yaml

from platc_compiler.objects.go_duration import go_duration
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { data: {}, web: {} }
secrets: { db: { namespace: data, keys: [password] } }
services:
  db: { kind: postgres, namespace: data, storage: 1Gi, superuser_password: db/password }
backup:
  schedule: "0 2 * * *"
  namespaces: [data, web]
  exclude: EXCLUDE
  keep: 720h
"""


def _files(exclude: str) -> dict[str, str]:
    result = compile_platform(Source(PLATFORM.replace("EXCLUDE", exclude)))
    assert not result.failed, result.diagnostics
    return dict(result.files)


def _schedule(exclude: str) -> dict[str, Any]:
    body: dict[str, Any] = yaml.safe_load(_files(exclude)["velero/schedule-shop-backup.yaml"])
    return body


def test_the_schedule_of_the_document() -> None:
    spec = _schedule("[pods, replicasets]")["spec"]
    assert spec["schedule"] == "0 2 * * *"
    template = spec["template"]
    assert template["includedNamespaces"] == ["data", "web"]
    assert template["excludedResources"] == ["pods", "replicasets"]
    assert (template["storageLocation"], template["ttl"]) == ("default", "720h0m0s")


def test_the_bare_file_is_the_object_that_is_applied() -> None:
    files = _files("[]")
    applied = files["manifests/60-custom-resources/velero/schedule-shop-backup.yaml"]
    assert applied == files["velero/schedule-shop-backup.yaml"]


def test_no_hook_is_promised_where_pods_are_left_out_and_it_would_not_run() -> None:
    assert "hooks" not in _schedule("[pods]")["spec"]["template"]


def test_a_database_is_checkpointed_before_a_snapshot_where_pods_are_backed_up() -> None:
    (hook,) = _schedule("[events]")["spec"]["template"]["hooks"]["resources"]
    assert hook["includedNamespaces"] == ["data"]
    assert hook["labelSelector"]["matchLabels"]["app.kubernetes.io/instance"] == "db"
    (before,) = (item["exec"] for item in hook["pre"])
    assert before["container"] == "postgres"
    assert before["onError"] == "Fail"
    assert "CHECKPOINT" in before["command"][-1]


def test_a_running_data_directory_is_never_copied_file_by_file() -> None:
    body = yaml.safe_load(_files("[]")["manifests/50-workloads/data/statefulset-db.yaml"])
    annotations = body["spec"]["template"]["metadata"]["annotations"]
    assert annotations["backup.velero.io/backup-volumes-excludes"] == "data"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=30), "720h0m0s"),
        (timedelta(minutes=90), "1h30m0s"),
        (timedelta(seconds=5), "0h0m5s"),
    ],
)
def test_durations_are_written_as_go_reads_them(length: timedelta, text: str) -> None:
    assert go_duration(length) == text
