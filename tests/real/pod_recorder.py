"""A server that records what a client of the Kubernetes API asks about the pods of a namespace."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

_VERBS = {"POST": "create", "PATCH": "patch", "PUT": "update"}


@dataclass
class Recorder:
    """What was asked for."""

    driver: str
    """The name of the pod that is there already."""
    port: int = 0
    verbs: set[tuple[str, str]] = field(default_factory=set)
    """Verb and resource, as RBAC names them."""
    created: list[dict[str, Any]] = field(default_factory=list)

    @property
    def pod(self) -> dict[str, Any]:
        """The pod that is there already."""
        return {
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": self.driver, "uid": "of-the-driver", "resourceVersion": "1"},
            "spec": {"containers": []},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
        }  # fmt: skip


@contextmanager
def recorder(driver: str) -> Iterator[Recorder]:
    """Serve on a free port of 127.0.0.1."""
    record = Recorder(driver)
    handler = type("Handler", (_Handler,), {"record": record})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        record.port = server.server_port
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield record
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    record: Recorder

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        named = url.path.endswith(f"/pods/{self.record.driver}")
        self._note("get" if named else "watch" if "watch=true" in url.query else "list")
        if "watch=true" in url.query and not self.headers.get("Upgrade"):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            time.sleep(60)
        elif named:
            self._answer(self.record.pod)
        else:
            own = [self.record.pod] if "metadata.name" in url.query else []
            about = {"resourceVersion": "1"}
            self._answer({"apiVersion": "v1", "kind": "PodList", "metadata": about, "items": own})

    def do_POST(self) -> None:
        self._note("create")
        body = self._body()
        self.record.created.append(body)
        self._answer({**body, "metadata": {**body["metadata"], "uid": "new"}}, 201)

    def do_PATCH(self) -> None:
        self._note("patch")
        self._answer(self._body())

    def do_DELETE(self) -> None:
        self._body()
        several = "?" in self.path
        self._note("deletecollection" if several else "delete")
        self._answer({"apiVersion": "v1", "kind": "Status", "status": "Success"})

    def _note(self, verb: str) -> None:
        parts = urlsplit(self.path).path.split("/")
        at = parts.index("namespaces") if "namespaces" in parts else -3
        self.record.verbs.add((verb, "/".join(parts[at + 2 : at + 3])))

    def _body(self) -> dict[str, Any]:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return dict(json.loads(text)) if text else {}

    def _answer(self, body: dict[str, Any], status: int = 200) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
