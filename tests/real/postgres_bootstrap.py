"""The job that sets up roles and databases, run on a server as its pod would run it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.real.postgres_server import Server

Texts = Mapping[str, Mapping[str, str]]
"""The data of each ConfigMap, by its name."""


def config_maps(platform: str) -> Texts:
    """Return the ConfigMaps that a platform compiles to."""
    result = compile_platform(Source(platform))
    assert not result.failed, result.diagnostics
    found = [yaml.safe_load(text) for path, text in result.files.items() if "/configmap-" in path]
    return {body["metadata"]["name"]: body["data"] for body in found}


def run(server: Server, texts: Mapping[str, str], passwords: Mapping[str, str]) -> str:
    """Run the emitted script with its files, and return what it says.

    Args:
        server: the server that it sets up.
        texts: the data of the job's ConfigMap.
        passwords: the keys of the secret ``pg``, with their values.
    """
    done = attempt(server, texts, passwords)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def attempt(
    server: Server, texts: Mapping[str, str], passwords: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """As ``run``, for a script that may fail."""
    secret = server.folder / "roles" / "pg"
    secret.mkdir(parents=True, exist_ok=True)
    for key, value in passwords.items():
        (secret / key).write_text(f"{value}\n")
    for name in ("declared.json", "replication.sql"):
        (server.folder / name).write_text(texts[name])
    sql = server.folder / "bootstrap.sql"
    sql.write_text(
        texts["bootstrap.sql"]
        .replace("/run/secrets/postgres/roles", str(server.folder / "roles"))
        .replace("/bootstrap/", f"{server.folder}/")
    )
    return subprocess.run(
        ["/bin/bash", "-c", texts["bootstrap.sh"]], capture_output=True, text=True, check=False,
        env=server.environment(
            SUPERUSER_PASSWORD_FILE=str(server.folder / "superuser"), BOOTSTRAP_SQL=str(sql)
        ),
    )  # fmt: skip
