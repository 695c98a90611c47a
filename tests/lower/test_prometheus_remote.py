"""What one Prometheus sends to others, and scrapes of them."""

from __future__ import annotations

import pytest
import yaml

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

_PLATFORM = (ROOT / "tests/golden/platforms/outgrown.yaml").read_text("utf-8")


def compiled(**changes: object) -> Result:
    spec = yaml.safe_load(_PLATFORM)
    spec["services"]["prometheus"] |= changes
    return compile_platform(Source(yaml.safe_dump(spec)))


def said(**changes: object) -> list[str]:
    return [each.message for each in compiled(**changes).diagnostics if each.severity == "error"]


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ({"user": "me"}, "user and password belong together"),
        ({"password": "metrics/password"}, "user and password belong together"),
        (
            {"user": "me", "password": "metrics/password", "token": "metrics/token"},
            "one way to log in",
        ),
        ({"scheme": "http", "ca": "metrics/ca.crt"}, "ca is for a certificate"),
    ],
)
def test_a_login_that_cannot_be_is_refused(stated: dict[str, object], reason: str) -> None:
    server = {"service": "mimir", "scheme": "https", "path": "/push", **stated}
    (found, *_) = said(remote_write={"mimir": server}, config={})
    assert reason in found


def test_a_bucket_needs_its_store() -> None:
    (found,) = said(thanos={"bucket": "metrics/objstore.yml"})
    assert "bucket" in found


def test_blocks_are_joined_where_nothing_is_uploaded() -> None:
    files = compiled(thanos={}).files
    text = files["manifests/50-workloads/monitoring/deployment-prometheus.yaml"]
    assert "10901" in text
    assert "block-duration" not in text
    assert "objstore" not in text


def test_federated_series_may_have_any_name() -> None:
    assert not said()
    faults = said(federation={})
    assert any("service:requests:rate5m" in each for each in faults)


def test_the_own_configuration_adds_to_a_server_and_repeats_no_address() -> None:
    files = compiled(config={"remote_write": [{"name": "mimir", "remote_timeout": "10s"}]}).files
    found = yaml.safe_load(files["prometheus/prometheus.yml"])["remote_write"]
    servers = {each["name"]: each for each in found}
    assert servers["mimir"]["remote_timeout"] == "10s"
    assert servers["mimir"]["url"].startswith("https://mimir")
    assert "remote_timeout" not in servers["all"]
    (fault,) = said(config={"remote_write": [{"name": "nobody", "remote_timeout": "10s"}]})
    assert "'url' is missing" in fault
