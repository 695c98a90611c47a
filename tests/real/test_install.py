"""The package as a stranger gets it: no repository, no network, an empty environment."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.repository.release import VERSION, release, repository
from tests.tools import ROOT

UV = Path(sys.executable).with_name("uv")

# Ends any attempt of a Python process to reach something outside of the machine.
OFFLINE = """
import sys

def refuse(event, _arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        raise RuntimeError(f"platc reached for the network: {event}")

sys.addaudithook(refuse)
"""


def run(
    *command: str | Path, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        pytest.fail(
            f"{' '.join(map(str, command))}\nexit {done.returncode}\n{done.stdout}{done.stderr}",
            pytrace=False,
        )
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of a release, which is built from the sdist."""
    folder = repository(tmp_path_factory.mktemp("release") / "platc")
    made = release(folder)
    assert made.returncode == 0, made.stderr
    (built,) = (folder / "dist").glob("*.whl")
    return built


def test_the_wheel_of_a_release_builds_a_platform_offline_outside_the_repository(
    wheel: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "environment"
    python = environment / "bin" / "python"
    platc = environment / "bin" / "platc"
    run(UV, "venv", "--python", sys.executable, environment, cwd=tmp_path)
    install = (UV, "pip", "install", "--python", python)
    run(*install, "--require-hashes", "-r", ROOT / "requirements" / "run.txt", cwd=tmp_path)
    run(*install, "--no-deps", wheel, cwd=tmp_path)
    run(UV, "pip", "check", "--python", python, cwd=tmp_path)

    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(OFFLINE)
    alone = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(guard)}
    lookup = (python, "-c", "import socket; socket.getaddrinfo('localhost', 80)")
    guarded = subprocess.run(lookup, env=alone, capture_output=True, text=True, check=False)
    assert "platc reached for the network" in guarded.stderr
    folder = tmp_path / "shop"
    folder.mkdir()

    version = run(platc, "--version", cwd=folder, env=alone).stdout
    assert VERSION in version
    run(platc, "init", cwd=folder, env=alone)
    assert (folder / "platform.yaml").is_file()
    run(platc, "build", cwd=folder, env=alone)
    assert list((folder / "out" / "manifests").rglob("*.yaml"))
    run(platc, "init", "superset", "other.yaml", cwd=folder, env=alone)
    assert (folder / "superset_config.py").is_file()
    where = run(python, "-c", "import platc_spec; print(platc_spec.__file__)", cwd=folder)
    assert where.stdout.startswith(str(environment))
