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
    other = folder / "other.yaml"
    text = (folder / "platform.yaml").read_text("utf-8")
    other.write_text(text.replace("platform: ecommerce", "platform: another"), "utf-8")
    before = {path.name for path in folder.iterdir()}
    for _ in range(4):
        builds = [
            subprocess.Popen(
                [PLATC, "build", "-f", file, "-o", "out", "--dags", f"dags-{file}"], cwd=folder,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            ) for file in ("platform.yaml", "other.yaml", "platform.yaml")
        ]  # fmt: skip
        for build in builds:
            _, complaint = build.communicate(timeout=60)
            assert build.returncode == 0, complaint
    left = {path.name for path in folder.iterdir()} - before
    assert left == {"out", "dags-platform.yaml", "dags-other.yaml"}


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
    monkeypatch.setattr(cli, "_interrupts", interrupts)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == code
    assert ("Aborted!" in capsys.readouterr().err) == bool(interrupts)
