"""PostgreSQL 17 of Debian 13 (``make trixie``), started with the configuration that platc emits."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRIXIE = ROOT / ".tools" / "trixie"
_PROGRAMS = "/usr/lib/postgresql/17/bin"
_PATH = f"{_PROGRAMS}:/usr/local/bin:/usr/bin:/bin"
PASSWORD = "of the superuser"  # noqa: S105 - of a server that lives for a test


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A running server, and the folder with its files, below the folder of Debian 13."""

    folder: Path
    port: int

    def inside(self, path: Path) -> str:
        """Return a path as the programs of Debian 13 see it."""
        return f"/{path.relative_to(TRIXIE.resolve())}"

    def run(self, command: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program of Debian 13 as ``postgres``; what came of it is the caller's to judge."""
        known = {
            "PATH": _PATH, "LC_ALL": "C.UTF-8", "PGHOST": "127.0.0.1", "PGPORT": str(self.port),
            "PGUSER": "postgres", "PGDATABASE": "postgres", "PGPASSWORD": PASSWORD,
            "PGCONNECT_TIMEOUT": "10",
        }  # fmt: skip
        return subprocess.run(
            _inside(command), env=known | environment, capture_output=True, text=True, check=False,
            timeout=120,
        )  # fmt: skip

    def sql(self, text: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run SQL; PGUSER, PGPASSWORD, PGDATABASE say as whom and where."""
        command = ("psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", text)
        return self.run(command, **environment)

    def answer(self, text: str, **environment: str) -> str:
        """Return what the superuser is told."""
        done = self.sql(text, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def bootstrap(self, texts: Mapping[str, str], passwords: Mapping[str, str]) -> None:
        """Run the SQL of the bootstrap job.

        Args:
            texts: the data of the job's ConfigMap.
            passwords: the passwords of roles by ``secret/key``.
        """
        for name, value in passwords.items():
            file = self.folder / "roles" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{value}\n")
        own = self.inside(self.folder)
        (self.folder / "declared.json").write_text(texts["declared.json"])
        file = self.folder / "bootstrap.sql"
        file.write_text(
            texts["bootstrap.sql"]
            .replace("/run/secrets/postgres/roles", f"{own}/roles")
            .replace("/bootstrap/", f"{own}/")
        )
        _give(self.folder)
        command = ("psql", "-X", "-v", "ON_ERROR_STOP=1", "-f", self.inside(file))
        done = self.run(command)
        assert done.returncode == 0, done.stderr

    @property
    def log(self) -> str:
        """What the server has logged."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def server(config: Mapping[str, str], **files: bytes) -> Iterator[Server]:
    """Start a server with ``postgresql.conf`` and ``pg_hba.conf``; paths alone are changed.

    ``files`` lie in the folder ``tls`` beside them, with ``__`` for a dot in their names; as those
    of a Secret, they belong to root and can be read by the group.
    """
    folder = Path(tempfile.mkdtemp(prefix="platc-", dir=TRIXIE.resolve() / "tmp"))
    folder.chmod(0o755)
    running = Server(folder, free_port())
    own = running.inside(folder)
    for key, text in config.items():
        moved = (
            text.replace("/etc/postgresql", own)
            .replace("/run/tls", f"{own}/tls")
            .replace("'/var/run/postgresql'", f"'{own}'")
            .replace("'*'", "'127.0.0.1'")
            .replace("port = 5432", f"port = {running.port}")
        )
        (folder / key).write_text(moved)
    (folder / "tls").mkdir()
    for name, content in files.items():
        file = folder / "tls" / name.replace("__", ".")
        file.write_bytes(content)
    (folder / "superuser").write_text(PASSWORD)
    _give(folder)
    for file in (folder / "tls").iterdir():
        as_of_a_secret(file)
    process = None
    try:
        made = running.run(
            ("initdb", "-D", f"{own}/data", "-U", "postgres", "--encoding=UTF8",
             "--auth=scram-sha-256", f"--pwfile={own}/superuser")
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        with (folder / "log").open("wb") as stream:
            started = ("postgres", "-D", f"{own}/data", "-c", f"config_file={own}/postgresql.conf")
            process = subprocess.Popen(
                _inside(started),
                stdout=stream, stderr=stream, env={"LC_ALL": "C.UTF-8", "PATH": _PATH},
            )  # fmt: skip
        _await(running, process)
        yield running
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        shutil.rmtree(folder)


def _inside(command: Sequence[str]) -> list[str]:
    return [
        shutil.which("chroot") or "chroot",
        "--userspec=postgres:postgres",
        str(TRIXIE.resolve()),
        *command,
    ]


def _give(folder: Path) -> None:
    """Give a folder to the user ``postgres`` of Debian 13."""
    lines = (TRIXIE / "etc/passwd").read_text(encoding="utf-8").splitlines()
    user, group = next(line.split(":")[2:4] for line in lines if line.startswith("postgres:"))
    for path in (folder, *folder.rglob("*")):
        if path.parent.name != "tls":
            os.chown(path, int(user), int(group))


def as_of_a_secret(file: Path) -> None:
    """Make a file belong to root and its group read it, as the kubelet makes those of a Secret."""
    os.chown(file, 0, file.parent.stat().st_gid)
    file.chmod(0o440)


def _await(running: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert process.poll() is None, running.log
        if running.run(("pg_isready", "-q", "-t", "1")).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(running.log)


@dataclass(frozen=True)
class Exporter:
    """A running exporter."""

    address: str
    """Of its metrics."""
    session: int
    """The session of its process."""


@contextmanager
def exporter(
    arguments: Sequence[str], queries: str, environment: Mapping[str, str], folder: Path
) -> Iterator[Exporter]:
    """Run postgres_exporter as platc runs it."""
    port = free_port()
    file = folder / "queries.yaml"
    file.write_text(queries)
    moved = [each.replace("/etc/postgres-exporter/queries.yaml", str(file)) for each in arguments]
    with (folder / "exporter.log").open("wb") as stream:
        process = subprocess.Popen(
            [str(TRIXIE / "usr/bin/prometheus-postgres-exporter"), *moved,
             f"--web.listen-address=127.0.0.1:{port}"],
            env=dict(environment), stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}/metrics"
        for _ in range(50):
            with suppress(OSError):
                fetched(address)
                break
            time.sleep(0.2)
        yield Exporter(address, process.pid)
    finally:
        process.kill()
        process.wait()


def fetched(address: str) -> str:
    """Return what a server answers."""
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server
        return str(answer.read().decode())
