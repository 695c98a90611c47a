"""What platc writes for Alertmanager, read by Alertmanager's own amtool."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from platc_compiler.pipeline import Result
from tests.real.built import MONITORED, build
from tests.tools import ROOT, tool

NOTIFIED = [path for path in MONITORED if "kind: alertmanager" in path.read_text("utf-8")]
PLATFORMS = pytest.mark.parametrize("platform", NOTIFIED, ids=lambda p: p.parent.name)
OBSERVED = ROOT / "tests/real/platforms/observability.yaml"
ORCHESTRATED = ROOT / "tests/real/platforms/airflow.yaml"
CONFIG = "alertmanager/alertmanager.yml"


def amtool(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(tool("amtool")), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def receiver(config: Path, **labels: str) -> str:
    """Return who is told of an alert with the given labels."""
    pairs = [f"{name}={value}" for name, value in labels.items()]
    done = amtool("config", "routes", "test", f"--config.file={config}", *pairs)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def inhibitions(folder: Path) -> list[dict[str, list[str]]]:
    rules: list[dict[str, list[str]]] = yaml.safe_load(
        (folder / CONFIG).read_text(encoding="utf-8")
    )["inhibit_rules"]
    return rules


@PLATFORMS
def test_the_configuration_is_accepted(platform: Path, tmp_path: Path) -> None:
    build(platform, tmp_path)
    done = amtool("check-config", tmp_path / CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr


@PLATFORMS
def test_every_severity_reaches_its_receiver(platform: Path, tmp_path: Path) -> None:
    result = build(platform, tmp_path)
    routes = notifications(result).routes
    for severity in ("critical", "warning", "info"):
        expected = getattr(routes, severity) or routes.default
        assert receiver(tmp_path / CONFIG, alertname="Any", severity=severity) == expected


@PLATFORMS
def test_every_alert_reaches_a_receiver_that_tells_somebody(platform: Path, tmp_path: Path) -> None:
    result = build(platform, tmp_path)
    config = yaml.safe_load((tmp_path / CONFIG).read_text(encoding="utf-8"))
    telling = {
        item["name"]
        for item in config["receivers"]
        if any(key.endswith("_configs") for key in item)
    }
    assert result.platform is not None
    for alert in result.platform.alerts:
        labels = {"alertname": alert.name, "severity": alert.severity, **dict(alert.labels)}
        assert receiver(tmp_path / CONFIG, **labels) in telling


def notifications(result: Result):  # noqa: ANN201 - as the language says
    assert result.platform is not None
    stated = result.platform.spec.notifications
    assert stated is not None
    return stated


def test_the_watchdog_and_escalated_alerts_have_receivers_of_their_own(tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    config = tmp_path / CONFIG
    assert receiver(config, alertname="Watchdog", severity="info") == "pager"
    escalated = receiver(
        config, alertname="CriticalEscalated15m", severity="critical", escalation="lead"
    )
    assert escalated == "lead"


def test_secrets_are_read_from_the_files_that_are_mounted(tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    text = (tmp_path / CONFIG).read_text(encoding="utf-8")
    pods = "manifests/50-workloads/monitoring/deployment-alertmanager.yaml"
    pod = yaml.safe_load((tmp_path / pods).read_text(encoding="utf-8"))["spec"]["template"]["spec"]
    volumes = {volume["name"]: volume.get("secret") for volume in pod["volumes"]}
    files = {
        f"{mount['mountPath']}/{item['path']}"
        for mount in pod["containers"][0]["volumeMounts"]
        if (secret := volumes[mount["name"]])
        for item in secret["items"]
    }
    assert files == {
        "/etc/alertmanager/secrets/smtp/password",
        "/etc/alertmanager/secrets/slack/webhook_url",
        "/etc/alertmanager/secrets/pager/url",
    }
    assert all(file in text for file in files)


Labels = Mapping[str, str]
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"(.*)"')


def matches(matchers: list[str], labels: Labels) -> bool:
    """Whether an alert has what all the matchers ask for; a label that is not there is empty."""

    def one(text: str) -> bool:
        found = MATCHER.fullmatch(text)
        assert found is not None, text
        name, operator, wanted = found.groups()
        value = labels.get(name, "")
        same = value == wanted if "~" not in operator else bool(re.fullmatch(wanted, value))
        return same is not operator.startswith("!")

    return all(map(one, matchers))


def muted(folder: Path, alert: Labels, by: Labels) -> bool:
    """Whether Alertmanager, by its manual, keeps silent of an alert while the other one fires."""
    return any(
        matches(rule["source_matchers"], by)
        and matches(rule["target_matchers"], alert)
        and all(alert.get(name, "") == by.get(name, "") for name in rule.get("equal", ()))
        for rule in inhibitions(folder)
    )


def alert(name: str, severity: str, service: str, **more: str) -> dict[str, str]:
    return {"alertname": name, "severity": severity, "service": service, **more}


KAFKA_DOWN = alert("ServiceDown", "critical", "kafka")


def test_a_service_that_is_down_silences_lesser_alerts_of_those_that_depend_on_it(
    tmp_path: Path,
) -> None:
    build(OBSERVED, tmp_path)
    assert muted(tmp_path, alert("HighIngestionLag", "warning", "pipeline"), KAFKA_DOWN)
    assert not muted(tmp_path, alert("HighIngestionLag", "warning", "grafana"), KAFKA_DOWN)


def test_the_loss_of_one_broker_of_three_silences_nobody(tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    lost = alert("ComponentDown", "critical", "kafka", instance="kafka-0")
    assert not muted(tmp_path, alert("HighIngestionLag", "warning", "pipeline"), lost)


@pytest.mark.parametrize(
    "name", ["ComponentDown", "ServiceDown", "TargetAbsent", "DeploymentIncomplete", "Requests"]
)
def test_no_critical_alert_is_silenced_by_what_it_depends_on(name: str, tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    assert not muted(tmp_path, alert(name, "critical", "pipeline"), KAFKA_DOWN)


def test_what_is_down_is_told_whatever_its_severity(tmp_path: Path) -> None:
    text = OBSERVED.read_text(encoding="utf-8")
    platform = tmp_path / "platform.yaml"
    lesser = text.replace(
        "    for: 1m\n    severity: critical", "    for: 1m\n    severity: warning"
    )
    assert lesser != text
    platform.write_text(lesser, encoding="utf-8")
    build(platform, tmp_path)
    down = alert("ComponentDown", "warning", "pipeline")
    assert not muted(tmp_path, down, KAFKA_DOWN)
    assert not muted(tmp_path, down, alert("QualityDropped", "critical", "pipeline"))
    told = alert("WarningEscalated1h", "warning", "pipeline", escalated="ComponentDown")
    assert not muted(tmp_path, told, KAFKA_DOWN)


def test_a_database_that_nobody_scrapes_silences_what_follows_from_its_loss(tmp_path: Path) -> None:
    text = ORCHESTRATED.read_text(encoding="utf-8")
    platform = tmp_path / "platform.yaml"
    platform.write_text(
        text.replace(
            "\nservices:\n",
            "\nservices:\n  objects: { kind: kube_state_metrics, namespace: data }\n",
        ),
        encoding="utf-8",
    )
    build(platform, tmp_path)
    for service in ("postgres", "elasticsearch"):
        named = {"namespace": "data", "statefulset": service}
        lost = alert("StatefulSetIncomplete", "critical", service, **named)
        assert muted(tmp_path, alert("AirflowTasksStarving", "warning", "airflow"), lost)
        assert not muted(tmp_path, alert("AirflowSchedulerDown", "critical", "airflow"), lost)
        assert not muted(tmp_path, alert("AirflowTriggererDown", "warning", "airflow"), lost)
        other = {**lost, "statefulset": "other"}
        assert not muted(tmp_path, alert("AirflowTasksStarving", "warning", "airflow"), other)


def test_services_that_depend_on_each_other_do_not_silence_each_other(tmp_path: Path) -> None:
    text = OBSERVED.read_text(encoding="utf-8").replace(
        "    depends_on: [slack]", "    depends_on: [slack, prometheus]"
    )
    platform = tmp_path / "platform.yaml"
    platform.write_text(text, encoding="utf-8")
    build(platform, tmp_path)
    for one, other in (("prometheus", "alertmanager"), ("alertmanager", "prometheus")):
        down = alert("TargetAbsent", "critical", one)
        assert not muted(tmp_path, alert("Any", "warning", other), down)
    down = alert("TargetAbsent", "critical", "prometheus")
    assert muted(tmp_path, alert("Any", "warning", "grafana"), down)
