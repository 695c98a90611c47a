"""A PostgreSQL server for tests, started with the configuration that platc emits."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import tools

_NOBODY = 65534
SUPERUSER_PASSWORD = "super$ecret'\"\\ 1"  # noqa: S105 - of a server that lives for a test
"""One that breaks careless quoting."""


@dataclass(frozen=True)
class Server:
    """A running server, and the folder with its files."""

    folder: Path
    port: int

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a client: the programs of the server's own version first."""
        programs = f"{tools.postgres('psql').parent}:{tools.object_store('aws').parent}"
        return {
            "PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "HOME": str(self.folder), "PGHOST": "127.0.0.1", "PGPORT": str(self.port),
            "PGUSER": "postgres", "PGDATABASE": "postgres", "PGCONNECT_TIMEOUT": "10", **more,
        }  # fmt: skip

    def sql(
        self, text: str, *, user: str = "postgres", password: str, database: str = "postgres"
    ) -> subprocess.CompletedProcess[str]:
        """Run SQL as somebody; what came of it is the caller's to judge."""
        return subprocess.run(
            [tools.postgres("psql"), "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", text],
            env=self.environment(PGUSER=user, PGPASSWORD=password, PGDATABASE=database),
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def answer(self, text: str, database: str = "postgres") -> str:
        """Return what the superuser is told."""
        done = self.sql(text, password=SUPERUSER_PASSWORD, database=database)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def server(config: Mapping[str, str], major: int | None = None) -> Iterator[Server]:
    """Start a server with ``postgresql.conf`` and ``pg_hba.conf``; paths alone are changed.

    Args:
        config: the two files.
        major: the major version; left out, the one whose clients the tests use.
    """
    program = tools.postgres("postgres") if major is None else tools.postgres_of(major)
    folder = Path(tempfile.mkdtemp(prefix="platc-postgres-"))
    folder.chmod(0o755)
    port = free_port()
    for key, text in config.items():
        (folder / key).write_text(_moved(text, folder, port))
    (folder / "superuser").write_text(f"{SUPERUSER_PASSWORD}\n")
    data = folder / "data"
    data.mkdir()
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        # initdb refuses to run as root.
        as_user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        for path in (folder, data):
            shutil.chown(path, _NOBODY, _NOBODY)
    subprocess.run(
        [program.with_name("initdb"), "-D", data, "-U", "postgres", "--data-checksums",
         "--encoding=UTF8", "--auth=scram-sha-256", f"--pwfile={folder / 'superuser'}"],
        check=True, capture_output=True, env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
        **as_user,
    )  # fmt: skip
    log = folder / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [program, "-D", data, "-c", f"config_file={folder}/postgresql.conf"],
            stdout=stream, stderr=stream, env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
            **as_user,
        )  # fmt: skip
    try:
        running = Server(folder, port)
        _await(running, process, log)
        yield running
    finally:
        # SIGTERM would wait for clients that a test has left behind.
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        shutil.rmtree(folder)


def _moved(text: str, folder: Path, port: int) -> str:
    return (
        text.replace("/etc/postgresql", str(folder))
        .replace("'/var/run/postgresql'", f"'{folder}'")
        .replace("'*'", "'127.0.0.1'")
        .replace("port = 5432", f"port = {port}")
    )


def _await(running: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(100):
        assert process.poll() is None, log.read_text()
        ready = subprocess.run(
            [tools.postgres("pg_isready"), "-q", "-t", "1"], env=running.environment(), check=False
        )
        if ready.returncode == 0:
            return
    raise AssertionError(log.read_text())


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
