"""Elasticsearch's set-up job against a stand-in over HTTP, and fluent.conf as Fluentd reads it."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from platc_spec.quantities import parse_bytes
from tests.real import fluentd_config, fluentd_refusals
from tests.real.fluentd_refusals import Fate

BASE = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 256Gi, cpu: 8 } } }
namespaces: { logging: {}, agents: {} }
"""
OPEN = """
services:
  search:
    kind: elasticsearch
    namespace: logging
    storage: 10Gi
    resources: { requests: { memory: 1Gi }, limits: { memory: 2Gi } }
    logs: { keep: 14d, rollover: { age: 1d, size: 2Gi } }
    config:
      cluster.name: data-pipeline-logs
      xpack: { security: { enabled: false } }
  kibana: { kind: kibana, namespace: logging, depends_on: [search] }
  fluentd: { kind: fluentd, namespace: agents, depends_on: [search] }
"""
SECURED = """
secrets:
  search: { namespace: [logging, agents], keys: [elastic, kibana, shipper, encryption] }
services:
  search:
    kind: elasticsearch
    namespace: logging
    storage: 10Gi
    passwords: { elastic: search/elastic, kibana_system: search/kibana, fluentd: search/shipper }
  kibana:
    kind: kibana
    namespace: logging
    depends_on: [search]
    password: search/kibana
    encryption_key: search/encryption
  fluentd:
    kind: fluentd
    namespace: agents
    depends_on: [search]
    password: search/shipper
    exclude: [kube-system]
    config:
      filters: { b-second: "# second", a-first: "# first" }
"""
AIRFLOW = """
  airflow:
    kind: airflow
    namespace: logging
    version: VERSION
    database: db/airflow
    logs: search
    keys: { fernet: airflow/fernet, session: airflow/session JWT }
  db:
    kind: postgres
    namespace: logging
    storage: 1Gi
    superuser_password: airflow/db
    roles: { airflow: { password: airflow/db } }
    databases: { airflow: { owner: airflow } }
secrets:
  airflow: { namespace: logging, keys: [fernet, session, jwt, db] }
"""


@cache
def _emitted(text: str) -> dict[str, dict[str, Any]]:
    result = compile_platform(Source(BASE + text))
    assert not result.failed, result.diagnostics
    found = [yaml.safe_load(t) for path, t in result.files.items() if path.startswith("manifests/")]
    return {f"{body['kind']}/{body['metadata']['name']}": body for body in found}


def _data(text: str, name: str) -> dict[str, str]:
    data: dict[str, str] = _emitted(text)[f"ConfigMap/{name}"]["data"]
    return data


def _airflow(version: str) -> str:
    jwt = ", jwt: airflow/jwt" if version.startswith("3") else ""
    return OPEN + AIRFLOW.replace("VERSION", version).replace(" JWT", jwt)


# Elasticsearch


