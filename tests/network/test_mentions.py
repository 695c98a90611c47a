"""What texts name as services, and what only looks as if it did; and what reading them costs."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.network.mentions import means_host, mentions
from platc_compiler.network.traffic import findings
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.depth import examples

NAMES = (
    ("DATABASE_URL", "postgres://app@db:5432/app"),
    ("DATABASE_URL", "postgres://db/app"),
    ("DSN", "postgresql+psycopg2://app@db:5432/app"),
    ("SQLALCHEMY", "postgresql+asyncpg://app@db.shop.svc:5432/app"),
    ("X", "jdbc:postgresql://db:5432/app?user=a"),
    ("X", "jdbc:postgresql://other.example.com:5432,db:5432/app"),
    ("X", "jdbc:oracle:thin:@db:5432:orcl"),
    ("X", "jdbc:sqlserver://db:5432;databaseName=app"),
    ("X", "host=db port=5432 dbname=app"),
    ("X", "dbname=app host='db'"),
    ("X", "postgresql:///app?host=db&port=5432"),
    ("PGHOST", "db"),
    ("DB_HOST", "db"),
    ("DB_HOST", "DB"),
    ("DbHostname", "db"),
    ("DATABASE_ADDR", "db:5432"),
    ("POSTGRES_SERVER", "db"),
    ("SPRING_DATASOURCE_URL", "jdbc:postgresql://db/app"),
    ("BROKERS", "kafka-0.kafka.data.svc:9092,kafka-1.kafka.data.svc:9092"),
    ("BOOTSTRAP_SERVERS", "kafka.data:9092"),
    ("X", "SASL_PLAINTEXT://kafka.data.svc.cluster.local:9092"),
    ("X", "kafka.data.svc:9092"),
    ("UPSTREAM", "web.shop"),
    ("X", "http://web:8080"),
    ("X", "http://web:8080/a?b=c#d"),
    ("X", "http://user@web:8080/"),
    ("X", "see http://web:8080, or ask"),
    ("X", "tcp://web:8080"),
    ("X", "grpc://web:8080"),
    ("X", "web:8080"),
    ("X", "other:1,web:8080"),
    ("X", '{"conn_type": "http", "host": "web", "port": 8080}'),
    ("X", '{"upstream": {"url": "http://web:8080"}}'),
    ("X", "<server><host>web</host></server>"),
    ("X", "server:\n  # comment\n  host: web\n"),
    ("X", "[db]\nhostname = db\n"),
    ("X", "upstream app { server web:8080; }"),
    ("X", "curl -fsS http://web:8080/health"),
    ("X", "pg_isready -h db -p 5432"),
    ("X", "psql --host=db --username app"),
    ("X", "nc -z db 5432 && start"),
    ("X", "exec 3<>/dev/tcp/db/5432"),
    ("X", "until wait-for-it db:5432; do sleep 1; done"),
    ("X", "https://bucket.s3.example.com/key"),
    ("S3_ENDPOINT", "s3.example.com"),
    ("X", "203.0.113.7:1433"),
    ("X", "mongodb://a.example.com:27017,db:5432/app"),
    ("X", "http://db:5432,http://web:8080"),
    ("X", "Server=tcp:db,5432;Database=app"),
    ("X", "Data Source=tcp:db,5432"),
    ("X", "mysql -hdb app"),
    ("X", "--db.host=db"),
    ("X", "dns:///web:8080"),
    ("X", "user:x@tcp(db:5432)/app"),
    ("X", "http://?url=http%3A%2F%2Fweb%3A8080"),
    ("X", "<match **>\n  @type forward\n  <server>\n    host db\n  </server>\n</match>\n"),
    ("ES_HOSTS", '["http://web:8080"]'),
    ("SCHEMA_REGISTRY_URL", "http://web:8080"),
    ("http_proxy", "http://web:8080"),
)
LOOK_ALIKE = (
    ("IMAGE", "ghcr.io/x/web"),
    ("IMAGE", "ghcr.io/x/web:8080"),
    ("IMAGE", "registry.example.com/shop/db:5432-alpine"),
    ("X", "the web is large and db is small"),
    ("TITLE", "web"),
    ("APP", "web"),
    ("OTEL_SERVICE_NAME", "web"),
    ("SERVICE", "web"),
    ("ROLE", "db"),
    ("MODE", "web"),
    ("BACKEND", "db"),
    ("CELERY_BROKER", "kafka"),
    ("X", "/var/lib/web/db"),
    ("X", "/srv/web:8080"),
    ("X", "web:80"),
    ("X", "web: 8080 requests"),
    ("X", "%(asctime)s db:%(levelname)s %(message)s"),
    ("X", "level=info msg=db"),
    ("X", "s3://web/db"),
    ("X", "sqlite:////data/db"),
    ("X", "file:///web/db"),
    ("X", "k8s://https://kubernetes.default.svc"),
    ("X", "http://localhost:8080/web"),
    ("X", "http://127.0.0.1:8080"),
    ("BIND_ADDRESS", "0.0.0.0:8080"),
    ("ALLOWED_HOSTS", "web"),
    ("NO_PROXY", "web,db"),
    ("VIRTUAL_HOST", "web"),
    ("HOST_HEADER", "web"),
    ("TLS_SERVER_NAME", "web"),
    ("LISTEN_ADDR", ":8080"),
    ("PUBLIC_URL", "https://shop.example.org"),
    ("X", "web.example.org"),
    ("X", "dbweb:8080"),
    ("X", "web-db"),
    ("X", "12:30"),
    ("X", "1.2.3:8080"),
    ("LABELS", "app=web,tier=db"),
    ("X", "git@web:shop.git"),
    ("X", "user=web sslmode=db"),
    ("X", "# host: db\n# url: http://web:8080\nname: x\n"),
    ("OBSERVER", "web"),
    ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://web:8080"),
    ("CORS_ORIGINS", "http://web:8080"),
    ("X", "tar -html web"),
    ("X", "a list:\n  web db\n  db web\n"),
    ("DATABASE_NAME", "db"),
    ("X", "http://{{ host }}/web"),
    ("X", "db.web.py"),
    ("X", "team@db"),
    ("X", "std::web:8080"),
    ("SCHEMA_URL", "http://json-schema.org/web"),
    ("X", "web;db"),
)  # fmt: skip


def faults(texts: tuple[tuple[str, str], ...]) -> list[set[str]]:
    services = {
        f"t{number}": {
            "kind": "workload", "image": "example.com/i:1", "namespace": "shop", "env": {key: text},
        }
        for number, (key, text) in enumerate(texts)
    } | {
        "web": {"kind": "workload", "image": "example.com/i:1", "namespace": "shop",
                "ports": {"http": 8080}},
        "db": {"kind": "workload", "image": "example.com/i:1", "namespace": "shop",
               "ports": {"sql": 5432}},
        "kafka": {"kind": "external", "ports": {"broker": 9092},
                  "address": {"service": "kafka", "namespace": "data"}},
        "s3": {"kind": "external", "ports": {"https": 443}, "address": {"host": "s3.example.com"}},
        "erp": {"kind": "external", "ports": {"sql": 1433},
                "address": {"host": "erp.example.com", "cidrs": ["203.0.113.0/28"]}},
    }  # fmt: skip
    platform = {
        "platform": "p", "version": 1, "namespaces": {"shop": None}, "services": services,
        "cluster": {"nodes": {"n": {"count": 20, "memory": "64GB", "cpu": 64}}},
    }  # fmt: skip
    result = compile_platform(Source(yaml_text(platform)))
    wrong = [d for d in result.diagnostics if d.code not in {"PLT307", "PLT309"}]
    assert not [d for d in wrong if d.severity == "error"], wrong
    found: list[set[str]] = [set() for _ in texts]
    for diagnostic in result.diagnostics:
        if diagnostic.code in {"PLT307", "PLT312"}:
            found[int(diagnostic.path.split(".")[1][1:])].add(diagnostic.message)
    return found


def test_a_text_that_names_a_service_is_held_against_the_edges() -> None:
    assert len(NAMES) >= 40
    assert [text for text, found in zip(NAMES, faults(NAMES), strict=True) if not found] == []


def test_a_text_that_only_looks_like_one_is_left_alone() -> None:
    assert len(LOOK_ALIKE) >= 40
    wrong = zip(LOOK_ALIKE, faults(LOOK_ALIKE), strict=True)
    assert [(text, found) for text, found in wrong if found] == []


@pytest.mark.parametrize(
    "key", ["HOST", "PGHOST", "DB_URL", "kafkaBrokers", "bootstrap.servers", "proxy_url", "-h"]
)
def test_a_key_that_means_a_host(key: str) -> None:
    assert means_host(key)


@pytest.mark.parametrize(
    "key", ["", "OBSERVER", "HOST_HEADER", "SERVER_NAME", "ALLOWED_HOSTS", "URL_PREFIX", "DB_PORT"]
)
def test_a_key_that_means_none(key: str) -> None:
    assert not means_host(key)


REPEATED = (
    "a", "a.", "a:", "a=", "://", "a:1", "$(", "${", "{{", "-h ", " 12", "/dev/tcp/a", ".svc",
    "host=", "a,", "http://", "a@", "\n ", "x y ", "a-", "a.svc.", "--host ", "url: ", ",http:",
    "jdbc:oracle:thin:@", "\t", " \t", "'", "a b 12 ", "http://a,", "@:", "-h", "-ha ", "tcp:a,",
    "host a\n", " \n", "dns:///", "%3A%2F%2F", "[::1]:", "host = ",
)  # fmt: skip


@pytest.mark.parametrize("part", REPEATED)
def test_the_time_to_read_a_text_grows_with_its_length_alone(part: str) -> None:
    text = (part * 300_000)[:300_000]
    start = process_time()
    mentions("DB_HOST", text)
    assert process_time() - start < 3


@given(st.text(alphabet="ab.:/@-,=$(){}[]\n '\"0159\x00", max_size=300), st.text(max_size=20))
@examples(100)
def test_any_text_is_read(text: str, key: str) -> None:
    for mention in mentions(key, text):
        assert mention.host
        assert mention.port is None or 0 < mention.port < 1 << 16


def test_a_platform_without_values_has_no_findings() -> None:
    result = compile_platform(
        Source(
            yaml_text(
                {
                    "platform": "p", "version": 1, "namespaces": {"a": None},
                    "cluster": {"nodes": {"n": {"memory": "8GB", "cpu": 4}}},
                    "services": {"web": {"kind": "workload", "image": "example.com/i:1"}},
                }
            )
        )
    )  # fmt: skip
    assert result.platform is not None
    assert findings(result.platform) == ()
