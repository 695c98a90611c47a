"""Nothing is restarted before it has started."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

MINIMAL = (ROOT / "examples/minimal/platform.yaml").read_text(encoding="utf-8")
EVERYTHING = (ROOT / "platform.yaml").read_text(encoding="utf-8")


def _containers(text: str) -> dict[str, dict[str, Any]]:
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    bodies = (yaml.safe_load(t) for p, t in result.files.items() if "/50-workloads/" in p)
    found = {}
    for body in bodies:
        pod = body["spec"].get("template", {}).get("spec", {"containers": []})
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            found[f"{body['metadata']['name']}/{container['name']}"] = container
    return found


def _with(probes: str) -> str:
    platform = yaml.safe_load(MINIMAL)
    platform["services"]["web"]["probes"] = yaml.safe_load(probes)
    return str(yaml.safe_dump(platform))


def _seconds(probe: dict[str, Any]) -> int:
    seconds: int = probe["periodSeconds"] * probe["failureThreshold"]
    return seconds


def test_no_container_of_any_kind_is_killed_while_it_starts() -> None:
    found = _containers(EVERYTHING)
    killed = {name: each for name, each in found.items() if "livenessProbe" in each}
    assert len(killed) > 10
    for name, each in killed.items():
        assert _seconds(each["startupProbe"]) >= 180, name


@pytest.mark.parametrize(
    "probes",
    [
        "{}",
        "{ readiness: { http: /ready } }",
        "{ readiness: { http: /r }, liveness: { http: /l } }",
    ],
    ids=["none", "readiness alone", "both"],
)
def test_a_workload_has_ten_minutes_to_answer_what_would_kill_it(probes: str) -> None:
    web = _containers(_with(probes))["web/web"]
    startup, liveness = web["startupProbe"], web["livenessProbe"]
    assert _seconds(startup) == 600
    handlers = {"httpGet", "tcpSocket", "exec"}
    assert {k: startup.get(k) for k in handlers} == {k: liveness.get(k) for k in handlers}


def test_a_stated_startup_probe_is_kept() -> None:
    probes = "{ startup: { http: /up, period: 5s, failures: 4 }, readiness: { http: /ready } }"
    startup = _containers(_with(probes))["web/web"]["startupProbe"]
    assert startup["httpGet"]["path"] == "/up"
    assert _seconds(startup) == 20


def test_the_wait_is_never_shorter_than_what_liveness_allows() -> None:
    probes = "{ liveness: { tcp: true, period: 5s, failures: 300 } }"
    startup = _containers(_with(probes))["web/web"]["startupProbe"]
    assert _seconds(startup) == 1500
