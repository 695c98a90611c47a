"""Alerts that Grafana evaluates: the file that it reads, by the keys that it knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from platc_compiler.ir.network import Outside, Pods
from platc_compiler.merging import merge
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

_PLATFORM = (ROOT / "tests/golden/platforms/grafana-alerting.yaml").read_text("utf-8")
KEYS = {
    "": {"apiVersion", "groups", "contactPoints", "policies", "muteTimes"},
    "groups": {"orgId", "name", "folder", "interval", "rules"},
    "groups.rules": {
        "uid", "title", "condition", "data", "noDataState", "execErrState", "for",
        "keepFiringFor", "missing_series_evals_to_resolve", "annotations", "labels",
    },
    "groups.rules.data": {"refId", "relativeTimeRange", "datasourceUid", "model"},
    "contactPoints": {"orgId", "name", "receivers"},
    "contactPoints.receivers": {"uid", "type", "settings", "disableResolveMessage"},
    "policies": {
        "orgId", "receiver", "group_by", "group_wait", "group_interval", "repeat_interval",
        "routes",
    },
    "policies.routes": {
        "receiver", "object_matchers", "group_by", "group_wait", "group_interval",
        "repeat_interval", "mute_time_intervals", "active_time_intervals",
    },
    "muteTimes": {"orgId", "name", "time_intervals"},
}  # fmt: skip
"""The keys that Grafana reads, by their place: it passes over all others without a word.

Source: the tags of the types in pkg/services/provisioning/alerting of grafana/grafana, and of
``Route`` in definitions/alertmanager.go of grafana/alerting."""
SETTINGS = {
    "email": {"addresses", "singleEmail"},
    "slack": {"url", "token", "recipient"},
    "webhook": {"url", "authorization_scheme", "authorization_credentials", "maxAlerts"},
    "pagerduty": {"integrationKey"},
    "opsgenie": {"apiKey", "apiUrl"},
    "telegram": {"bottoken", "chatid", "message_thread_id"},
    "discord": {"url"},
    "teams": {"url"},
    "pushover": {"userKey", "apiToken"},
    "webex": {"bot_token", "room_id"},
}
"""The settings of contact points, by type. Source: grafana.com, "Use configuration files to
provision alerting resources"."""


def compiled(spec: dict[str, Any] | None = None) -> Result:
    result = compile_platform(Source(yaml.safe_dump(spec or yaml.safe_load(_PLATFORM))))
    assert not result.failed, [each.message for each in result.diagnostics]
    return result


def emitted(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(result.files["grafana/alerting.yaml"])
    return found


def nodes(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401
    """Yield every mapping, with its place."""
    if isinstance(value, list):
        for each in value:
            yield from nodes(each, place)
    elif isinstance(value, dict):
        yield place, value
        for key, each in value.items():
            yield from nodes(each, f"{place}.{key}" if place else key)


def test_grafana_knows_every_key() -> None:
    seen = set()
    for place, value in nodes(emitted(compiled())):
        if place in KEYS:
            seen.add(place)
            assert value.keys() <= KEYS[place], place
    assert seen == KEYS.keys()


CHANNELS: dict[str, dict[str, Any]] = {
    "slack": {"channel": "#ops", "token": "told/slack"},
    "webhook": {"url": "told/hook"},
    "pagerduty": {"routing_key": "told/pager"},
    "opsgenie": {"api_key": "told/opsgenie"},
    "telegram": {"bot_token": "told/bot", "chat_id": 5, "message_thread_id": 7},
    "discord": {"webhook": "told/hook"},
    "msteams": {"webhook": "told/hook"},
    "msteamsv2": {"webhook": "told/hook"},
    "pushover": {"user_key": "told/pager", "token": "told/token"},
    "webex": {"token": "told/token", "room_id": "room$1"},
}


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_channel_becomes_settings_that_grafana_knows(kind: str) -> None:
    spec = yaml.safe_load(_PLATFORM)
    spec["notifications"]["receivers"]["oncall"] = {kind: {**CHANNELS[kind], "service": "chat"}}
    # The services have the hosts of other channels: the messages pass through the cluster.
    spec["services"]["chat"]["address"] = {"namespace": "chat", "service": "chat"}
    [oncall] = [p for p in emitted(compiled(spec))["contactPoints"] if p["name"] == "oncall"]
    [found] = oncall["receivers"]
    settings = found["settings"]
    assert settings.keys() <= SETTINGS[found["type"]]
    secrets = [value for value in settings.values() if value.startswith("$__file{")]
    assert len(secrets) == sum(str(v).startswith("told/") for v in CHANNELS[kind].values())
    assert all(value.startswith("$__file{/etc/grafana-receivers/told/") for value in secrets)
    if kind == "webex":
        assert settings["room_id"] == "room$$1"


def test_every_setting_has_a_channel() -> None:
    spec = yaml.safe_load(_PLATFORM)
    types = {
        each["type"] for p in emitted(compiled(spec))["contactPoints"] for each in p["receivers"]
    }
    assert types | {"discord", "teams", "pushover", "webex"} == SETTINGS.keys()


def test_labels_keep_their_variables_and_annotations_too() -> None:
    [rule] = [r for r in emitted(compiled())["groups"][0]["rules"] if r["title"] == "TargetGone"]
    # Grafana takes a dollar in a label for a variable of its environment, unless it is doubled.
    assert rule["labels"]["where"] == "{{ $$labels.instance }} has {{ $$values.A.Value }}"
    assert rule["annotations"]["summary"] == "{{ $labels.job }} is gone"
    assert "$value " not in rule["annotations"]["description"]


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("$value and .Value", "$value and .Value"),
        ("{{ .Value }} {{ $.Value }}", "{{ $values.A.Value }} {{ $values.A.Value }}"),
        ("{{ if gt $value 1.0 }}much{{ end }}", "{{ if gt $values.A.Value 1.0 }}much{{ end }}"),
        ('{{ printf "%v" (.Value) }}', '{{ printf "%v" ($values.A.Value) }}'),
        ("{{ $labels.Value }}{{ .Labels.Value }}", "{{ $labels.Value }}{{ .Labels.Value }}"),
    ],
)
def test_the_value_is_translated_in_actions_alone(stated: str, written: str) -> None:
    spec = yaml.safe_load(_PLATFORM)
    spec["alerts"]["TargetGone"]["summary"] = stated
    [rule] = [
        r for r in emitted(compiled(spec))["groups"][0]["rules"] if r["title"] == "TargetGone"
    ]
    assert rule["annotations"]["summary"] == written


