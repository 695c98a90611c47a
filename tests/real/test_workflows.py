"""The workflows of the public CI, read by actionlint."""

import subprocess
from pathlib import Path

import pytest

from tests.tools import ROOT, tool

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def actionlint(workflow: Path) -> subprocess.CompletedProcess[str]:
    # shellcheck and pyflakes would be the machine's own, of any version.
    command = (str(tool("actionlint")), "-no-color", "-shellcheck=", "-pyflakes=", str(workflow))
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_no_fault(workflow: Path) -> None:
    done = actionlint(workflow)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("matrix.python }}", "matrix.pyton }}", 'property "pyton" is not defined'),
        ("steps.programs.outputs", "steps.program.outputs", 'property "program" is not defined'),
        ("contents: read", "contents: reads", '"reads" is invalid'),
    ],
)
def test_a_fault_in_the_workflow_of_the_ci_would_be_seen(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    assert right in text
    broken = tmp_path / "ci.yml"
    broken.write_text(text.replace(right, wrong))
    assert said in actionlint(broken).stdout
