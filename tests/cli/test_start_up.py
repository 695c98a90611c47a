"""What a build does not import: each takes some of the time in which one waits; and what stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.skipif("COVERAGE_RUN" in os.environ, reason="coverage itself imports some of them")
@pytest.mark.parametrize("module", NEVER)
def test_a_build_does_not_import(module: str, imported: set[str]) -> None:
    assert "platc_compiler.pipeline" in imported
    assert module not in imported


@pytest.mark.parametrize("character", ["\0", "\x07", "\x7f", "\ufffe"], ids=ascii)
@pytest.mark.parametrize("name", ["platform.yaml", "sealed-secrets.yaml"])
def test_a_character_that_is_no_text_is_told(tmp_path: Path, name: str, character: str) -> None:
    for file in ROOT.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    faulty = tmp_path / name
    faulty.write_text(f"{faulty.read_text('utf-8')}# {character}\n", encoding="utf-8")
    platc = Path(sys.executable).with_name("platc")
    ended = subprocess.run(
        [platc, "build"], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 1
    code = "PLT001" if name == "platform.yaml" else "PLT012"
    assert f"error[{code}]" in ended.stderr
