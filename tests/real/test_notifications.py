"""Messages of the real Alertmanager with the emitted configuration: who gets which, and when."""

from __future__ import annotations

import json
import re
import socket
import socketserver
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT, tool

pytestmark = pytest.mark.e2e

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: }
secrets: { hooks: { keys: [day, night, dog, token] } }
services:
  alertmanager:
    kind: alertmanager
    config:
      receivers:
        - { name: own, webhook_configs: [{ url_file: /etc/alertmanager/secrets/hooks/day }] }
      route: { routes: [{ receiver: own, matchers: ['team="own"'] }] }
  prometheus: { kind: prometheus, storage: 5Gi, depends_on: [alertmanager] }
  mail: { kind: external, address: { host: mail.example.com }, ports: { submission: 587 } }
  hooks: { kind: external, address: { host: hooks.example.com }, ports: { https: 443 } }
notifications:
  smtp: { service: mail, from: shop@example.com, require_tls: false }
  group_wait: 0s
  group_interval: 1s
  group_by: [alertname]
  time_intervals:
    always: [{ times: [{ start_time: "00:00", end_time: "24:00" }] }]
    never: [{ years: ["2000"] }]
  routes:
    default: team
    critical: { receiver: day, mute_time_intervals: [never] }
    warning: { receiver: night, mute_time_intervals: [always] }
    info: { receiver: night, active_time_intervals: [never] }
  watchdog: { receiver: dog, repeat_interval: 1s }
  templates:
    shop.tmpl: '{{ define "shop" }}{{ .CommonLabels.alertname }} in the shop{{ end }}'
  receivers:
    team:
      email: { to: team@example.com, subject: '{{ template "shop" . }}', text: "{{ .Status }}" }
    day:
      webhook: { service: hooks, url: hooks/day, token: hooks/token }
      email: { to: boss@example.com }
    night: { webhook: { service: hooks, url: hooks/night } }
    dog: { webhook: { service: hooks, url: hooks/dog } }
"""


class Mailbox(socketserver.StreamRequestHandler):
    """The least of SMTP (RFC 5321) that takes a message."""

    def handle(self) -> None:
        self._say("220 ready")
        message: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "DATA":
                self._say("354 go on")
                while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    message.append(text)
                self.server.messages.append("\n".join(message))  # type: ignore[attr-defined]
            self._say("221 bye" if word == "QUIT" else "250 fine")
            if word == "QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Hook(BaseHTTPRequestHandler):
    """Keeps the path, the token and the alerts of each call."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        call = (self.path, self.headers.get("Authorization"), body)
        self.server.calls.append(call)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the name of the base
        """Write nothing."""


class Servers:
    """The servers that take messages, and Alertmanager between."""

    def __init__(self, folder: Path) -> None:
        self.mail = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox)
        self.hooks = HTTPServer(("127.0.0.1", 0), Hook)
        self.mail.messages = []  # type: ignore[attr-defined]
        self.hooks.calls = []  # type: ignore[attr-defined]
        for server in (self.mail, self.hooks):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        files = emitted(PLATFORM)
        texts = self._secrets(folder)
        smarthost = f"127.0.0.1:{self.mail.server_address[1]}"
        self.process, self.port = start(files, folder, {"mail.example.com:587": smarthost, **texts})

    def _secrets(self, folder: Path) -> dict[str, str]:
        address = f"http://127.0.0.1:{self.hooks.server_address[1]}"
        (folder / "secrets/hooks").mkdir(parents=True)
        for key in ("day", "night", "dog"):
            (folder / "secrets/hooks" / key).write_text(f"{address}/{key}", encoding="utf-8")
        (folder / "secrets/hooks/token").write_text("abc", encoding="utf-8")
        return {"/etc/alertmanager/": f"{folder}/"}

    @property
    def calls(self) -> list[tuple[str, str | None, dict[str, Any]]]:
        return list(self.hooks.calls)  # type: ignore[attr-defined]

    @property
    def messages(self) -> list[str]:
        return list(self.mail.messages)  # type: ignore[attr-defined]

    def fire(self, name: str, **labels: str) -> None:
        data = json.dumps([{"labels": {"alertname": name, **labels}}]).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v2/alerts", data=data,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - http
            assert answer.status == 200

    def named(self, name: str) -> list[str]:
        """Return the paths of the calls that speak of an alert."""
        return [path for path, _, body in self.calls if body["commonLabels"]["alertname"] == name]

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        for server in (self.mail, self.hooks):
            server.shutdown()
            server.server_close()


