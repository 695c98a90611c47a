"""What PLT503 takes for a credential, and what it leaves alone."""

from __future__ import annotations

import json

import pytest

from platc_compiler.diagnostics.rendering import as_github, as_json, as_sarif, as_text
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.checks.examples import merged

CREDENTIALS = {
    "PASSWORD": "correct-horse",
    "DATABASE_PASSWORD": "12345678",
    "POSTGRES_PASSWORD_PRODUCTION": "correct-horse",
    "SECRET": "$ecret",
    "clientSecret": "correct-horse",
    "API_TOKEN": "abc123",
    "SLACK_API_KEY": "abc123",
    "PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----",
    "AWS_SECRET_ACCESS_KEY": "abc123",
    "AIRFLOW__CORE__FERNET_KEY": "abc123",
    "DATABASE_URL": "postgresql://shop:correct-horse@db/shop",
    "BROKER": "amqp://shop:correct-horse@mq:5672",
}
HARMLESS = {
    "PASSWORD_FILE": "/run/secrets/password",
    "TOKEN_URL": "https://login.example.com/token",
    "TOKEN_TTL": "3600",
    "SECRET_NAME": "database",
    "PASSWORD_MIN_LENGTH": "12",
    "USE_TOKEN": "True",
    "TOKEN": "$(OTHER_VARIABLE)",
    "PASSWORD": "",
    "API_TOKEN": "{{ var.value.token }}",
    "MAX_TOKENS": "4096",
    "SECRETARY": "Ms Smith",
    "TOKENIZER": "wordpiece",
    "COMPASS": "north",
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "DATABASE_URL": "postgresql://shop@db/shop",
    "PROXY": "http://proxy.example.com:3128",
    "KEYBOARD": "de",
}


def found(env: dict[str, str]) -> list[str]:
    text = merged(yaml_text({"services": {"web": {"env": env}}}))
    result = compile_platform(Source(text))
    return [d.path for d in result.diagnostics if d.code == "PLT503"]


@pytest.mark.parametrize(("name", "value"), CREDENTIALS.items())
def test_a_credential_is_refused(name: str, value: str) -> None:
    assert found({name: value}) == [f"services.web.env.{name}"]


@pytest.mark.parametrize(("name", "value"), HARMLESS.items())
def test_what_only_speaks_of_credentials_is_left_alone(name: str, value: str) -> None:
    assert found({name: value}) == []


def test_a_reference_to_a_declared_secret_is_what_is_wanted() -> None:
    text = merged(
        yaml_text(
            {
                "secrets": {"database": {"keys": ["password"]}},
                "services": {"web": {"env": {"PASSWORD": "${database/password}"}}},
            }
        )
    )
    assert not compile_platform(Source(text)).failed


def test_no_format_shows_a_credential() -> None:
    """Not even beside another fault on the same line."""
    env = {"A_PASSWORD": "correct-horse", "B_TOKEN": "battery-staple"}
    text = (
        "platform: shop\nversion: 1\ncluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }\n"
        "namespaces: { shop: {} }\nservices:\n"
        f"  web: {{ kind: workload, image: 'a/b:1', depends_on: [no], env: {json.dumps(env)} }}\n"
    )
    diagnostics = compile_platform(Source(text)).diagnostics
    assert [d.code for d in diagnostics] == ["PLT101", "PLT503", "PLT503"]
    shown = "".join(show(diagnostics) for show in (as_text, as_json, as_sarif, as_github))
    assert "horse" not in shown
    assert "staple" not in shown
