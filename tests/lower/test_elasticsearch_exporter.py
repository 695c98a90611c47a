"""How an Elasticsearch and its Kibana are watched."""

from __future__ import annotations

import pytest
import yaml

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

PLATFORM = ROOT / "tests/golden/platforms/search.yaml"
EXPORTER = "manifests/50-workloads/logging/deployment-elasticsearch-exporter.yaml"
OPEN = (
    "    passwords: { elastic: logs/elastic, shipper: logs/shipper }\n"
    "    exporter: { password: logs/watcher }\n"
)


def built(*changes: tuple[str, str]) -> Result:
    text = PLATFORM.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return compile_platform(Source(text, "platform.yaml"))


def test_without_security_nobody_logs_in() -> None:
    result = built((OPEN, "    config: { xpack.security.enabled: false }\n    exporter: {}\n"))
    assert "ES_PASSWORD" not in result.files[EXPORTER]
    assert "exporter-role" not in "".join(result.files.values())


def test_without_the_word_there_is_no_exporter() -> None:
    result = built(("    exporter: { password: logs/watcher }\n", ""))
    assert EXPORTER not in result.files
    assert "platc-exporter" not in "".join(result.files.values())


def test_the_user_of_the_exporter_has_a_role_of_its_own() -> None:
    result = built(("exporter: { password", "exporter: { user: watch, password"))
    path = "manifests/30-config/logging/configmap-elasticsearch-setup.yaml"
    script = yaml.safe_load(result.files[path])["data"]["setup.sh"].splitlines()
    user = script.index("put _security/user/watch /tmp/body.json")
    assert script[user - 1].endswith(" platc-exporter > /tmp/body.json")
    shipper = script.index("put _security/user/shipper /tmp/body.json")
    assert script[shipper - 1].endswith(" platc-logs > /tmp/body.json")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("{ password: logs/watcher }", "{}"), "exporter needs password"),
        (("{ password: logs/watcher }", "{ user: shipper, password: logs/watcher }"), "of its own"),
        (("{ password: logs/watcher }", "{ user: elastic, password: logs/watcher }"), "of its own"),
        (
            (
                OPEN,
                (
                    "    config: { xpack.security.enabled: false }\n"
                    "    exporter: { password: logs/watcher }\n"
                ),
            ),
            "security is off",
        ),
    ],
)
def test_an_exporter_that_cannot_log_in_is_refused(change: tuple[str, str], message: str) -> None:
    assert any(message in each.message for each in built(change).diagnostics)


def test_a_prober_asks_kibana_for_its_status() -> None:
    result = built(
        (OPEN, "    config: { xpack.security.enabled: false }\n"),
        (
            "  prometheus:",
            (
                "  kibana: { kind: kibana, namespace: logging, depends_on: [elasticsearch] }\n"
                "  prober: { kind: blackbox_exporter, namespace: monitoring }\n"
                "  prometheus:"
            ),
        ),
    )
    asked = result.files["prometheus/prometheus.yml"]
    assert "http://kibana.logging.svc:5601/api/status" in asked
