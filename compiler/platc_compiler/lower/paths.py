"""The path below which a server answers."""

from __future__ import annotations

from urllib.parse import urlsplit


def path_of(url: str) -> str:
    """Return the path of a URL without a slash at its end, empty for the root.

    Prometheus and Alertmanager answer everything below the path of their external URL, and so the
    probes and the metrics too: it is the default of ``--web.route-prefix``. Source: prometheus
    3.14, cmd/prometheus/main.go; alertmanager 0.31, cmd/alertmanager/main.go.
    """
    path = urlsplit(url).path.strip("/")
    return f"/{path}" if path else ""
