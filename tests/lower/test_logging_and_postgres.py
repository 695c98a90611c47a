"""What the kinds of logging and of the database refuse, in the words that a user reads."""

from __future__ import annotations

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source

PLATFORM = """
platform: shop
version: 1
cluster: {{ nodes: {{ main: {{ memory: 16Gi, cpu: 8 }} }} }}
namespaces: {{ data: {{}} }}
secrets: {{ pg: {{ keys: [a, b] }} }}
services:
  s3: {{ kind: external, address: {{ host: s3.example.com }}, ports: {{ https: 443 }} }}
  search:
    kind: elasticsearch
    storage: 1Gi
    config: {{ xpack.security.enabled: false }}
  it: {{ {service} }}
"""
POSTGRES = "kind: postgres, storage: 1Gi, superuser_password: pg/a, "
STORE = "kind: elasticsearch, storage: 1Gi, "
BACKUP = "backup: { schedule: '@daily', to: s3, bucket: BUCKET }"


@pytest.mark.parametrize(
    ("service", "words"),
    [
        (POSTGRES + "roles: { postgres: {} }", "is the superuser"),
        (POSTGRES + "roles: { pg_mine: {} }", "PostgreSQL keeps"),
        (POSTGRES + f"roles: {{ {'r' * 64}: {{}} }}", "63"),
        (POSTGRES + "version: 9", "is not known"),
        (POSTGRES + "config: { max_connections: many }", "write a number"),
        (POSTGRES + "config: { search_path: [a, b] }", "a text, a number or a boolean"),
        (POSTGRES + 'config: { "fsync = off\\nport": 1 }', "is no setting"),
        (POSTGRES + 'config: { search_path: "a\\nfsync = off" }', "is no setting"),
        (POSTGRES + BACKUP.replace("BUCKET", "'s3://copies/db'"), "nothing to dump"),
        (POSTGRES + BACKUP.replace("BUCKET", "'copies/db'"), "s3://"),
        (STORE, "passwords needs the user elastic"),
        (STORE + "version: 7.17.0", "7.17.0"),
        (
            STORE
            + "passwords: { elastic: pg/a }, config: { xpack: { security: { enabled: false } } }",
            "passwords without security",
        ),
        ("kind: kibana", "must begin with the elasticsearch"),
        ("kind: fluentd", "must begin with the elasticsearch"),
        ("kind: fluentd, depends_on: [search], version: 1.16.0", "write image:"),
        ("kind: fluentd, depends_on: [search], config: { matches: {} }", "not 'matches'"),
        ("kind: fluentd, depends_on: [search], config: { filters: { a: 1 } }", "each a text"),
    ],
)
def test_what_cannot_work_is_refused(service: str, words: str) -> None:
    result = compile_platform(Source(PLATFORM.format(service=service)))
    errors = [d for d in result.diagnostics if d.severity == "error"]
    assert errors
    assert any(words in f"{d.message} {d.hint}" for d in errors), errors


@pytest.mark.parametrize(
    "service",
    [
        POSTGRES + "config: { shared_buffers: 64MB, log_connections: true, work_mem: 4096 }",
        POSTGRES + "version: 17, databases: {}",
        "kind: kibana, depends_on: [search]",
        "kind: fluentd, depends_on: [search], image: 'example/fluentd:1', version: 1.20.0",
    ],
)
def test_what_works_is_taken(service: str) -> None:
    result = compile_platform(Source(PLATFORM.format(service=service)))
    assert not result.failed, result.diagnostics


def test_what_is_stated_stands_over_what_follows_from_the_memory() -> None:
    service = POSTGRES + "config: { shared_buffers: 64MB, 'my.setting': \"it's\" }"
    result = compile_platform(Source(PLATFORM.format(service=service)))
    text = result.files["manifests/30-config/data/configmap-it-config.yaml"]
    assert text.index("shared_buffers = '128MB'") < text.index("shared_buffers = '64MB'")
    assert "my.setting = 'it''s'" in text


@pytest.mark.parametrize(
    ("version", "known"), [("8.12.2", False), ("8.13.0", True), ("9.2.0", True)]
)
def test_kibana_is_told_that_it_has_no_way_out_where_it_knows_the_setting(
    version: str,
    known: bool,  # noqa: FBT001 - a case
) -> None:
    service = f"kind: kibana, depends_on: [search], version: {version}"
    result = compile_platform(Source(PLATFORM.format(service=service)))
    config = yaml.safe_load(result.files["manifests/30-config/data/configmap-it-config.yaml"])
    settings = yaml.safe_load(config["data"]["kibana.yml"])
    assert ("xpack.fleet.isAirGapped" in settings) is known


@pytest.mark.parametrize(
    ("host", "endpoint", "plain"),
    [
        ("s3.example.com", "", True),
        ("s3.eu-central-1.amazonaws.com", "", False),
        ("s3.example.com", ", endpoint: 'https://s3.eu-central-1.amazonaws.com'", False),
        ("s3.example.com", ", endpoint: 'https://s3.amazonaws.com.example.com'", True),
        ("s3.example.com", ", endpoint: 'http://minio.example.com:9000'", True),
    ],
)
def test_only_amazon_s_own_stores_get_checksums_of_the_client(
    host: str, endpoint: str, *, plain: bool
) -> None:
    backup = BACKUP.replace("BUCKET }", f"'s3://copies/db'{endpoint} }}")
    service = POSTGRES + "databases: { a: { owner: o } }, roles: { o: {} }, " + backup
    text = PLATFORM.format(service=service).replace("host: s3.example.com", f"host: {host}")
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    job = yaml.safe_load(result.files["manifests/50-workloads/data/cronjob-it-backup.yaml"])
    (upload,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    names = {item["name"] for item in upload["env"] if "CHECKSUM" in item["name"]}
    both = {"AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION"}
    assert names == (both if plain else set())
