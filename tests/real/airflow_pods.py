"""What platc generates for Airflow, laid out in a folder as the pods of each generation see it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import yaml

from platc_compiler.diagnostics import rendering as render
from platc_compiler.ir.platform import Platform
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.real import memory
from tests.tools import ROOT, airflow

PLATFORM = ROOT / "tests/real/platforms/airflow.yaml"
ENVIRONMENTS = {"3.3.2": None, "2.7.3": "second"}
"""The environment of the platform that holds each version."""
HOME = "/opt/airflow"


@dataclass(frozen=True)
class Generated:
    """What the platform compiles to for one version of Airflow."""

    version: str
    files: dict[str, str]
    dags: dict[str, str]
    platform: Platform | None

    def manifest(self, kind: str, name: str) -> dict[str, Any]:
        """Return the one object of a kind whose name begins so."""
        found = [
            document
            for path, text in self.files.items()
            if path.startswith("manifests/") and f"/{kind.lower()}-{name}" in path
            if (document := yaml.safe_load(text))["kind"] == kind
        ]
        assert len(found) == 1, f"{len(found)} objects {kind} {name}"
        return dict(found[0])

    @property
    def config(self) -> dict[str, str]:
        """The files of the ConfigMap that all components read."""
        return dict(self.manifest("ConfigMap", "airflow-config")["data"])

    @property
    def worker(self) -> dict[str, Any]:
        """The executor's pod template."""
        return dict(yaml.safe_load(self.files["pod-templates/airflow.yaml"]))


def generate(version: str, **stated: object) -> Generated:
    """Compile the platform for a version of Airflow, with keys of the service stated anew."""
    text = PLATFORM.read_text(encoding="utf-8")
    if stated:
        data = yaml.safe_load(text)
        data["services"]["airflow"].update(stated)
        text = json.dumps(data, default=str)
    result = compile_platform(Source(text, environment=ENVIRONMENTS[version]))
    assert not result.failed, render.as_text(result.diagnostics)
    return Generated(version, dict(result.files), dict(result.dags), result.platform)


def lay_out(generated: Generated, home: Path, cfg: str = "airflow.cfg") -> None:
    """Write the configuration, the DAGs and the functions they call into an ``AIRFLOW_HOME``."""
    home.mkdir(parents=True)
    for name, text in generated.config.items():
        (home / name).write_text(text.replace(HOME, str(home)), encoding="utf-8")
    (home / "airflow.cfg").write_text((home / cfg).read_text(encoding="utf-8"), encoding="utf-8")
    (home / "lib").mkdir()
    if "mail_connection.py" in generated.config:
        (home / "mail_connection.py").rename(home / "lib/mail_connection.py")
    (home / "pod_templates").mkdir()
    template = generated.files["pod-templates/airflow.yaml"]
    (home / "pod_templates/pod_template.yaml").write_text(template, encoding="utf-8")
    # As git-sync does: a link to the tree of the present commit.
    dags = home / "dags/.worktrees/0123456789abcdef/dags"
    dags.mkdir(parents=True)
    (home / "dags/repo").symlink_to(".worktrees/0123456789abcdef")
    (dags / "reports").symlink_to(ROOT / "dags/reports")
    for path, text in generated.dags.items():
        (dags / path).write_text(text, encoding="utf-8")
    for secret, keys in SECRETS.items():
        folder = home / "secrets" / secret
        folder.mkdir(parents=True)
        for key, value in keys.items():
            (folder / key).write_text(value, encoding="utf-8")


SECRETS = {
    "airflow": {
        "admin": 'it\'s $a "password"',
        "fernet": "2NmKZbhhXkPAGmkMtMyOlxsRzW8X9vvEsPpVPqOHKv0=",
        "jwt": "j" * 64,
        "session": "s" * 64,
    },
    "database": {"password": "p@ss/w%rd\n"},
    "smtp": {"password": 'pa"ss\\$(HOME) ünï%{x}\n'},
}


def run(
    generated: Generated, home: Path, *command: str, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a program of the version's own environment with the laid-out configuration."""
    environment = _environment(generated, home, env)
    done = subprocess.run(
        command, env=environment, cwd=home, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done


def _environment(generated: Generated, home: Path, more: dict[str, str]) -> dict[str, str]:
    programs = airflow(generated.version)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")
    }
    return environment | {
        "AIRFLOW_HOME": str(home),
        "PATH": f"{programs}:{environment['PATH']}",
        "NO_COLOR": "1",
        **more,
    }


@contextmanager
def running(
    generated: Generated, home: Path, *command: str, **env: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program like :func:`run`; at the end it is killed with all that it started."""
    log = home / "running.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, env=_environment(generated, home, env), cwd=home, stdout=stream,
            stderr=stream, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        except AssertionError as error:
            error.add_note(log.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise
        finally:
            memory.end(process.pid)
            process.wait(timeout=60)


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until a condition holds, for two minutes, while the process runs."""
    end = time.monotonic() + 120
    while not condition():
        assert process.poll() is None, "the process has ended"
        assert time.monotonic() < end, "it has not come to be within two minutes"
        time.sleep(1)


def status(url: str) -> int:
    """Return the status of an answer, 0 when there is none."""
    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310 - of this machine
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def run_with_database(
    generated: Generated, home: Path, *command: str
) -> subprocess.CompletedProcess[str]:
    """Run a program that needs a database: a file, instead of the one that is configured."""
    return run(generated, home, *command, **on_file(home))


def on_file(home: Path) -> dict[str, str]:
    """Return the variables that put the database into a file."""
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        # 2.x refuses SQLite with this executor otherwise.
        "_AIRFLOW__SKIP_DATABASE_EXECUTOR_COMPATIBILITY_CHECK": "1",
    }


def ask(generated: Generated, home: Path, script: str, *arguments: str, **env: str) -> Any:  # noqa: ANN401
    """Run a script of ``inside_airflow`` in the version's environment; return what it prints."""
    path = Path(__file__).parent / "inside_airflow" / f"{script}.py"
    done = run(generated, home, "python", str(path), *arguments, **env)
    return json.loads(done.stdout.splitlines()[-1])
