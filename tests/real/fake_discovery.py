"""As much of the Kubernetes API as Prometheus' discovery asks for, from objects held in memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Object = dict[str, Any]

_VERSIONS = {"pods": "v1", "services": "v1", "nodes": "v1", "endpointslices": "discovery.k8s.io/v1"}
_KINDS = {
    "pods": "Pod",
    "services": "Service",
    "nodes": "Node",
    "endpointslices": "EndpointSlice",
}


@contextmanager
def api_server(objects: dict[str, list[Object]]) -> Iterator[str]:
    """Serve objects by resource, such as ``pods``; yield the server's URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query, parts = parse_qs(url.query), url.path.strip("/").split("/")
            resource = parts[-1]
            if "watch" in query:
                self._watch("sendInitialEvents" in query)
                return
            namespace = parts[parts.index("namespaces") + 1] if "namespaces" in parts else None
            items = [
                item
                for item in objects.get(resource, [])
                if namespace in {None, item["metadata"].get("namespace")}
            ]
            self._answer(
                200,
                {
                    "apiVersion": _VERSIONS[resource],
                    "kind": f"{_KINDS[resource]}List",
                    "metadata": {"resourceVersion": "1"},
                    "items": items,
                },
            )

        def _watch(self, streams_lists: bool) -> None:  # noqa: FBT001 - one caller
            # A server that streams no lists says so by 422, and the client lists instead.
            if streams_lists:
                status = {"apiVersion": "v1", "kind": "Status", "status": "Failure"}
                self._answer(422, {**status, "reason": "Invalid", "code": 422})
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            stopped.wait(60)

        def _answer(self, code: int, body: Object) -> None:
            text = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    stopped = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
