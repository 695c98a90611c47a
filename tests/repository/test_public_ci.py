"""What the hosting site reads names what is really there."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools import ROOT

GITHUB = ROOT / ".github"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LINK = re.compile(r"\[[^\]]+\]\((?!https?:)([^)#]+)[^)]*\)")


def read(path: Path) -> Any:  # noqa: ANN401 - what the files hold is asserted, not typed
    return yaml.safe_load(path.read_text())


def test_ci_runs_on_every_python_that_the_package_names() -> None:
    named = [
        classifier.rpartition(" ")[2]
        for classifier in PROJECT["classifiers"]
        if re.search(r"Python :: 3\.\d+$", classifier)
    ]
    (job,) = read(GITHUB / "workflows" / "ci.yml")["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == named
    assert PROJECT["requires-python"] == f">={named[0]}"


def test_ci_runs_what_people_run_with_the_python_of_the_job() -> None:
    (job,) = read(GITHUB / "workflows" / "ci.yml")["jobs"].values()
    assert job["env"]["PYTHON"] == "python${{ matrix.python }}"
    assert job["steps"][-1]["run"] == ".ci/run"
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100


def test_a_python_that_is_asked_for_is_taken_or_refused(tmp_path: Path) -> None:
    chosen = tmp_path / "python3.99"
    chosen.write_text("#!/bin/sh\n")
    chosen.chmod(0o700)
    find = ROOT / "tools" / "find_python"

    def found(python: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHON": python}
        return subprocess.run(find, env=environment, capture_output=True, text=True, check=False)

    assert found("python3.99").stdout.strip() == str(chosen)
    assert found("python3.98").returncode == 1


def test_dependabot_watches_everything_that_is_pinned() -> None:
    updates = {
        entry["package-ecosystem"]: entry for entry in read(GITHUB / "dependabot.yml")["updates"]
    }
    assert updates["pip"]["directory"] == "/requirements"
    modules = {path.parent for path in (ROOT / "tools").rglob("go.mod")}
    (watched,) = updates["gomod"]["directories"]
    assert modules == {path.parent for path in ROOT.glob(f"{watched.removeprefix('/')}/go.mod")}
    assert "github-actions" in updates


def test_hooks_call_make_and_pin_no_tool_of_their_own() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for repository in read(ROOT / ".pre-commit-config.yaml")["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            command, *targets = hook["entry"].split()
            assert command == "make"
            for target in targets:
                assert target.startswith("-") or f"\n{target}:" in makefile


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "CHANGELOG.md"]
)
def test_links_to_files_lead_somewhere(name: str) -> None:
    for link in LINK.findall((ROOT / name).read_text()):
        assert (ROOT / link).exists(), link
