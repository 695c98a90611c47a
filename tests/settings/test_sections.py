"""A value of any type where a program has a section is told, and does not stop the compiler."""

from __future__ import annotations

from typing import Any

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

SERVICES: dict[str, dict[str, Any]] = {
    "airflow": {
        "depends_on": ["db"],
        "version": "3.3.2",
        "database": "db/shop",
        "keys": {"fernet": "keys/fernet", "session": "keys/session", "jwt": "keys/jwt"},
    },
    "alertmanager": {},
    "elasticsearch": {"storage": "5Gi", "config": {"xpack.security.enabled": False}},
    "fluentd": {"depends_on": ["search"]},
    "grafana": {"admin": {"user": "admin", "password": "keys/admin"}},
    "keycloak": {
        "depends_on": ["db"],
        "database": "db/shop",
        "admin": {"user": "admin", "password": "keys/admin"},
    },
    "kibana": {"depends_on": ["search"]},
    "otel_collector": {},
    "postgres": {
        "storage": "5Gi",
        "superuser_password": "keys/root",
        "roles": {"owner": {"password": "keys/root"}},
        "databases": {"shop": {"owner": "owner"}},
    },
    "prometheus": {"storage": "5Gi"},
    "redis": {"password": "keys/redis"},
    "spark": {"version": "4.0.0"},
}
"""What each kind with ``config`` needs besides it."""
MAIL = {
    "kind": "external", "address": {"host": "mail.example.com"}, "ports": {"submission": 587},
}  # fmt: skip
NOTIFICATIONS = {
    "smtp": {"service": "mail", "from": "shop@example.com"}, "routes": {"default": "team"},
    "receivers": {"team": {"email": "team@example.com"}},
}  # fmt: skip
SECTIONS: dict[str, tuple[str, ...]] = {
    "airflow": ("core", "database", "celery"),
    "alertmanager": (
        "global", "route", "receivers", "inhibit_rules", "templates", "time_intervals",
    ),
    "elasticsearch": ("cluster", "node", "xpack", "xpack.security", "http", "path", "discovery"),
    "fluentd": ("sources", "filters", "outputs"),
    "grafana": ("server", "security", "database", "auth.generic_oauth", "paths"),
    "keycloak": ("db", "http", "log", "hostname"),
    "kibana": ("server", "server.compression", "elasticsearch", "csp", "xpack", "path"),
    "otel_collector": (
        "receivers", "receivers.otlp", "receivers.otlp.protocols", "processors",
        "processors.batch", "exporters", "exporters.otlp", "connectors", "extensions", "service",
        "service.pipelines", "service.pipelines.traces", "service.telemetry",
        "service.pipelines.metrics.exporters", "service.pipelines.metrics.receivers",
        "service.extensions",
    ),
    "postgres": ("shared_buffers", "max_connections", "pg_stat_statements.max"),
    "prometheus": (
        "global", "scrape_configs", "rule_files", "alerting", "remote_write", "storage",
        "alerting.alertmanagers", "storage.tsdb", "global.external_labels",
    ),
    "redis": ("maxmemory", "save", "appendonly", "maxmemory-policy"),
    "spark": ("spark", "spark.executor", "spark.executor.memory"),
}  # fmt: skip
"""The sections of each kind, with a dot before one that stands in another."""
VALUES: tuple[Any, ...] = (
    None, "", "text", 0, 1.5, True, [], ["text"], [None], [{"a": 1}], {}, {"a": None}, {"a": [1]},
)  # fmt: skip


def _config(section: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any value
    for word in reversed(section.split(".")):
        value = {word: value}
    found: dict[str, Any] = value
    return found


def _platform(kind: str, config: dict[str, Any]) -> Source:
    spec = {
        "platform": "shop", "version": 1, "namespaces": {"shop": None},
        "secrets": {"keys": {"keys": ["admin", "fernet", "jwt", "redis", "root", "session"]}},
        "cluster": {"nodes": {"main": {"memory": "16GB", "cpu": 8}}},
        "services": {
            "search": {"kind": "elasticsearch", **SERVICES["elasticsearch"]},
            "db": {"kind": "postgres", **SERVICES["postgres"]},
            "mail": MAIL,
            "tried": {"kind": kind, **SERVICES[kind], **({"config": config} if config else {})},
        },
        **({"notifications": NOTIFICATIONS} if kind == "alertmanager" else {}),
    }  # fmt: skip
    return Source(yaml_text(spec))


@pytest.mark.parametrize("kind", SERVICES)
def test_without_a_section_nothing_is_wrong(kind: str) -> None:
    assert not compile_platform(_platform(kind, {})).failed


@pytest.mark.parametrize(
    ("kind", "section"), [(kind, each) for kind, several in SECTIONS.items() for each in several]
)
def test_a_section_may_be_of_any_type(kind: str, section: str) -> None:
    for value in VALUES:
        compile_platform(_platform(kind, _config(section, value)))
