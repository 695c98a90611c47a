"""The metrics of well-known exporters."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.catalogue import Metric, gather
from tools.metrics_in_sources import in_cadvisor, in_generators, in_go, in_tables

from platc_compiler.expressions import exported_metrics as catalogue

FILES = sorted(Path(catalogue.__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_catalogue_names_its_source_and_each_metric_once(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# Served by ")
    metrics = list(catalogue.all_exported(file.stem))
    assert len({metric.name for metric in metrics}) == len(metrics) > 0
    assert {m.type for m in metrics} <= {"counter", "gauge", "histogram", "summary", "unknown"}
    assert all(metric == catalogue.exported(file.stem, metric.name) for metric in metrics)
    assert catalogue.exported(file.stem, metrics[0].name[:-1]) is None


@pytest.mark.parametrize(
    ("exporter", "name"),
    [
        ("node-exporter", "node_hwmon_temp_celsius"),
        ("node-exporter", "node_md_disks"),
        ("prometheus", "process_resident_memory_bytes"),
        ("prometheus", "prometheus_remote_storage_samples_pending"),
        ("alertmanager", "go_goroutines"),
        ("kubelet", "kubernetes_build_info"),
        ("kubelet", "rest_client_requests_total"),
        ("cadvisor", "machine_memory_bytes"),
        ("airflow", "airflow_pool_scheduled_slots"),
    ],
)
def test_what_a_machine_here_may_lack_is_listed_too(exporter: str, name: str) -> None:
    assert catalogue.exported(exporter, name) is not None


def test_a_catalogue_is_made_from_what_an_exporter_serves() -> None:
    served = """\
# HELP a_seconds Help {with="braces"}.
# TYPE a_seconds histogram
a_seconds_bucket{handler="x",le="1"} 2
a_seconds_sum{handler="x"} 2
# TYPE b gauge
b{device="x",error=""} 1
b{disk="y"} 1
# TYPE c_count untyped
c_count 7
"""
    metrics: dict[str, Metric] = {}
    gather(served.splitlines(), metrics)
    assert [metrics[name].line(name) for name in metrics] == [
        "histogram a_seconds handler",
        "gauge b device?,disk?,error?",
        "unknown c_count",
    ]


def test_metrics_are_found_in_go_code() -> None:
    code = """
const Subsystem = "kubelet"
const failures = "failures_total"
var a = metrics.NewCounterVec(&metrics.CounterOpts{
    Subsystem: Subsystem,
    Name:      failures,
    Help:      "Failures (all of them)",
}, []string{"reason", "node"})
var b = NewGauge(&GaugeOpts{Name: "b_info"})
var c = metrics.NewDesc(metrics.BuildFQName("", Subsystem, "stats_bytes"),
    "Help", []string{"pod"}, nil)
var d = metrics.NewGauge(&metrics.GaugeOpts{Name: computed})
"""
    found = in_go([code])
    assert [found[name].line(name) for name in sorted(found)] == [
        "gauge b_info",
        "counter kubelet_failures_total node,reason",
        "gauge kubelet_stats_bytes pod",
    ]


def test_labels_of_cgroups_above_pods_are_optional() -> None:
    code = """
name: "container_fs_reads_total", help: "x", valueType: prometheus.CounterValue,
extraLabels: []string{"device"},
getValues: func() {},
"""
    line = in_cadvisor([code])["container_fs_reads_total"].line("container_fs_reads_total")
    assert line == (
        "counter container_fs_reads_total container?,device,id,image?,name?,namespace?,pod?"
    )


def test_what_is_served_on_request_only_is_not_listed() -> None:
    table = """\
| Metric name | Metric type | Description | Labels/tags | Status | Opt-in |
| kube_pod_info | Gauge | A pod | `pod`=&lt;pod\\|name&gt; <br> `node`=&lt;node&gt; | STABLE | - |
| kube_pod_labels | Gauge | Labels | `pod`=&lt;pod&gt; <br> `label_X`=&lt;X&gt; | STABLE | - |
| kube_pod_annotations | Gauge | No | `pod`=&lt;pod&gt; | STABLE | - |
| kube_pod_tolerations | Gauge | No | `pod`=&lt;pod&gt; | STABLE | Opt-in |
| kube_node_labels | Gauge | No | `node`=&lt;node&gt; | STABLE | - |
"""
    found = in_tables(table, ["pod"], "label_instance")
    assert [found[name].line(name) for name in found] == [
        "gauge kube_pod_info node,pod",
        "gauge kube_pod_labels label_instance,pod",
    ]


def test_labels_that_the_documentation_leaves_out_are_found_in_the_code() -> None:
    code = """
descPodLabelsDefaultLabels = []string{"namespace", "pod", "uid"}
func f() { return *generator.NewFamilyGenerator("kube_pod_phase",
    &metric.Metric{LabelKeys: []string{"phase"}, LabelValues: []string{"x"}}) }
"""
    assert in_generators(code) == {"kube_pod_phase": {"namespace", "pod", "uid", "phase"}}
