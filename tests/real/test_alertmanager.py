"""What platc writes for Alertmanager, read by Alertmanager's own amtool."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from platc_compiler.pipeline import Result
from tests.real.built import MONITORED, build
from tests.tools import ROOT, tool

PLATFORMS = pytest.mark.parametrize("platform", MONITORED, ids=lambda p: p.parent.name)
OBSERVED = ROOT / "tests/real/platforms/observability.yaml"
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


def test_a_service_that_is_down_silences_those_that_depend_on_it(tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    kafka = next(r for r in inhibitions(tmp_path) if 'service="kafka"' in r["source_matchers"])
    # One broker of three is not the service: only the loss of all of them silences others.
    assert 'alertname=~"ServiceDown|TargetAbsent"' in kafka["source_matchers"]
    assert kafka["target_matchers"] == ['service=~"pipeline"']


def test_services_that_depend_on_each_other_do_not_silence_each_other(tmp_path: Path) -> None:
    text = OBSERVED.read_text(encoding="utf-8").replace(
        "    depends_on: [slack]", "    depends_on: [slack, prometheus]"
    )
    platform = tmp_path / "platform.yaml"
    platform.write_text(text, encoding="utf-8")
    build(platform, tmp_path)
    for rule in inhibitions(tmp_path):
        source = next((m for m in rule["source_matchers"] if m.startswith("service=")), "")
        if "prometheus" in source or "alertmanager" in source:
            assert rule["target_matchers"] == ['service=~"grafana"']
