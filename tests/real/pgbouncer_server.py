"""PgBouncer for tests, started with the files that platc emits."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import tools
from tests.real.postgres_server import free_port

_NOBODY = 65534


@dataclass(frozen=True)
class Pooler:
    """A running PgBouncer, with the folder of its files and its process."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def log(self) -> str:
        """Return what it has said."""
        return (self.folder / "log").read_text(errors="replace")

    def console(self, command: str) -> list[str]:
        """Return the rows that its console answers, as the exporter beside it would get them."""
        done = subprocess.run(
            [tools.postgres("psql"), "-X", "-A", "-t", "-c", command, "-h", self.folder,
             "-p", str(self.port), "-U", "stats", "-d", "pgbouncer"],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


def program() -> list[str]:
    """Return the command of Debian 13's PgBouncer; it needs that system's own libraries."""
    root = tools.trixie("usr/sbin/pgbouncer")
    libraries = root / "usr/lib/x86_64-linux-gnu"
    return [f"{libraries}/ld-linux-x86-64.so.2", "--library-path", str(libraries),
            f"{root}/usr/sbin/pgbouncer"]  # fmt: skip


@contextmanager
def pgbouncer(files: Mapping[str, str], server: int, password: str) -> Iterator[Pooler]:
    """Start PgBouncer before a server by the emitted script; only paths and ports are changed.

    Args:
        files: what lies in its folder, and the files of the folder ``/run/tls``.
        server: the port of the server.
        password: of the role that asks for passwords.
    """
    folder = Path(tempfile.mkdtemp(prefix="platc-pgbouncer-"))
    folder.chmod(0o755)
    port = free_port()
    for key, text in files.items():
        (folder / key).write_text(_moved(text, folder, port, f"host=127.0.0.1 port={server}"))
    (folder / "password").write_text(password)
    command = " ".join(program())
    (folder / "bin").mkdir()
    wrapper = folder / "bin" / "pgbouncer"
    wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    wrapper.chmod(0o755)
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PgBouncer refuses to run as root.
        as_user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, _NOBODY, _NOBODY)
    with (folder / "log").open("wb") as stream:
        process = subprocess.Popen(
            ["/bin/sh", folder / "pgbouncer.sh"], stdout=stream, stderr=stream, **as_user,
            env={
                "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
                "PASSWORD_FILE": str(folder / "password"), "USERS": str(folder / "userlist.txt"),
                "SETTINGS": str(folder / "pgbouncer.ini"),
            },
        )  # fmt: skip
    running = Pooler(folder, port, process)
    try:
        for _ in range(100):
            assert process.poll() is None, running.log()
            if "process up" in running.log():
                break
            time.sleep(0.05)
        yield running
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGQUIT)
        process.wait(timeout=30)
        shutil.rmtree(folder)


def _moved(text: str, folder: Path, port: int, server: str) -> str:
    return (
        re.sub(r"host=\S+ port=5432", server, text)
        .replace("/etc/pgbouncer", str(folder))
        .replace("/run/pgbouncer-users", str(folder))
        .replace("/run/pgbouncer", str(folder))
        .replace("/run/tls", str(folder))
        .replace("listen_addr = *", "listen_addr = 127.0.0.1")
        .replace("listen_port = 6432", f"listen_port = {port}")
    )
