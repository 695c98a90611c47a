"""How the command ends where its surroundings do not hold still."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from platc_compiler import cli
from tests.checks.examples import MINIMAL
from tests.tools import ROOT

PLATC = Path(sys.executable).with_name("platc")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in ROOT.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    shutil.copytree(ROOT / "dags", tmp_path / "dags")
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX closes them")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
@pytest.mark.parametrize("command", ["build", "check", "--version", "schema"])
def test_a_stream_that_is_closed_is_no_fault(command: str, closed: str, folder: Path) -> None:
    shell = f"'{PLATC}' {command} {closed}"
    done = subprocess.run(shell, shell=True, cwd=folder, capture_output=True, check=False)  # noqa: S602
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_leaves_nothing_half_made(number: signal.Signals, folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    for wait in (0.05, 0.1, 0.15, 0.2, 0.22, 0.24, 0.26, 0.28, 0.3):
        build = subprocess.Popen(
            [PLATC, "build"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        time.sleep(wait)
        os.killpg(build.pid, number)
        assert build.wait(30) in {0, 1, 128 + number, -number}
        left = {path.name for path in folder.iterdir()} - before - {"out"}
        assert left == set(), left
        shutil.rmtree(folder / "out", ignore_errors=True)


def test_builds_at_the_same_time_do_not_disturb_each_other(folder: Path) -> None:
    """Two forms of one platform into one folder, another platform beside it, one dags/ for all."""
    text = (folder / "platform.yaml").read_text("utf-8")
    version = text.replace("cpu: 250m", "cpu: 200m", 1)
    assert version != text
    (folder / "version.yaml").write_text(version, "utf-8")
    name = text.replace("platform: ecommerce", "platform: another")
    (folder / "other.yaml").write_text(name.replace("daily_batch", "nightly_batch"), "utf-8")
    before = {path.name for path in folder.iterdir()}
    places = {"platform.yaml": "out", "version.yaml": "out", "other.yaml": "out-other"}
    for _ in range(4):
        builds = [
            subprocess.Popen(
                [PLATC, "build", "-f", file, "-o", out], cwd=folder,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            ) for file, out in places.items()
        ]  # fmt: skip
        for build in builds:
            _, complaint = build.communicate(timeout=60)
            assert build.returncode == 0, complaint
    assert {path.name for path in folder.iterdir()} - before == {"out", "out-other"}
    dags = {path.name for path in (folder / "dags").iterdir()}
    assert dags == {
        "daily_batch_processing.py", "nightly_batch_processing.py", "reports",
    }  # fmt: skip


def test_two_platforms_cannot_be_built_into_one_folder(folder: Path) -> None:
    text = (folder / "platform.yaml").read_text("utf-8")
    (folder / "other.yaml").write_text(text.replace("platform: ecommerce", "platform: other"))
    subprocess.run([PLATC, "build"], cwd=folder, check=True, capture_output=True)
    for options, why in (
        (["-o", "out", "--dags", "elsewhere"], "out belongs to the platform 'ecommerce'"),
        (["-o", "out-other"], "was written for the platform 'ecommerce'"),
    ):
        done = subprocess.run(
            [PLATC, "build", "-f", "other.yaml", *options], cwd=folder, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert why in done.stderr
        assert not (folder / "elsewhere").exists()
        assert not (folder / "out-other").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX has pipes")
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("fault", [False, True])
def test_a_reader_who_leaves_changes_no_exit_code(
    form: str, tmp_path: Path, *, fault: bool
) -> None:
    text = MINIMAL.read_text("utf-8")
    text = text.replace("kind: workload", "kind: workloads") if fault else text
    (tmp_path / "platform.yaml").write_text(text, "utf-8")
    for command in ("check", "build"):
        for leaving in ("2>&1 | true", "2>&1 | head -1", "| true"):
            shell = f"'{PLATC}' {command} --format {form} {leaving}; echo ${{PIPESTATUS[0]}} >&2"
            done = subprocess.run(
                ["/bin/bash", "-c", shell], cwd=tmp_path, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            assert done.stderr.splitlines()[-1] == str(int(fault)), done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16"])
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_what_is_printed_into_a_pipe_is_utf_8(form: str, encoding: str, folder: Path) -> None:
    file = folder / "platform.yaml"
    file.write_text(file.read_text("utf-8").replace("kind: kibana", 'kind: "żółw≠ 🐢"'), "utf-8")
    done = subprocess.run(
        [PLATC, "check", "--format", form], cwd=folder, capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert done.returncode == 1
    assert "żółw≠ 🐢" in (done.stdout + done.stderr).decode("utf-8")


@pytest.mark.parametrize(("interrupts", "code"), [([signal.SIGINT], 1), ([], 3)])
def test_an_interrupt_in_disguise_is_no_bug(
    interrupts: list[int],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def disguised(**_: object) -> None:
        raise RuntimeError("Error calling __set_name__")

    monkeypatch.setattr(cli, "group", disguised)
    monkeypatch.setattr(cli, "_on_signals", lambda: None)
    monkeypatch.setattr(cli.streams, "make_patient", lambda: None)
    monkeypatch.setattr(cli, "_interrupts", interrupts)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == code
    assert ("Aborted!" in capsys.readouterr().err) == bool(interrupts)


@pytest.mark.parametrize(
    "arguments",
    [
        ["HERE"],
        ["check", "--HERE"],
        ["check", "-f", "HERE"],
        ["check", "HERE"],
        ["check", "--format", "HERE"],
        ["explain", "HERE"],
        ["completion", "HERE"],
        ["build", "--env", "HERE"],
        ["init", "HERE"],
        ["build", "-o", "HERE"],
        ["seal", "HERE"],
        ["--HERE"],
    ],
)
def test_an_argument_steers_no_terminal(arguments: list[str], folder: Path) -> None:
    bad = "\x1b[31mred\x1b]0;owned\x07a\n::error::owned\x9b2Ja\rb"
    words = [word.replace("HERE", bad) for word in arguments]
    done = subprocess.run(
        [PLATC, *words], cwd=folder, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode in {cli.OK, cli.FAULTS, cli.USAGE}
    for line in (done.stdout + done.stderr).decode().split("\n"):
        assert line.isprintable(), line
        assert not line.lstrip().startswith("::")


SECRET = "hunter2-of-the-report"  # noqa: S105 - to be looked for
_BREAKS = """
import sys
from platc_compiler import cli, passes
from platc_compiler.ir.platform import Platform

