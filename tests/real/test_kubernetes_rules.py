"""What the alerts on Kubernetes' objects say of a cluster's history, as promtool evaluates them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.real.built import build
from tests.tools import ROOT, tool

OBSERVED = ROOT / "tests/real/platforms/observability.yaml"
Series = Mapping[str, str]


def said(folder: Path, alert: str, series: Series, firing: list[dict[str, str]]) -> str:
    """Return what promtool says when an alert is not firing, after an hour, with these labels."""
    test = {
        "rule_files": [str(folder / "prometheus/rules/kubernetes.yml")],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": name, "values": f"{value}x60"} for name, value in series.items()
                ],
                "promql_expr_test": [
                    {
                        "expr": f'ALERTS{{alertname="{alert}",alertstate="firing"}}',
                        "eval_time": "60m",
                        "exp_samples": [
                            {"labels": _alert(alert, labels), "value": 1} for labels in firing
                        ],
                    }
                ],
            }
        ],
    }
    file = folder / "test.yml"
    file.write_text(yaml.safe_dump(test), encoding="utf-8")
    command = [str(tool("promtool")), "test", "rules", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _alert(name: str, labels: Mapping[str, str]) -> str:
    all_labels = {
        "alertname": name, "alertstate": "firing", "severity": "critical", **labels
    }  # fmt: skip
    return "ALERTS{" + ",".join(f'{key}="{value}"' for key, value in all_labels.items()) + "}"


def failed_job(name: str, created: int, cronjob: str = "") -> Series:
    where = f'namespace="shop",job_name="{name}"'
    kind, owner = ("CronJob", cronjob) if cronjob else ("<none>", "<none>")
    return {
        f'kube_job_failed{{{where},condition="true"}}': "1",
        f'kube_job_failed{{{where},condition="false"}}': "0",
        f"kube_job_created{{{where}}}": str(created),
        f'kube_job_owner{{{where},owner_kind="{kind}",owner_name="{owner}"}}': "1",
    }


def success(cronjob: str, at: int) -> Series:
    labels = f'namespace="shop",cronjob="{cronjob}"'
    return {f"kube_cronjob_status_last_successful_time{{{labels}}}": str(at)}


def jobs(*names: str) -> list[dict[str, str]]:
    return [{"namespace": "shop", "job_name": name} for name in names]


@pytest.mark.parametrize(
    ("series", "firing"),
    [
        (failed_job("import", 100), jobs("import")),
        (failed_job("import", 100) | success("load", 200), jobs("import")),
        (failed_job("load-1", 100, "load"), jobs("load-1")),
        (failed_job("load-1", 100, "load") | success("load", 50), jobs("load-1")),
        (failed_job("load-1", 100, "load") | success("load", 150), []),
        (failed_job("load-1", 100, "load") | success("other", 150), jobs("load-1")),
        (
            failed_job("load-1", 100, "load")
            | failed_job("load-3", 300, "load")
            | success("load", 250),
            jobs("load-3"),
        ),
    ],
    ids=[
        "a bare job", "a bare job beside a CronJob", "no success yet", "a success before it",
        "a success after it", "a success of another", "between two failures",
    ],
)  # fmt: skip
def test_a_failed_job_is_told_until_a_later_run_of_its_cron_job_has_succeeded(
    tmp_path: Path, series: Series, firing: list[dict[str, str]]
) -> None:
    build(OBSERVED, tmp_path)
    assert not said(tmp_path, "JobFailed", series, firing)


@pytest.mark.parametrize(
    ("kind", "wanted", "ready"),
    [
        (
            "deployment",
            "kube_deployment_spec_replicas",
            "kube_deployment_status_replicas_available",
        ),
        ("statefulset", "kube_statefulset_replicas", "kube_statefulset_status_replicas_ready"),
    ],
)
def test_a_workload_that_lacks_pods_names_its_service_and_is_told_without_one(
    kind: str, wanted: str, ready: str, tmp_path: Path
) -> None:
    build(OBSERVED, tmp_path)
    ours, theirs = (f'namespace="shop",{kind}="{name}"' for name in ("ours", "theirs"))
    series = {
        f'kube_{kind}_labels{{{ours},label_app_kubernetes_io_instance="postgres"}}': "1",
        f"kube_{kind}_labels{{{theirs}}}": "1",
        **{f"{wanted}{{{which}}}": "1" for which in (ours, theirs)},
        **{f"{ready}{{{which}}}": "0" for which in (ours, theirs)},
    }
    name = {"deployment": "DeploymentIncomplete", "statefulset": "StatefulSetIncomplete"}[kind]
    firing = [
        {"namespace": "shop", kind: "ours", "service": "postgres"},
        {"namespace": "shop", kind: "theirs"},
    ]
    assert not said(tmp_path, name, series, firing)
