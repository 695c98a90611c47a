"""What is set up for the logs, in a real OpenSearch: the same REST API as far as it is used here.

It has no life cycle management of Elasticsearch's kind, and other names for a field of any object
and for templates that allow an index: these are left out, or translated. Elasticsearch itself is in
no registry of packages.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT, opensearch

pytestmark = pytest.mark.e2e
ROUNDS, BATCH = 10, 1000


class Server:
    """OpenSearch, with the settings and the heap of the root platform."""

    def __init__(self, files: dict[str, str], folder: Path) -> None:
        home, self.port = opensearch(), _free_port()
        settings = yaml.safe_load(_config(files, "elasticsearch-config")["elasticsearch.yml"])
        options = _config(files, "elasticsearch-config")["platc.options"].splitlines()
        self.heap = next(int(o[4:-1]) for o in options if o.startswith("-Xmx"))
        command = [
            "java", *(o for o in options if o.startswith("-X")), "-XX:+AlwaysPreTouch",
            f"-XX:MaxDirectMemorySize={self.heap // 2}m", "-Djava.security.manager=allow",
            "-cp", f"{home}/lib/*:{home}", "Serve", str(folder), str(self.port),
            str(_free_port()), settings["action.auto_create_index"],
        ]  # fmt: skip
        with (folder / "log").open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=data, method=method,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - http
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def put(self, path: str, body: object = None) -> None:
        status, answer = self.ask("PUT", path, body)
        assert status == 200, answer

    def bulk(self, operation: str, index: str, records: list[dict[str, Any]]) -> list[Any]:
        lines = []
        for record in records:
            meta = {"_index": index}
            if "log_hash" in record:
                meta["_id"] = record["log_hash"]
            lines += [json.dumps({operation: meta}), json.dumps(record)]
        status, answer = self.ask("POST", "/_bulk?refresh=true", ("\n".join(lines) + "\n").encode())
        assert status == 200, answer
        return [item[operation] for item in answer["items"]]

    def search(self, index: str, query: dict[str, Any]) -> list[dict[str, Any]]:
        _, answer = self.ask("POST", f"/{index}/_search", query)
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    def wait(self) -> None:
        for _ in range(120):
            assert self.process.poll() is None, "it ended"
            try:
                self.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=60s")
            except OSError:
                time.sleep(1)
            else:
                return
        pytest.fail("it does not answer")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _config(files: dict[str, str], name: str) -> dict[str, str]:
    path = next(path for path in files if path.endswith(f"/configmap-{name}.yaml"))
    data: dict[str, str] = yaml.safe_load(files[path])["data"]
    return data


def _translated(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Return an index template without what OpenSearch has under another name or not at all."""
    template = json.loads(text)
    template.pop("allow_auto_create", None)
    settings = template["template"]["settings"]
    for key in [key for key in settings if key.startswith("index.lifecycle.")]:
        del settings[key]
    _rename(template)
    return template


def _rename(node: Any) -> None:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        if node.get("type") == "flattened":
            node["type"] = "flat_object"
            node.pop("ignore_above", None)
        for value in node.values():
            _rename(value)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    text = (ROOT / "platform.yaml").read_text(encoding="utf-8")
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    return dict(result.files)


@pytest.fixture(scope="module")
def server(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(files, tmp_path_factory.mktemp("opensearch"))
    try:
        server.wait()
        yield server
    finally:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="module")
def refused_first(server: Server) -> list[Any]:
    """Return the answers to a write before the set-up."""
    return [
        *server.bulk("create", "container-logs", [_line(0)]),
        *server.bulk("index", "airflow-logs", [{"event": "early"}]),
    ]


@pytest.fixture(scope="module")
def ready(server: Server, files: dict[str, str], refused_first: list[Any]) -> Server:
    del refused_first
    bodies = _config(files, "elasticsearch-setup")
    server.put("/_ingest/pipeline/platc-logs-time", json.loads(bodies["time-pipeline.json"]))
    for stream in ("container-logs", "airflow-logs"):
        server.put(f"/_index_template/{stream}", _translated(bodies[f"{stream}.json"]))
    server.put("/airflow-logs-000001", json.loads(bodies["airflow-logs-first.json"]))
    server.put("/_data_stream/container-logs")
    return server


def _line(number: int) -> dict[str, Any]:
    return {
        "time": f"2026-11-24T22:29:04.{number:09}Z", "stream": "stdout", "logtag": "F",
        "message": f"line {number} " + " ".join(f"w{number * k % 997}" for k in range(1, 25)),
        "log_hash": f"hash-{number}", "@timestamp": f"2026-11-24T22:29:04.{number:09}+00:00",
        "json": {"depth": {"a": number}}, "kubernetes": {"pod_name": "web-0", "labels": {"a": "b"}},
    }  # fmt: skip


def test_a_write_before_the_set_up_is_refused_and_can_be_sent_again(
    refused_first: list[Any],
) -> None:
    assert [item["status"] for item in refused_first] == [404, 404]
    assert {item["error"]["type"] for item in refused_first} == {"index_not_found_exception"}


def test_a_line_that_is_sent_again_is_stored_once_without_its_id(ready: Server) -> None:
    statuses = [ready.bulk("create", "container-logs", [_line(1)])[0]["status"] for _ in range(2)]
    assert statuses == [201, 409]
    found = ready.search("container-logs", {"query": {"match": {"message": "line 1"}}})
    assert len(found) == 1
    assert not {"log_hash", "time", "logtag"} & set(found[0])
    assert found[0]["@timestamp"] == _line(1)["@timestamp"]


def test_task_logs_are_found_by_their_time(ready: Server) -> None:
    records: list[dict[str, Any]] = [
        {"event": "known", "timestamp": "2026-11-24T22:29:04.123456Z", "offset": 1},
        {"message": "no JSON", "unparsed": True, "offset": 2},
        {"event": "no time", "timestamp": "yesterday", "offset": 3},
        {"event": "shipped", "@timestamp": "2026-11-20T00:00:00Z", "offset": 4},
    ]
    answers = ready.bulk("index", "airflow-logs", records)
    assert [answer["status"] for answer in answers] == [201] * len(records)

    def between(since: str, until: str) -> list[int]:
        query = {"range": {"@timestamp": {"gte": since, "lt": until}}}
        return [r["offset"] for r in ready.search("airflow-logs", {"query": query})]

    assert between("2026-11-24T22:29:04.123456Z", "2026-11-24T22:29:04.123457Z") == [1]
    assert between("2026-11-20", "2026-11-21") == [4]
    assert between("now-1h", "now+1h") == [2], "the time of arrival"


def test_what_stands_beside_the_heap_is_less_than_is_counted(ready: Server) -> None:
    """The rest of what is counted is for Elasticsearch's own modules and for its launcher."""
    for batch in range(ROUNDS):
        lines = [_line(number) for number in range(batch * BATCH + 2, (batch + 1) * BATCH + 2)]
        assert {a["status"] for a in ready.bulk("create", "container-logs", lines)} == {201}
        ready.search("container-logs", {"query": {"match": {"message": f"w{batch}"}}, "size": 100})
    pages = int(Path(f"/proc/{ready.process.pid}/statm").read_text(encoding="ascii").split()[1])
    beside = (pages * os.sysconf("SC_PAGE_SIZE") >> 20) - ready.heap
    assert 100 < beside < 448 - 64