class StandIn:
    """Answers as Elasticsearch would, and remembers what it was sent."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.sent: dict[str, Any] = {}
        self.aliases: set[str] = set()
        self.views: dict[str, dict[str, Any]] = {}
        self.failing: set[str] = set()

    def status(self, method: str, path: str, body: bytes) -> int:
        if path in self.failing:
            return 400
        if path.startswith("/api/data_views/"):
            return self._kibana(method, path, body)
        if method == "HEAD":
            return 200 if path.removeprefix("/_alias/") in self.aliases else 404
        if method == "PUT":
            self.sent[path] = json.loads(body)
            self.aliases |= set(self.sent[path].get("aliases", ()))
        return 200

    def _kibana(self, method: str, path: str, body: bytes) -> int:
        if method == "GET":
            return 200 if path.rpartition("/")[2] in self.views else 404
        sent = json.loads(body)
        self.sent[path] = sent
        if path == "/api/data_views/data_view":
            self.views[sent["data_view"]["id"]] = sent["data_view"]
        return 200


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@contextmanager
def _listening(stand_in: StandIn) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            authorization = self.headers.get("Authorization", "")
            path = self.path.partition("?")[0]
            stand_in.asked.append((self.command, path, authorization))
            self.send_response(stand_in.status(self.command, path, body))
            self.send_header("Content-Length", "2")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(b"{}")

        do_GET = do_PUT = do_POST = do_HEAD = answer  # noqa: N815 - so called by the library

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}"
    finally:
        listening.shutdown()
        listening.server_close()


def _set_up(
    files: dict[str, str],
    stand_in: StandIn,
    folder: Path,
    passwords: dict[str, str] | None = None,
    script: str = "setup.sh",
) -> subprocess.CompletedProcess[str]:
    secrets = folder / "secrets"
    for path, password in (passwords or {}).items():
        (secrets / path).parent.mkdir(parents=True, exist_ok=True)
        (secrets / path).write_text(password)
    for key, text in files.items():
        (folder / key).write_text(text)
    with _listening(stand_in) as url:
        text = (
            files[script]
            .replace("/run/secrets/elasticsearch", str(secrets))
            .replace("/run/secrets/kibana", str(secrets))
            .replace("/setup/", f"{folder}/")
            .replace("/views/", f"{folder}/")
            .replace("/tmp/curl.conf", f"{folder}/curl.conf")  # noqa: S108
            .replace("/tmp/body.json", f"{folder}/body.json")  # noqa: S108
        )
        text = re.sub(r"^url=.*$", f"url={url}", text, flags=re.MULTILINE)
        return subprocess.run(
            ["/bin/bash", "-c", text], capture_output=True, text=True, check=False, timeout=60
        )


def test_the_logs_get_their_life_cycle(stand_in: StandIn, tmp_path: Path) -> None:
    done = _set_up(_data(OPEN, "search-setup"), stand_in, tmp_path)
    assert done.returncode == 0, done.stderr
    phases = stand_in.sent["/_ilm/policy/platc-logs"]["policy"]["phases"]
    assert phases["hot"]["actions"]["rollover"] == {
        "max_age": "1d", "max_primary_shard_size": f"{2 << 30}b",
    }  # fmt: skip
    assert phases["delete"]["min_age"] == "14d"
    template = stand_in.sent["/_index_template/container-logs"]
    assert template["data_stream"] == {}
    assert template["index_patterns"] == ["container-logs"]
    settings = template["template"]["settings"]
    assert settings["index.lifecycle.name"] == "platc-logs"
    assert settings["index.number_of_replicas"] == 0


def test_task_logs_get_an_alias_once(stand_in: StandIn, tmp_path: Path) -> None:
    files = _data(_airflow("3.3.2"), "search-setup")
    for _ in range(2):
        assert _set_up(files, stand_in, tmp_path).returncode == 0
    made = [
        path
        for method, path, _ in stand_in.asked
        if (method, path) == ("PUT", "/airflow-logs-000001")
    ]
    assert len(made) == 1
    assert stand_in.sent["/airflow-logs-000001"] == {
        "aliases": {"airflow-logs": {"is_write_index": True}}
    }
    template = stand_in.sent["/_index_template/airflow-logs"]
    assert template["template"]["settings"]["index.lifecycle.rollover_alias"] == "airflow-logs"
    properties = template["template"]["mappings"]["properties"]
    assert (properties["log_id"]["type"], properties["offset"]["type"]) == ("keyword", "long")
    pipeline = template["template"]["settings"]["index.default_pipeline"]
    assert f"/_ingest/pipeline/{pipeline}" in stand_in.sent, "it must be there before the template"


def test_a_refused_body_fails_the_job(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.failing.add("/_ilm/policy/platc-logs")
    assert _set_up(_data(OPEN, "search-setup"), stand_in, tmp_path).returncode != 0


def test_users_get_their_passwords_whatever_they_hold(stand_in: StandIn, tmp_path: Path) -> None:
    passwords = {
        "password-elastic/elastic": 'el"as\\tic',
        "password-kibana-system/kibana": "k'ib$ana",
        "password-fluentd/shipper": 'a"b\\',
    }  # fmt: skip
    done = _set_up(_data(SECURED, "search-setup"), stand_in, tmp_path, passwords)
    assert done.returncode == 0, done.stderr
    basic = base64.b64encode(b'elastic:el"as\\tic').decode()
    assert {authorization for *_, authorization in stand_in.asked} == {f"Basic {basic}"}
    kibana = stand_in.sent["/_security/user/kibana_system/_password"]
    assert kibana == {"password": "k'ib$ana"}
    shipper = stand_in.sent["/_security/user/fluentd"]
    assert shipper == {"password": 'a"b\\', "roles": ["platc-logs"]}


def test_no_password_stands_in_a_config_map() -> None:
    objects = _emitted(SECURED)
    text = json.dumps([body for name, body in objects.items() if name.startswith("ConfigMap/")])
    assert "ELASTIC_PASSWORD" not in text
    assert "${ELASTICSEARCH_PASSWORD_TEXT}" in text


def test_the_documents_settings_stand_in_elasticsearch_yml() -> None:
    settings = yaml.safe_load(_data(OPEN, "search-config")["elasticsearch.yml"])
    assert settings["cluster.name"] == "data-pipeline-logs"
    assert settings["xpack.security.enabled"] is False
    assert settings["discovery.type"] == "single-node"
    assert settings["node.store.allow_mmap"] is False


MEMORY = "requests: { memory: 1Gi }, limits: { memory: 2Gi }"


@pytest.mark.parametrize(
    ("request_", "limit", "heap"),
    [
        ("1Gi", "2Gi", 512),
        ("832Mi", "832Mi", 256),
        ("1Gi", "1Gi", 384),
        ("1280Mi", "1280Mi", 554),
        ("4Gi", "4Gi", 2048),
        ("1Gi", "8Gi", 512),
        ("100Gi", "100Gi", 30 << 10),
    ],
)
def test_the_heap_leaves_room_for_what_stands_beside_it(
    request_: str, limit: str, heap: int
) -> None:
    """Beside it: direct buffers of half the heap, and classes, code, threads, the launcher."""
    stated = f"requests: {{ memory: {request_} }}, limits: {{ memory: {limit} }}"
    text = OPEN.replace(MEMORY, stated)
    options = _data(text, "search-config")["platc.options"].splitlines()
    assert {f"-Xms{heap}m", f"-Xmx{heap}m"} <= set(options)
    assert heap * 3 // 2 + 448 <= parse_bytes(limit) >> 20
    assert heap <= parse_bytes(request_) >> 21


@pytest.mark.parametrize(
    ("text", "refused"),
    [(OPEN, "-container-logs,+*"), (_airflow("3.3.2"), "-container-logs,-airflow-logs,+*")],
    ids=["stream", "stream and alias"],
)
def test_a_write_before_the_set_up_makes_no_plain_index(text: str, refused: str) -> None:
    settings = yaml.safe_load(_data(text, "search-config")["elasticsearch.yml"])
    assert settings["action.auto_create_index"] == refused


def test_after_the_set_up_the_first_write_makes_the_stream() -> None:
    template = json.loads(_data(OPEN, "search-setup")["container-logs.json"])
    assert template["allow_auto_create"] is True


# Kibana


def test_kibana_finds_elasticsearch_and_takes_its_secrets_from_files() -> None:
    data = _data(SECURED, "kibana-config")
    settings = yaml.safe_load(data["kibana.yml"])
    assert settings["elasticsearch.hosts"] == ["http://search.logging.svc:9200"]
    assert settings["xpack.encryptedSavedObjects.encryptionKey"] == "${ENCRYPTION_KEY_TEXT}"
    start = data["start.sh"]
    subprocess.run(["/bin/bash", "-n", "-c", start], check=True)
    assert '"$(cat /run/secrets/kibana/encryption_key/encryption)"' in start


def test_each_stream_of_logs_has_one_data_view(stand_in: StandIn, tmp_path: Path) -> None:
    files = _data(_airflow("3.3.2"), "kibana-data-views")
    for _ in range(2):
        done = _set_up(files, stand_in, tmp_path, script="data-views.sh")
        assert done.returncode == 0, done.stderr
    titles = {view["title"]: view["timeFieldName"] for view in stand_in.views.values()}
    assert titles == {"container-logs": "@timestamp", "airflow-logs": "@timestamp"}
    made = [path for method, path, _ in stand_in.asked if method == "POST"]
    assert made.count("/api/data_views/data_view") == len(titles), "a view is made once"
    chosen = stand_in.sent["/api/data_views/default"]
    assert chosen == {"data_view_id": "platc-container-logs", "force": False}


def test_a_data_view_that_users_have_changed_is_left(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.views["platc-container-logs"] = {"name": "Ours"}
    files = _data(OPEN, "kibana-data-views")
    assert _set_up(files, stand_in, tmp_path, script="data-views.sh").returncode == 0
    assert stand_in.views == {"platc-container-logs": {"name": "Ours"}}


def test_a_refused_data_view_fails_the_job(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.failing.add("/api/data_views/data_view")
    files = _data(OPEN, "kibana-data-views")
    assert _set_up(files, stand_in, tmp_path, script="data-views.sh").returncode != 0


def test_a_secured_kibana_is_asked_as_the_superuser(stand_in: StandIn, tmp_path: Path) -> None:
    files = _data(SECURED, "kibana-data-views")
    passwords = {"elastic/elastic": 'el"as\\tic'}
    done = _set_up(files, stand_in, tmp_path, passwords, script="data-views.sh")
    assert done.returncode == 0, done.stderr
    basic = base64.b64encode(b'elastic:el"as\\tic').decode()
    assert {authorization for *_, authorization in stand_in.asked} == {f"Basic {basic}"}
    (job,) = (body for name, body in _emitted(SECURED).items() if name.startswith("Job/kibana"))
    assert job["metadata"]["namespace"] == "logging", "where the superuser's password is"


def test_a_kibana_without_the_api_of_data_views_gets_no_job() -> None:
    text = OPEN.replace("storage: 10Gi", "storage: 10Gi\n    version: 8.1.3")
    assert not [name for name in _emitted(text) if name.startswith("Job/kibana")]


# Fluentd


def _fluent(text: str) -> fluentd_config.Section:
    return fluentd_config.parse(_data(text, "fluentd-config")["fluent.conf"])


FORMS = pytest.mark.parametrize(
    "text", [OPEN, SECURED, _airflow("3.3.2"), _airflow("2.7.3")], ids=["open", "secured", "3", "2"]
)


LINE: dict[str, Any] = {
    "time": "2026-11-24T22:29:04.123456789Z", "stream": "stdout", "logtag": "F", "message": "hello",
    "log_hash": "rCIyPQl4UFYF9NX05aVAEe3Zcxc=", "json": {"log_id": "a", "offset": "1"},
    "kubernetes": {"pod_name": "web-0"},
}  # fmt: skip


def test_every_label_leads_on_and_filters_have_one_after_them() -> None:
    """A filter that hands lines to a label must not lead them back (fluent-plugin-concat#63)."""
    root = _fluent(OPEN)
    labels = {s.argument: s for s in root.sections if s.name == "label"}
    way, at = [], "@CONTAINERS"
    while at:
        way.append(at)
        led = [s.parameters for s in labels[at].sections if s.type == "relabel"]
        at = led[-1]["@label"] if led else ""
    assert way == ["@CONTAINERS", "@LINES", "@OUTPUT"]
    stored = {s.type for s in labels["@OUTPUT"].walk() if s.name == "match"}
    assert "elasticsearch" in stored
    filters = {s.type for s in labels["@OUTPUT"].sections if s.name == "filter"}
    assert filters <= {"prometheus", "record_transformer"}


def _outputs(text: str) -> Iterator[tuple[fluentd_config.Section, fluentd_config.Section]]:
    for label in _fluent(text).sections:
        for output in label.sections:
            if output.type == "elasticsearch":
                yield label, output


@FORMS
@pytest.mark.parametrize("status", [403, 404, 429, 503])
def test_what_is_refused_for_now_is_sent_again_by_the_same_output(text: str, status: int) -> None:
    for label, output in _outputs(text):
        fate = fluentd_refusals.fate(_fluent(text), label, output, LINE, status)
        assert fate.output == output.parameters["@id"]
        assert fate.id == LINE["log_hash"]
        assert fate.counted == "fluentd_refused_records_total"
        assert fate.passed == (), "a filter that is not idempotent would change it once more"


@FORMS
def test_what_is_refused_for_good_is_counted_and_shown(text: str) -> None:
    for label, output in _outputs(text):
        fate = fluentd_refusals.fate(_fluent(text), label, output, LINE, 400)
        assert (fate.output, fate.shown) == ("", True)
        assert fate.counted == "fluentd_lost_records_total"


def test_a_record_without_its_id_would_be_dropped() -> None:
    """This is what platc wrote before; it shows that the rules tell the difference."""
    label, output = next(_outputs(OPEN))
    output.parameters |= {"remove_keys": "log_hash,time,logtag"}
    assert fluentd_refusals.fate(_fluent(OPEN), label, output, LINE, 404) == Fate()


@FORMS
def test_a_chunk_is_one_request(text: str) -> None:
    """When the plugin splits a chunk, its error handler takes records for others: it notes a record
    before it sends those that stand before it, and forgets it with them (``write``, 6.0.0).
    """
    for _, output in _outputs(text):
        assert "bulk_message_request_threshold" not in output.parameters


@FORMS
def test_what_is_kept_to_send_a_record_again_is_not_stored(text: str) -> None:
    for name, body in _data(text, "search-setup").items():
        if name in {"container-logs.json", "airflow-logs.json"}:
            mappings = json.loads(body)["template"]["mappings"]
            assert set(mappings["_source"]["excludes"]) == {"log_hash", "time", "logtag"}


def test_positions_and_buffers_outlive_the_pod() -> None:
    pod = _emitted(OPEN)["DaemonSet/fluentd"]["spec"]["template"]["spec"]
    folder = {"path": "/var/lib/platc/shop/agents/fluentd", "type": "DirectoryOrCreate"}
    (state,) = (volume for volume in pod["volumes"] if volume["name"] == "state")
    assert state["hostPath"] == folder
    paths = [
        section.parameters[name]
        for section in _fluent(_airflow("2.7.3")).walk()
        for name in ("pos_file", "path")
        if name in section.parameters and section.type in {"tail", "file"}
    ]
    assert [p for p in paths if not p.startswith("/fluentd/state/")] == [
        "/var/log/containers/*.log"
    ]
    (mount,) = (m for m in pod["containers"][0]["volumeMounts"] if m["name"] == "state")
    assert mount["mountPath"] == "/fluentd/state"


@FORMS
def test_fluent_conf_has_only_parameters_that_there_are(text: str) -> None:
    assert fluentd_config.unknown(_fluent(text)) == []


@FORMS
def test_every_label_that_is_jumped_to_is_there(text: str) -> None:
    root = _fluent(text)
    labels = {section.argument for section in root.sections if section.name == "label"}
    wanted = {
        section.parameters[name]
        for section in root.walk()
        for name in ("@label", "timeout_label")
        if name in section.parameters
    }
    assert wanted <= labels


@FORMS
def test_lines_end_in_the_stream_that_the_set_up_made(text: str) -> None:
    outputs = [s for s in _fluent(text).walk() if s.type == "elasticsearch"]
    last = outputs[-1].parameters
    assert (last["index_name"], last["write_operation"]) == ("container-logs", "create")
    assert (last["host"], last["port"]) == ("search.logging.svc", "9200")
    assert "container-logs.json" in _data(text, "search-setup")


def test_only_airflow_2_sends_its_task_logs_this_way() -> None:
    def indices(version: str) -> set[str]:
        outputs = [s for s in _fluent(_airflow(version)).walk() if s.type == "elasticsearch"]
        return {output.parameters["index_name"] for output in outputs}

    assert indices("2.7.3") == {"airflow-logs", "container-logs"}
    assert indices("3.3.2") == {"container-logs"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2026-11-24T22:29:04.123456789Z stdout F hello  world", "hello  world"),
        ('2026-11-24T22:29:04.1+01:00 stderr P {"half": ', '{"half": '),
        ("2026-11-24T22:29:04.000000001Z stdout F ", ""),
    ],
)  # fmt: skip
def test_lines_of_the_container_runtime_are_parsed(line: str, message: str) -> None:
    tail = next(s for s in _fluent(OPEN).walk() if s.type == "tail")
    expression = tail.sections[0].parameters["expression"]
    pattern = expression.strip("/").replace("(?<", "(?P<")
    found = re.fullmatch(pattern, line)
    assert found
    assert found["message"] == message


