"""The schemas are those of the pinned versions, which are the defaults of the language."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from platc_compiler.servers.schema import schema
from platc_spec.kinds.alertmanager import Alertmanager
from platc_spec.kinds.blackbox_exporter import BlackboxExporter
from platc_spec.kinds.prometheus import Prometheus
from tests.tools import ROOT

SERVERS = pytest.mark.parametrize("server", ["alertmanager", "blackbox_exporter", "prometheus"])
_DEFAULTS = {
    "alertmanager": Alertmanager.model_fields["version"].default,
    "blackbox_exporter": BlackboxExporter.model_fields["version"].default,
    "prometheus": Prometheus.model_fields["version"].default,
}


def _writer() -> ModuleType:
    path = ROOT / "tools/server_settings/write.py"
    found = importlib.util.spec_from_file_location("server_settings", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@SERVERS
def test_the_version_is_the_pinned_one_and_the_default(server: str) -> None:
    assert _writer().release(server) == schema(server).release == _DEFAULTS[server]


@pytest.mark.e2e
@SERVERS
def test_the_schema_is_that_of_the_source(server: str) -> None:
    written = ROOT / f"compiler/platc_compiler/servers/data/{server}.json"
    assert written.read_text(encoding="utf-8") == _writer().text(server)


def test_a_key_leads_to_the_type_of_its_value() -> None:
    types = schema("alertmanager").types
    assert types["config.Route"]["routes"] == ["config.Route"]
    assert types["config.Receiver"]["pagerduty_configs"] == ["config.PagerdutyConfig"]
    assert types["common.HTTPClientConfig"]["proxy_url"] == "common.URL"
    assert types["config.PagerdutyConfig"]["url"] == "config.URL"