def emitted(platform: str) -> dict[str, str]:
    result = compile_platform(Source(platform))
    assert not result.failed, render.as_text(result.diagnostics)
    return dict(result.files)


def start(
    files: dict[str, str], folder: Path, instead: dict[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    """Start Alertmanager as its pod does, with other folders and addresses."""
    for name, text in files.items():
        if name.startswith("alertmanager/"):
            for old, new in instead.items():
                text = text.replace(old, new)  # noqa: PLW2901 - step by step
            file = folder / name.removeprefix("alertmanager/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    pod = next(name for name in files if name.endswith("deployment-alertmanager.yaml"))
    container = yaml.safe_load(files[pod])["spec"]["template"]["spec"]["containers"][0]
    arguments = [
        argument.replace("/etc/alertmanager/", f"{folder}/").replace(
            "=/alertmanager", f"={folder}/data"
        )
        for argument in container["args"]
    ]
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    command = [str(tool("alertmanager")), *arguments, f"--web.listen-address=127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    until(lambda: _ready(port), folder)
    return process, port


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def until(holds: Any, folder: Path, seconds: float = 30) -> None:  # noqa: ANN401
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, (folder / "log").read_text(encoding="utf-8")[-3000:]
        time.sleep(0.1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("alertmanager")


@pytest.fixture(scope="module")
def servers(folder: Path) -> Iterator[Servers]:
    running = Servers(folder)
    yield running
    running.close()


def test_a_critical_alert_arrives_by_webhook_and_by_mail(servers: Servers, folder: Path) -> None:
    servers.fire("Down", severity="critical")
    until(lambda: servers.named("Down") and any("Down" in m for m in servers.messages), folder)
    path, token, body = next(
        c for c in servers.calls if c[2]["commonLabels"]["alertname"] == "Down"
    )
    assert (path, token, body["status"]) == ("/day", "Bearer abc", "firing")
    mail = next(message for message in servers.messages if "Down" in message)
    assert "To: boss@example.com" in mail
    assert re.search(r"^Subject: .*FIRING.*critical: Down", mail, re.MULTILINE)


def test_a_template_of_ones_own_makes_the_subject(servers: Servers, folder: Path) -> None:
    servers.fire("Slow")
    until(lambda: any("Subject: Slow in the shop" in m for m in servers.messages), folder)
    mail = next(message for message in servers.messages if "Slow in the shop" in message)
    assert "To: team@example.com" in mail
    assert "firing" in mail


def test_a_route_is_silent_in_and_outside_of_its_times(servers: Servers, folder: Path) -> None:
    servers.fire("Muted", severity="warning")
    servers.fire("Inactive", severity="info")
    servers.fire("Loud", severity="critical")
    until(lambda: servers.named("Loud"), folder)
    time.sleep(3)
    assert servers.named("Muted") == servers.named("Inactive") == []
    assert "/night" not in [path for path, _, _ in servers.calls]


def test_the_watchdog_is_repeated_at_its_own_rhythm(servers: Servers, folder: Path) -> None:
    servers.fire("Watchdog", severity="info")
    until(lambda: len(servers.named("Watchdog")) > 2, folder)
    assert set(servers.named("Watchdog")) == {"/dog"}


def test_a_receiver_of_ones_own_configuration_gets_its_alerts(
    servers: Servers, folder: Path
) -> None:
    servers.fire("Own", severity="critical", team="own")
    until(lambda: servers.named("Own"), folder)
    token = next(t for _, t, body in servers.calls if body["commonLabels"]["alertname"] == "Own")
    assert token is None, "it is the own receiver's call: the declared one sends a token"


def test_alertmanager_starts_with_a_receiver_of_every_kind(tmp_path: Path) -> None:
    platform = ROOT / "tests/golden/platforms/receivers.yaml"
    files = emitted(platform.read_text(encoding="utf-8"))
    instead = {"/etc/alertmanager/templates": f"{tmp_path}/templates"}
    process, _ = start(files, tmp_path, instead)
    process.terminate()
    process.wait(timeout=20)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Completed loading of configuration file" in log
