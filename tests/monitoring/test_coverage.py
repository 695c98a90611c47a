"""What watches a service, and the alerts that tell of its end."""

from __future__ import annotations

from typing import Any

from platc_compiler.monitoring.coverage import Watched, coverage
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

SERVICES: dict[str, Any] = {
    "prometheus": {"kind": "prometheus", "namespace": "a", "depends_on": ["alertmanager"]},
    "alertmanager": {"kind": "alertmanager", "namespace": "a"},
    "mail": {"kind": "external", "address": {"host": "mail.example.com"}, "ports": {"smtp": 587}},
    "web": {
        "kind": "workload", "image": "example.com/web:1.0", "namespace": "a",
        "ports": {"http": 8000}, "metrics": {"port": "http"},
    },
    "quiet": {"kind": "workload", "image": "example.com/quiet:1.0", "namespace": "a"},
    "nightly": {
        "kind": "workload", "image": "example.com/nightly:1.0", "namespace": "a",
        "schedule": "0 2 * * *",
    },
    "kafka": {
        "kind": "external", "ports": {"metrics": 9308}, "metrics": {"port": "metrics"},
        "address": {"service": "kafka", "namespace": "other", "replicas": 3},
    },
}  # fmt: skip
NOTIFICATIONS = {
    "smtp": {"service": "mail", "from": "a@example.com"},
    "routes": {"default": "team"},
    "receivers": {"team": {"email": "team@example.com"}},
}
STATE = {"kube-state-metrics": {"kind": "kube_state_metrics", "namespace": "a"}}


def watched(services: dict[str, Any], alerts: dict[str, Any] | None = None) -> dict[str, Watched]:
    spec = {
        "platform": "p", "version": 1, "namespaces": {"a": None}, "services": services,
        "cluster": {"nodes": {"main": {"memory": "8GB", "cpu": 4}}}, "alerts": alerts or {},
        "notifications": NOTIFICATIONS,
    }  # fmt: skip
    result = compile_platform(Source(yaml_text(spec)))
    assert result.platform is not None, result.diagnostics
    return {each.service: each for each in coverage(result.platform)}


def names(each: Watched) -> list[str]:
    return sorted(alert.name for alert in each.alerts)


def test_a_service_is_watched_by_the_job_that_scrapes_it() -> None:
    found = watched(SERVICES)
    assert found["web"].inside == ("job web",)
    assert names(found["web"]) == ["TargetAbsent", "TargetDown"]
    assert found["kafka"].inside == ("job kafka (3 targets)",)
    assert names(found["kafka"]) == ["ServiceDown", "TargetAbsent", "TargetDown"]


def test_nothing_watches_pods_without_metrics_until_kubernetes_state_is_exported() -> None:
    assert watched(SERVICES)["quiet"].inside == ()
    found = watched({**SERVICES, **STATE})
    assert found["quiet"].inside == ("state of Deployment quiet",)
    assert names(found["quiet"]) == ["DeploymentIncomplete"]
    assert found["nightly"].inside == ("state of CronJob nightly",)
    assert names(found["nightly"]) == ["JobFailed"]


def test_a_probe_watches_from_outside_what_nothing_else_watches() -> None:
    other = {"kind": "external", "address": {"service": "cache", "namespace": "other"}}
    services = {**SERVICES, "cache": {**other, "ports": {"redis": 6379}}}
    assert not watched(services)["cache"].outside
    prober = {"kind": "blackbox_exporter", "namespace": "a"}
    found = watched({**services, "prober": prober})
    assert found["cache"].inside == ()
    assert found["cache"].outside == ("probe-tcp of cache.other.svc:6379",)
    assert names(found["cache"]) == ["ProbeFailed"]
    assert not found["quiet"].outside


def test_an_alert_on_another_job_tells_nothing_of_a_service() -> None:
    alert = {
        "expr": 'up{job="web"} == 0', "severity": "critical", "summary": "Down",
        "test": {"fires": 'up{job="web"} 0', "silent": 'up{job="web"} 1'},
    }  # fmt: skip
    found = watched(SERVICES, {"WebDown": alert})
    assert "WebDown" in names(found["web"])
    assert "WebDown" not in names(found["kafka"])


def test_what_sends_the_alerts_is_missed_only_by_their_absence() -> None:
    found = watched(SERVICES)
    for name in ("prometheus", "alertmanager"):
        assert found[name].by_silence
        assert not found[name].alerts


def test_a_host_outside_the_cluster_is_not_in_it() -> None:
    found = watched(SERVICES)
    assert not found["mail"].in_cluster
    assert found["kafka"].in_cluster
    assert not found["kafka"].deployed
    assert found["web"].deployed


def test_an_alert_has_those_labels_of_a_series_that_its_expression_keeps() -> None:
    found = watched({**SERVICES, **STATE})
    labels = {each.name: dict(each.labels) for each in found["kafka"].alerts}
    assert labels["TargetDown"] == {"job": "kafka", "service": "kafka"}
    assert labels["ServiceDown"] == {"service": "kafka"}
    (alert,) = found["quiet"].alerts
    assert dict(alert.labels) == {"namespace": "a", "deployment": "quiet"}
