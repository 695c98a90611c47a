"""Write the fields of the servers' configuration to the files platc checks by.

Run it when a release in tools/go changes: ``.venv/bin/python tools/server_settings/write.py``. It
compiles each server's own package ``config`` (Apache License 2.0) and reads its structs.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / "compiler/platc_compiler/servers/data"
SERVERS = {
    "alertmanager": "amtool",
    "blackbox_exporter": "blackbox_exporter",
    "prometheus": "promtool",
}
"""The module below tools/go that pins each server."""
_FLAGS = ("-mod=readonly", "-trimpath", "-tags", "remove_all_sd,enable_kubernetes_sd")


def release(server: str) -> str:
    """Return the pinned version; Prometheus 3.14.0 has the Go version 0.314.0."""
    text = (ROOT / "tools/go" / SERVERS[server] / "go.mod").read_text(encoding="utf-8")
    found = re.search(rf"github.com/prometheus/{server} v(\d+)\.(\d+)\.(\d+)", text)
    if found is None:
        raise SystemExit(f"no version of {server} in tools/go/{SERVERS[server]}/go.mod")
    major, minor, patch = map(int, found.groups())
    if server == "prometheus":
        major, minor = divmod(minor, 100)
    return f"{major}.{minor}.{patch}"


def types(server: str) -> dict[str, Any]:
    """Return the keys of each struct with the names of their types, in the order of their names."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (HERE / "walk.go", HERE / f"{server}.go"):
            shutil.copy(file, folder)
        for file in ("go.mod", "go.sum"):
            shutil.copy(ROOT / "tools/go" / SERVERS[server] / file, folder)
        done = subprocess.run(
            ["go", "run", *_FLAGS, "."],
            cwd=folder, check=True, capture_output=True, text=True,
            env={**os.environ, "CGO_ENABLED": "0"},
        )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def text(server: str) -> str:
    """Return the file of a server."""
    title = server if "_" in server else server.capitalize()
    said = {"title": title, "release": release(server), "types": types(server)}
    return json.dumps(said, separators=(",", ":"), sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for each in SERVERS:
        (TARGET / f"{each}.json").write_text(text(each), encoding="utf-8")
        sys.stdout.write(f"{(TARGET / each).relative_to(ROOT)}.json\n")
