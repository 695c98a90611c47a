"""Where the checks are asked changes nothing in what they say."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from platc_compiler import judging
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.documents import Manifest
from platc_compiler.judging import Aside, Judgement
from platc_compiler.pipeline import How, Result, Source, compile_platform

ROOT = Path(__file__).resolve().parents[1]
PLATFORMS = pytest.mark.parametrize(
    "file", ["platform.yaml", "examples/as-written/platform.yaml", "examples/minimal/platform.yaml"]
)
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a process is forked on Linux only"),
    # The workers of the test runner have a thread of their own, which a fork does not take along.
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


def source(file: str) -> Source:
    sealed = (ROOT / file).with_name("sealed-secrets.yaml")
    return Source(
        (ROOT / file).read_text("utf-8"),
        sealed=sealed.read_text("utf-8") if sealed.exists() else None,
    )


def compiled(file: str, judge: type[Judgement]) -> Result:
    return compile_platform(source(file), how=How(judge))


def same(one: Result, other: Result) -> bool:
    return (one.files, one.dags, one.diagnostics, one.summary) == (
        other.files, other.dags, other.diagnostics, other.summary,
    )  # fmt: skip


@PLATFORMS
def test_a_second_process_says_the_same(file: str) -> None:
    assert same(compiled(file, Aside), compiled(file, Judgement))


def _dies_at_once(aside: Aside) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    del aside


def _dies_over_the_objects(aside: Aside) -> None:
    pickle.dump(Judgement.of_platform(aside), aside.going)
    aside.going.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def _raises(aside: Aside) -> None:
    raise MemoryError(aside)


def _answers_in_part(aside: Aside) -> None:
    aside.going.write(b"\x80\x05\x95")
    aside.going.flush()


@pytest.mark.parametrize(
    "answer", [_dies_at_once, _dies_over_the_objects, _raises, _answers_in_part]
)
@PLATFORMS
def test_what_becomes_of_the_second_process_changes_nothing(
    file: str, answer: Callable[[Aside], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = compiled(file, Judgement)

    def and_leave(aside: Aside) -> None:
        try:
            answer(aside)
        finally:
            os._exit(0)

    monkeypatch.setattr(Aside, "_answer", and_leave)
    assert same(compiled(file, Aside), expected)


def test_the_second_process_ends_when_it_is_not_wanted_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fork, processes = os.fork, []

    def noted() -> int:
        processes.append(fork())
        return processes[-1]

    monkeypatch.setattr(os, "fork", noted)
    assert compiled("examples/as-written/platform.yaml", Aside).failed
    (process,) = processes
    deadline = time.monotonic() + 30
    try:
        while os.waitpid(process, os.WNOHANG) == (0, 0):
            assert time.monotonic() < deadline, "it waits for ever"
            time.sleep(0.01)
    except AssertionError:
        os.kill(process, signal.SIGKILL)
        raise


def test_without_a_second_process_the_checks_are_asked_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused() -> int:
        raise BlockingIOError(11, "no more processes")

    monkeypatch.setattr(os, "fork", refused)
    monkeypatch.setattr(judging.threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    result = compile_platform(source("platform.yaml"), how=How(judging.aside))
    assert same(result, compiled("platform.yaml", Judgement))


class Recording(Judgement):
    """Notes what is asked."""

    asked: list[str]

    def of_platform(self) -> list[Diagnostic]:
        self.asked.append("platform")
        return super().of_platform()

    def begin(self, objects: list[Manifest]) -> None:  # type: ignore[override]
        self.asked.append("begin")
        super().begin(objects)

    def of_objects(self) -> list[Diagnostic]:
        self.asked.append("objects")
        return super().of_objects()


def test_files_are_offered_before_they_count_but_not_those_of_a_refused_platform() -> None:
    for file, order in (
        ("platform.yaml", ["platform", "begin", "files", "objects"]),
        ("examples/as-written/platform.yaml", ["platform"]),
    ):
        Recording.asked = []
        how = How(Recording, lambda _: Recording.asked.append("files"))
        compile_platform(source(file), how=how)
        assert Recording.asked == order


REFUSED_AT_LAST = """
patches:
  - target: { kind: Deployment, name: grafana, namespace: monitoring }
    merge: { spec: { replicas: many } }
"""


def test_a_platform_that_is_refused_at_last_leaves_nothing_behind(tmp_path: Path) -> None:
    platform = tmp_path / "platform.yaml"
    platform.write_text((ROOT / "platform.yaml").read_text("utf-8") + REFUSED_AT_LAST, "utf-8")
    platc = Path(sys.executable).with_name("platc")
    for output in ("out", "new/folder/out"):
        build = subprocess.run(
            [platc, "build", "-o", output],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (build.returncode, "PLT701" in build.stderr) == (1, True), build.stderr
    assert list(tmp_path.iterdir()) == [platform]
