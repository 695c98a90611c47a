"""Only used metrics of a job are stored, and every used one is."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from platc_compiler.expressions.exported_metrics import all_exported
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.tools import ROOT, tool

PLATFORM = ROOT / "tests/golden/platforms/standard-dashboards.yaml"
FILE = "prometheus/prometheus.yml"


def test_the_report_says_what_is_not_stored() -> None:
    files = built(["node-exporter"])
    report = files["report/exported-metrics.md"]
    sections = dict(part.split("\n", 1) for part in report.split("\n## ")[1:])
    assert "that nobody uses; they are not stored." in sections["node-exporter"]
    assert "not stored." not in sections["prometheus"].partition("```")[0]


def configuration(keep: list[str]) -> str:
    return built(keep)[FILE]


def built(keep: list[str]) -> Mapping[str, str]:
    spec = yaml.safe_load(PLATFORM.read_text(encoding="utf-8"))
    spec["services"]["prometheus"]["keep_used"] = keep
    result = compile_platform(Source(yaml_text(spec)))
    assert not result.failed, result.diagnostics
    return result.files


def kept(text: str, job: str) -> re.Pattern[str] | None:
    """Return what a job keeps, as Prometheus reads it: anchored."""
    jobs: list[dict[str, Any]] = yaml.safe_load(text)["scrape_configs"]
    rules = next(each for each in jobs if each["job_name"] == job).get("metric_relabel_configs", ())
    found = [rule["regex"] for rule in rules if rule.get("action") == "keep"]
    return re.compile(f"^(?:{found[0]})$") if found else None


def test_a_job_keeps_what_is_used_and_nothing_else() -> None:
    text = configuration(["cadvisor", "node-exporter"])
    pattern = kept(text, "cadvisor")
    assert pattern is not None
    assert pattern.match("container_memory_working_set_bytes")
    assert not pattern.match("container_memory_rss")
    assert not pattern.match("node_cpu_seconds_total")
    pattern = kept(text, "node-exporter")
    assert pattern is not None
    assert pattern.match("node_cpu_seconds_total")
    stored = [m.name for m in all_exported("node-exporter") if pattern.match(m.name)]
    assert 0 < len(stored) < 40
    assert kept(text, "kubelet") is None


def test_the_buckets_that_a_rule_reads_are_kept() -> None:
    pattern = kept(configuration(["web"]), "web")
    assert pattern is not None
    assert pattern.match("http_request_duration_seconds_bucket")
    assert pattern.match("http_requests_total")
    assert pattern.match("records_total")
    assert not pattern.match("http_response_size_bytes")


def test_what_an_autoscaler_asks_for_is_kept() -> None:
    """Without its series, the autoscaler would never add a pod."""
    text = built_of(
        """
        prometheus: { kind: prometheus, namespace: shop, storage: 5Gi, keep_used: [web] }
        keda:
          kind: external
          address: { service: keda-operator, namespace: keda }
          autoscaling: keda
        web:
          kind: workload
          namespace: shop
          image: example.com/shop/web:1.0.0
          ports: { http: 8080 }
          metrics: { port: http, exports: [jobs_waiting, jobs_done_total] }
          autoscale: { max: 2, metric: { query: sum(jobs_waiting), per_pod: 10 } }
        """
    )
    pattern = kept(text, "web")
    assert pattern is not None
    assert pattern.match("jobs_waiting")
    assert not pattern.match("jobs_done_total")


def test_a_probe_of_which_a_list_is_kept_still_names_the_probed_service() -> None:
    text = built_of(
        """
        prometheus: { kind: prometheus, namespace: shop, storage: 5Gi, keep_used: [probe-tcp] }
        blackbox: { kind: blackbox_exporter, namespace: shop }
        web:
          kind: workload
          namespace: shop
          image: example.com/shop/web:1.0.0
          ports: { http: 8080 }
        """
    )
    pattern = kept(text, "probe-tcp")
    assert pattern is not None
    assert pattern.match("probe_success")
    (job,) = (j for j in yaml.safe_load(text)["scrape_configs"] if j["job_name"] == "probe-tcp")
    assert {"source_labels": ["probed"], "target_label": "service"} in job["metric_relabel_configs"]


def built_of(services: str) -> str:
    """Return prometheus.yml of a platform of some services."""
    text = (
        "platform: kept\nversion: 1\nnamespaces: { shop: {} }\n"
        'cluster: { distribution: kind, kubernetes: "1.37", nodes: { a: { memory: 8GB, cpu: 4 } } }'
        f"\nservices:{services}"
    )
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    return result.files[FILE]


def test_without_the_word_nothing_is_kept_apart() -> None:
    assert "action: keep" not in str(
        [job.get("metric_relabel_configs")
         for job in yaml.safe_load(configuration([]))["scrape_configs"]]
    )  # fmt: skip


def test_prometheus_accepts_the_lists(tmp_path: Path) -> None:
    file = tmp_path / "prometheus.yml"
    file.write_text(configuration(["cadvisor", "node-exporter", "web", "airflow"]), "utf-8")
    done = subprocess.run(
        [str(tool("promtool")), "check", "config", "--syntax-only", str(file)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
