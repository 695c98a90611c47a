"""PostgreSQL servers that a test stops and starts, with the files that platc emits."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import tools
from tests.real.postgres_server import SUPERUSER_PASSWORD, Server, free_port

_NOBODY = 65534
_NEWEST = 18
"""The major version of the programs that ``make backup`` installs; the other is Debian's."""
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


def as_user() -> dict[str, Any]:
    """Return how a process is started that refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}


@contextmanager
def folder_of_servers() -> Iterator[Path]:
    """Give a folder below which servers of another user can have theirs."""
    folder = Path(tempfile.mkdtemp(prefix="platc-postgres-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def debian(folder: Path) -> Path:
    """Return the programs of PostgreSQL 17 in Debian, each started with Debian's own libraries.

    Args:
        folder: where scripts that start them are written, once.
    """
    root = tools.trixie("usr/lib/postgresql/17/bin/postgres").resolve()
    own = folder / "debian"
    programs = own / "usr/lib/postgresql/17/bin"
    if not programs.exists():
        programs.mkdir(parents=True)
        # A program looks for its files relative to the name by which it was called.
        (own / "usr/share").symlink_to(root / "usr/share")
        (programs.parent / "lib").symlink_to(root / "usr/lib/postgresql/17/lib")
        for program in (root / "usr/lib/postgresql/17/bin").iterdir():
            script = programs / program.name
            script.write_text(
                f'#!/bin/sh\nexec {root}/lib64/ld-linux-x86-64.so.2 --argv0 "$0"'
                f' --library-path {root}/usr/lib/x86_64-linux-gnu {program} "$@"\n'
            )
            script.chmod(0o755)
    return programs


@dataclass
class Instance:
    """A server in a folder: its data, the files that platc emits, and where it listens."""

    folder: Path
    major: int = 18
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("run", "replication"):
            (self.folder / name).mkdir()
        (self.folder / "superuser").write_text(f"{SUPERUSER_PASSWORD}\n")
        self.own()

    @property
    def client(self) -> Server:
        """The server as its clients see it."""
        return Server(self.folder, self.port)

    @property
    def data(self) -> Path:
        """The folder of the data."""
        return self.folder / "volume" / "docker"

    @property
    def log(self) -> str:
        """What the server has said."""
        return (self.folder / "log").read_text()

    def program(self, name: str) -> Path:
        """Return a program of the server's version."""
        return tools.postgres(name) if self.major == _NEWEST else debian(self.folder.parent) / name

    def own(self) -> None:
        """Give every file to the user that runs the server."""
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, _NOBODY, _NOBODY)

    def configure(self, config: Mapping[str, str]) -> None:
        """Write the files of the emitted ConfigMap; paths alone are changed."""
        for key, text in config.items():
            (self.folder / key).write_text(self.moved(text))
        self.own()

    def moved(self, text: str) -> str:
        """Return a text of a container with the paths of this server."""
        return (
            text.replace("/etc/postgresql", str(self.folder))
            .replace("'/var/run/postgresql'", f"'{self.folder}/run'")
            .replace("/run/replication", f"{self.folder}/replication")
            .replace("'*'", "'127.0.0.1'")
            .replace("port = 5432", f"port = {self.port}")
        )

    def initdb(self) -> None:
        """Make a new server with the arguments of the emitted container."""
        self.data.mkdir(parents=True)
        self.own()
        subprocess.run(
            [self.program("initdb"), "-D", self.data, "-U", "postgres", "--data-checksums",
             "--encoding=UTF8", "--auth=scram-sha-256", f"--pwfile={self.folder / 'superuser'}"],
            check=True, capture_output=True, env=_ENVIRONMENT | {"PATH": os.environ["PATH"]},
            **as_user(),
        )  # fmt: skip

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        with (self.folder / "log").open("ab") as stream:
            self._process = subprocess.Popen(
                [self.program("postgres"), "-D", self.data,
                 "-c", f"config_file={self.folder}/postgresql.conf"],
                stdout=stream, stderr=stream, env=self.environment(), **as_user(),
            )  # fmt: skip
        process = self._process

        def ready() -> bool:
            assert process.poll() is None, self.log
            asked = [self.program("pg_isready"), "-q", "-t", "1"]
            return subprocess.run(asked, env=self.environment(), check=False).returncode == 0

        until(ready)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server if it runs; SIGQUIT leaves it as a crash does."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=60)

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a program beside this server."""
        programs = f"{self.program('postgres').parent}:{tools.object_store('aws').parent}"
        return self.client.environment(**{"PATH": f"{programs}:{os.environ['PATH']}"} | more)

    def script(
        self, text: str, *, own: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run an emitted script as its container would, by the user of the server or by ours."""
        return subprocess.run(
            ["/bin/bash", "-c", self.moved(text)], env=self.environment(**environment),
            capture_output=True, text=True, check=False, timeout=120, **as_user() if own else {},
        )  # fmt: skip

    def bootstrap(self, files: Mapping[str, str], passwords: Mapping[str, str]) -> None:
        """Run the emitted job that makes roles; the passwords are keys of the secret ``pg``."""
        secrets = self.folder / "roles" / "pg"
        secrets.mkdir(parents=True, exist_ok=True)
        for name, password in passwords.items():
            (secrets / name).write_text(f"{password}\n")
        sql = self.folder / "bootstrap.sql"
        for name, text in files.items():
            (self.folder / name).write_text(
                text.replace("/run/secrets/postgres/roles", str(self.folder / "roles")).replace(
                    "/bootstrap/", f"{self.folder}/"
                )
            )
        self.own()
        done = self.script(
            files["bootstrap.sh"], BOOTSTRAP_SQL=str(sql),
            SUPERUSER_PASSWORD_FILE=str(self.folder / "superuser"),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def answer(self, sql: str, database: str = "postgres") -> str:
        """Return what the superuser is told."""
        return self.client.answer(sql, database)


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that comes true soon."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.1)
