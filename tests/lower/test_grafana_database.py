"""Where the tables of Grafana are, and how it checks the server of the database."""

from __future__ import annotations

import configparser

import pytest
import yaml

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

PLATFORM = ROOT / "tests/golden/platforms/grafana-database.yaml"
DEPLOYMENT = "manifests/50-workloads/monitoring/deployment-grafana.yaml"


def built(*changes: tuple[str, str]) -> Result:
    text = PLATFORM.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return compile_platform(Source(text, "platform.yaml"))


def ini(result: Result) -> configparser.ConfigParser:
    body = yaml.safe_load(
        result.files["manifests/30-config/monitoring/configmap-grafana-config.yaml"]
    )
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(body["data"]["grafana.ini"])
    return parser


def told(result: Result) -> list[str]:
    return [each.message for each in result.diagnostics]


@pytest.mark.parametrize(
    ("changes", "mode"),
    [
        ((), "verify-full"),
        ((("[data, monitoring], type", "[data], type"),), "require"),
        ((("tls: { secret_name: postgres-tls }", "tls: { cluster_issuer: own }"),), "require"),
        (
            (
                ("tls: { secret_name: postgres-tls }", "tls: { cluster_issuer: own }"),
                ("namespace: data\n", "namespace: monitoring\n"),
            ),
            "verify-full",
        ),
        ((("    tls: { secret_name: postgres-tls }\n", ""),), "disable"),
    ],
)
def test_the_certificate_is_checked_where_the_pods_can_have_the_ca(
    changes: tuple[tuple[str, str], ...], mode: str
) -> None:
    result = built(*changes)
    assert ini(result)["database"]["ssl_mode"] == mode
    mounted = "ca.crt" in result.files[DEPLOYMENT]
    assert mounted == (mode == "verify-full") == ("ca_cert_path" in ini(result)["database"])


def test_without_a_database_there_is_one_pod_with_a_volume() -> None:
    result = built(
        ("    replicas: 2\n", ""),
        ("    database: postgres/grafana\n", ""),
        ("    connections: 8\n", ""),
    )
    assert "persistentVolumeClaim" in result.files[DEPLOYMENT]
    assert "Recreate" in result.files[DEPLOYMENT]
    assert ini(result)["database"]["type"] == "sqlite3"
    assert "unified_alerting" not in ini(result)


def test_one_pod_with_a_database_has_no_peers_and_no_volume() -> None:
    result = built(("    replicas: 2\n", ""))
    assert "persistentVolumeClaim" not in result.files[DEPLOYMENT]
    assert "9094" not in "".join(result.files.values())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("    database: postgres/grafana\n", ""), "several replicas share a database"),
        (
            ("    replicas: 2\n    database: postgres/grafana\n", ""),
            "connections is for a database",
        ),
        (("    connections: 8\n", "    storage: 1Gi\n"), "remove storage"),
    ],
)
def test_words_that_do_not_belong_together_are_refused(
    change: tuple[str, str], message: str
) -> None:
    assert any(message in each for each in told(built(change)))
