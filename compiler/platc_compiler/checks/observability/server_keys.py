"""The keys of Prometheus' and Alertmanager's own configuration, two levels deep.

Sources: the struct ``Config`` and the structs of its fields in ``config/config.go`` of
prometheus/prometheus v3.14.0 and of prometheus/alertmanager v0.31.1.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Part(Struct, frozen=True, kw_only=True):
    """The schema of one key at the top level."""

    keys: frozenset[str] = frozenset()
    """Of a mapping: the allowed keys; empty if they are not checked."""
    items: type[str | dict[str, object]] | None = None
    """Of a list: the type of its items; ``None`` for a mapping."""
    name: str = ""
    """Of a list of mappings: the key that each must have."""
    kept: bool = False
    """Whether platc needs the key to do what the platform declares: ``null`` must not remove it."""


class Server(Struct, frozen=True):
    """The allowed keys of a server's configuration."""

    title: str
    release: str
    """The version whose source was read."""
    parts: Mapping[str, Part]


_PROMETHEUS_GLOBAL = """
    scrape_interval scrape_timeout scrape_protocols evaluation_interval rule_query_offset
    query_log_file scrape_failure_log_file external_labels body_size_limit sample_limit target_limit
    label_limit label_name_length_limit label_value_length_limit keep_dropped_targets
    metric_name_validation_scheme metric_name_escaping_scheme scrape_native_histograms
    convert_classic_histograms_to_nhcb always_scrape_classic_histograms extra_scrape_metrics
"""
_ALERTMANAGER_GLOBAL = """
    resolve_timeout http_config jira_api_url smtp_from smtp_hello smtp_smarthost smtp_auth_username
    smtp_auth_password smtp_auth_password_file smtp_auth_secret smtp_auth_secret_file
    smtp_auth_identity smtp_require_tls smtp_tls_config smtp_force_implicit_tls slack_api_url
    slack_api_url_file slack_app_token slack_app_token_file slack_app_url pagerduty_url
    opsgenie_api_url opsgenie_api_key opsgenie_api_key_file wechat_api_url wechat_api_secret
    wechat_api_secret_file wechat_api_corp_id victorops_api_url victorops_api_key
    victorops_api_key_file telegram_api_url telegram_bot_token telegram_bot_token_file webex_api_url
    rocketchat_api_url rocketchat_token rocketchat_token_file rocketchat_token_id
    rocketchat_token_id_file
"""
_ROUTE = """
    receiver group_by match match_re matchers mute_time_intervals active_time_intervals continue
    routes group_wait group_interval repeat_interval
"""


def _mapping(keys: str = "", *, kept: bool = False) -> Part:
    return Part(keys=frozenset(keys.split()), kept=kept)


def _mappings(name: str = "", *, kept: bool = False) -> Part:
    return Part(items=dict, name=name, kept=kept)


SERVERS: Mapping[str, Server] = {
    "prometheus": Server(
        "Prometheus",
        "3.14.0",
        {
            "global": _mapping(_PROMETHEUS_GLOBAL, kept=True),
            "runtime": _mapping("gogc"),
            "alerting": _mapping("alert_relabel_configs alertmanagers", kept=True),
            "rule_files": Part(items=str, kept=True),
            "scrape_config_files": Part(items=str),
            "scrape_configs": _mappings("job_name", kept=True),
            "storage": _mapping("tsdb exemplars"),
            "tracing": _mapping(),
            "remote_write": _mappings("url"),
            "remote_read": _mappings("url"),
            "otlp": _mapping(),
        },
    ),
    "alertmanager": Server(
        "Alertmanager",
        "0.31.1",
        {
            "global": _mapping(_ALERTMANAGER_GLOBAL, kept=True),
            "route": _mapping(_ROUTE, kept=True),
            "inhibit_rules": _mappings(),
            "receivers": _mappings("name", kept=True),
            "templates": Part(items=str),
            "mute_time_intervals": _mappings("name"),
            "time_intervals": _mappings("name"),
            "tracing": _mapping(),
        },
    ),
}
"""The schemas by kind of service."""