def broken(platform: Platform) -> Platform:
    try:
        values = {v for w in platform.workloads for c in w.pod.containers for v in c.env}
        raise KeyError(str(values))
    except KeyError as inner:
        raise RuntimeError(f"cannot bear {inner} of {platform.spec.services}") from inner

passes.PASSES = (broken,)
sys.argv = ["platc", *sys.argv[1:]]
cli.main()
"""


@pytest.mark.parametrize("command", [["check"], ["build"], ["check", "--format", "json"]])
def test_the_report_of_a_bug_shows_where_it_is_and_no_value(
    command: list[str], tmp_path: Path
) -> None:
    shutil.copy(ROOT / "examples/minimal/platform.yaml", tmp_path)
    platform = tmp_path / "platform.yaml"
    text = platform.read_text("utf-8")
    stated = f"  web:\n    env: {{ GREETING: {SECRET} }}\n"
    platform.write_text(text.replace("  web:\n", stated, 1), "utf-8")
    assert SECRET in platform.read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _BREAKS, *command], cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == cli.BUG, done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert done.stdout == ""
    assert "has a bug: RuntimeError" in done.stderr
    # Where it broke, and what led to it; no text of an exception.
    assert "in broken" in done.stderr
    assert "builtins.KeyError\nwhich led to:" in done.stderr
    assert "cannot bear" not in done.stderr.replace('f"cannot bear {inner}', "")
    assert not (tmp_path / "out").exists()