def _without_alertmanager(change: dict[str, Any]) -> Result:
    spec = yaml.safe_load(_PLATFORM)
    del spec["services"]["alertmanager"], spec["services"]["prometheus"]["depends_on"]
    spec["alerts"]["Plain"]["evaluated_by"] = "grafana"
    return compile_platform(Source(yaml.safe_dump(merge(spec, change))))


def test_alerts_of_grafana_need_no_alertmanager() -> None:
    assert not _without_alertmanager({}).failed


_MOVE = {
    "matchers": ['severity="info"'], "comment": "a move",
    "start": "2027-01-09T22:00:00Z", "end": "2027-01-10T04:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"alerts": {"Plain": {"evaluated_by": "prometheus"}}},
        {"slos": {"a": {"service": "grafana", "objective": "99%", "window": "30d",
                        "errors": 'grafana_http_request_duration_seconds_count{status_code="500"}',
                        "total": "grafana_http_request_duration_seconds_count"}}},
        {"notifications": {"watchdog": "team"}},
        {"notifications": {"escalation": {"critical": [{"after": "30m", "to": "team"}]}}},
        {"notifications": {"silences": {"move": _MOVE}}},
    ],
    ids=["an alert", "an objective", "the Watchdog", "an escalation", "a silence"],
)  # fmt: skip
def test_what_grafana_does_not_send_needs_an_alertmanager(change: dict[str, Any]) -> None:
    assert [each.code for each in _without_alertmanager(change).diagnostics
            if each.severity == "error"] == ["PLT410"]  # fmt: skip


def test_prometheus_does_not_evaluate_what_grafana_does() -> None:
    files = compiled().files
    rules = "".join(text for path, text in files.items() if path.startswith("prometheus/rules/"))
    assert "alert: Plain" in rules
    assert "TargetGone" not in rules
    assert "TargetGone" in files["prometheus/tests/grafana.test.yml"]


def test_grafana_reaches_whom_it_tells_and_nobody_else() -> None:
    platform = compiled().platform
    assert platform is not None
    reached = {
        edge.target.name
        for edge in platform.edges
        if isinstance(edge.source, Pods)
        and edge.source.name == "grafana"
        and isinstance(edge.target, Outside)
    }
    assert reached == {"smtp", "chat", "pager", "opsgenie", "telegram"}


def test_nothing_changes_where_prometheus_evaluates_everything() -> None:
    spec = yaml.safe_load(_PLATFORM)
    del spec["monitoring"]["evaluated_by"]
    files = compiled(spec).files
    assert "grafana/alerting.yaml" not in files
    assert "smtp" not in files["manifests/30-config/monitoring/configmap-grafana-config.yaml"]


@pytest.mark.parametrize(("port", "start"), [(587, "MandatoryStartTLS"), (465, None)])
def test_mail_is_sent_over_tls_from_the_first_byte_on_its_port(
    port: int, start: str | None
) -> None:
    spec = yaml.safe_load(_PLATFORM)
    spec["services"]["smtp"]["ports"]["smtp"] = port
    text = compiled(spec).files["manifests/30-config/monitoring/configmap-grafana-config.yaml"]
    assert f"host = smtp.example.com:{port}" in text
    assert ("startTLS_policy = MandatoryStartTLS" in text) == (start is not None)
