"""Planned silences on the real Alertmanager, set by the emitted script with the real amtool."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.real.test_notifications import Hook, emitted, start, until
from tests.tools import tool

pytestmark = pytest.mark.e2e

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: }
secrets: { hooks: { keys: [team, lead] } }
services:
  alertmanager: { kind: alertmanager }
  prometheus: { kind: prometheus, storage: 5Gi, depends_on: [alertmanager] }
  web: { kind: workload, image: example.com/web:1.4.2, ports: { http: 80 } }
  hooks: { kind: external, address: { host: hooks.example.com }, ports: { https: 443 } }
notifications:
  group_wait: 0s
  group_interval: 1s
  group_by: [alertname]
  routes: { default: team, warning: lead }
  receivers:
    team: { webhook: { service: hooks, url: hooks/team } }
    lead: { webhook: { service: hooks, url: hooks/lead } }
  escalation: { critical: [{ after: 30m, to: lead }] }
  time_intervals:
    always: [{ times: [{ start_time: "00:00", end_time: "24:00" }] }]
    never: [{ years: ["2000"] }]
  silences: {}
"""
_AGAIN = {
    "upkeep": {"matchers": ['team="disks"'], "during": ["always"], "comment": "Disks change"},
    "past": {"matchers": ['team=~"disks|nodes"'], "during": ["never"], "comment": "It was"},
}


def once(start: int, end: int, *matchers: str, comment: str = "Moves") -> dict[str, Any]:
    """Return a silence between two times in minutes from now."""
    now = datetime.now(UTC).replace(microsecond=0)
    return {
        "start": (now + timedelta(minutes=start)).isoformat(), "author": "Ada",
        "end": (now + timedelta(minutes=end)).isoformat(),
        "matchers": list(matchers), "comment": comment,
    }  # fmt: skip


def files_of(silences: dict[str, Any]) -> dict[str, str]:
    spec = yaml.safe_load(PLATFORM)
    spec["notifications"]["silences"] = silences
    return emitted(yaml.safe_dump(spec))


class Running:
    """An Alertmanager with the emitted configuration, and what it sends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hooks = HTTPServer(("127.0.0.1", 0), Hook)
        self.hooks.calls = []  # type: ignore[attr-defined]
        threading.Thread(target=self.hooks.serve_forever, daemon=True).start()
        (folder / "secrets/hooks").mkdir(parents=True)
        for key in ("team", "lead"):
            address = f"http://127.0.0.1:{self.hooks.server_address[1]}/{key}"
            (folder / "secrets/hooks" / key).write_text(address, encoding="utf-8")
        self.process, self.port = start(
            files_of(_AGAIN), folder, {"/etc/alertmanager/": f"{folder}/"}
        )
        self.address = f"http://127.0.0.1:{self.port}"

    def fire(self, name: str, **labels: str) -> None:
        data = json.dumps([{"labels": {"alertname": name, **labels}}]).encode()
        request = urllib.request.Request(  # noqa: S310 - http
            f"{self.address}/api/v2/alerts", data=data,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - http

    def told(self, name: str) -> set[str]:
        """Return the paths of the calls that speak of an alert."""
        calls: list[Any] = list(self.hooks.calls)  # type: ignore[attr-defined]
        return {path for path, _, body in calls if body["commonLabels"]["alertname"] == name}

    def run(self, silences: dict[str, Any]) -> list[str]:
        """Run the emitted script, and return what it says."""
        script = self.folder / "silences.sh"
        script.write_text(files_of(silences)["alertmanager/silences.sh"], encoding="utf-8")
        surroundings = {
            **os.environ, "ALERTMANAGER_URL": self.address, "AMTOOL": str(tool("amtool")),
        }  # fmt: skip
        done = subprocess.run(
            ["sh", str(script)], env=surroundings, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return [line.rpartition(" ")[0] for line in done.stdout.splitlines()]

    def silences(self) -> list[dict[str, Any]]:
        """Return the silences that have not ended."""
        with urllib.request.urlopen(f"{self.address}/api/v2/silences", timeout=10) as answer:  # noqa: S310 - http
            found: list[dict[str, Any]] = json.load(answer)
        return [each for each in found if each["status"]["state"] != "expired"]

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        self.hooks.shutdown()
        self.hooks.server_close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    server = Running(tmp_path_factory.mktemp("silences"))
    yield server
    server.close()


def test_the_script_sets_a_silence_once_and_removes_what_has_changed(running: Running) -> None:
    planned = {
        "move": once(
            -5, 60, 'service="web"', 'severity=~"warning|info"', comment='The "web" it\'s'
        ),
        "later": once(60, 120, "service=web", "team!=disks"),
        "over": once(-60, -5, 'service="web"'),
    }  # fmt: skip
    set_all = ["set: [platc shop/later", "set: [platc shop/move", "is over: [platc shop/over"]
    assert running.run(planned) == set_all
    first = running.silences()
    assert {(each["createdBy"], each["comment"].partition(" [")[0]) for each in first} == {
        ("Ada", 'The "web" it\'s'), ("Ada", "Moves")
    }  # fmt: skip
    again = [line.replace("set:", "is there:") for line in set_all]
    assert running.run(planned) == again
    assert running.silences() == first

    del planned["later"]
    planned["move"]["matchers"] = ['service="web"']
    assert sorted(running.run(planned)) == [
        "is over: [platc shop/over", "removed: [platc shop/later", "removed: [platc shop/move",
        "set: [platc shop/move",
    ]  # fmt: skip
    [left] = running.silences()
    assert [each["name"] for each in left["matchers"]] == ["service"]


def test_a_silenced_alert_reaches_nobody_and_neither_does_its_escalation(running: Running) -> None:
    running.run({"down": once(-1, 60, 'alertname="TargetDown"')})
    running.fire("TargetDown", severity="critical", service="mail")
    running.fire("CriticalEscalated30m", severity="critical", escalation="lead",
                 escalated="TargetDown")  # fmt: skip
    running.fire("CriticalEscalated30m", severity="critical", escalation="lead", escalated="Other")
    running.fire("Other", severity="critical", service="mail")
    until(lambda: running.told("Other") and running.told("CriticalEscalated30m"), running.folder)
    time.sleep(2)
    assert running.told("TargetDown") == set()
    calls = [body for _, _, body in running.hooks.calls]  # type: ignore[attr-defined]
    escalated = {a["labels"].get("escalated") for body in calls for a in body["alerts"]}
    assert escalated == {None, "Other"}


def test_what_comes_again_is_silent_in_its_interval_only(running: Running) -> None:
    running.fire("DiskSlow", severity="warning", team="disks")
    running.fire("NodeSlow", severity="warning", team="nodes")
    running.fire("DiskGone", severity="critical", team="disks")
    running.fire("NodeGone", severity="critical", team="nodes")
    running.fire("Slow", severity="warning")
    running.fire("Watchdog", severity="info", team="disks")
    until(lambda: all(map(running.told, ("NodeGone", "NodeSlow", "Slow", "Watchdog"))),
          running.folder)  # fmt: skip
    time.sleep(2)
    assert running.told("DiskSlow") == running.told("DiskGone") == set()
    assert running.told("NodeSlow") == running.told("Slow") == {"/lead"}
    assert running.told("NodeGone") == {"/team"}