def test_fluentd_does_not_read_itself_nor_what_is_excluded() -> None:
    tail = next(s for s in _fluent(SECURED).walk() if s.type == "tail")
    assert json.loads(tail.parameters["exclude_path"]) == [
        "/var/log/containers/fluentd-*_agents_*.log", "/var/log/containers/*_kube-system_*.log",
    ]  # fmt: skip


def test_each_major_of_elasticsearch_gets_the_client_that_it_accepts() -> None:
    objects = _emitted(OPEN.replace("storage: 10Gi", "storage: 10Gi\n    version: 8.19.20"))
    (container,) = objects["DaemonSet/fluentd"]["spec"]["template"]["spec"]["containers"]
    assert "-elasticsearch8-" in container["image"]
    (container,) = objects["Deployment/kibana"]["spec"]["template"]["spec"]["containers"]
    assert container["image"].endswith(":8.19.20")


def test_fragments_stand_in_the_order_of_their_names() -> None:
    text = _data(SECURED, "fluentd-config")["fluent.conf"]
    assert text.index("# first") < text.index("# second") < text.index("@type elasticsearch\n")


def test_fluentd_reads_the_host_and_writes_to_its_own_folder_only() -> None:
    pod = _emitted(OPEN)["DaemonSet/fluentd"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    host = {v["name"] for v in pod["volumes"] if "hostPath" in v}
    assert host
    writable = {m["name"] for m in container["volumeMounts"] if not m.get("readOnly")}
    assert writable & host == {"state"}
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
