"""What a build does not import: each of these takes some of the time in which one waits for it."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.tools import ROOT

BUILD = """
import os, sys
from platc_compiler import cli

first, leave = os.getpid(), os._exit

def told(code):
    if os.getpid() == first:
        print(*sys.modules, sep="\\n", flush=True)
    leave(code)

os._exit = told
sys.argv = ["platc", "build"]
cli.main()
"""
NEVER = (
    "cryptography",  # sealing alone needs it
    "importlib.metadata",  # for kinds of other packages, and for the version
    "jinja2.sandbox",  # for a user's own templates
    "pydantic.networks",
    "ruamel.yaml",
    "traceback",
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("platform")
    for file in ROOT.glob("*.yaml"):
        shutil.copy(file, folder)
    shutil.copytree(ROOT / "dags", folder / "dags")
    command = [sys.executable, "-c", BUILD]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # fills the cache
    build = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return set(build.stdout.splitlines())


@pytest.mark.parametrize("module", NEVER)
def test_a_build_does_not_import(module: str, imported: set[str]) -> None:
    assert "platc_compiler.pipeline" in imported
    assert module not in imported
