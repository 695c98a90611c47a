"""A process that is killed before any of its steps leaves old or new, and the next mends the rest.

Each step is one event that Python reports to audit hooks (opening, renaming, linking, removing …):
a child process is killed before its first, its second and so on, until one comes to its end.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from platc_compiler.seal import files as seal_files
from platc_compiler.write import out
from platc_compiler.write.dag_mark import marked
from platc_compiler.write.dags import write_dags
from platc_compiler.write.out import replace_folder
from tests.write.trees import tree, written

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
OLD = {"manifests/a.yaml": "1\n", "manifests/old.yaml": "1\n"}
NEW = {"manifests/a.yaml": "2\n", "new/b.yaml": "2\n"}
THEIRS = {".git/HEAD": "main\n", "manifests/mine.yaml": "mine\n"}


def killed_before_each_step(work: Callable[[], object]) -> Iterator[int]:
    """Do the work in a child that is killed before its step 1, 2, …; yield after each death."""
    step = 0
    while True:
        step += 1
        child = os.fork()
        if child == 0:
            left = step

            def kill(_event: str, _arguments: tuple[object, ...]) -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(kill)
            work()
            left = 0
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            return
        assert os.WTERMSIG(status) == signal.SIGKILL
        yield step


def fill(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("way", ["exchange", "two renames"])
def test_out_is_old_or_new_and_what_is_left_behind_goes(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "two renames":
        monkeypatch.setattr(out, "exchange", lambda *_: False)
    folder = tmp_path / "out"
    replace_folder(folder, OLD, "shop")
    fill(folder, THEIRS)
    seen = set()
    steps = 0
    for _ in killed_before_each_step(lambda: replace_folder(folder, NEW, "shop")):
        steps += 1
        if way == "exchange" or folder.exists():
            there = written(folder)
            assert there in ({**OLD, **THEIRS}, {**NEW, **THEIRS})
            seen.add("old" if "manifests/old.yaml" in there else "new")
        else:
            seen.add("none")
        replace_folder(folder, OLD, "shop")
        assert written(folder) == {**OLD, **THEIRS}
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert steps > 30
    assert seen == ({"old", "new"} if way == "exchange" else {"old", "new", "none"})


def test_what_somebody_changes_after_a_kill_is_not_lost(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, OLD, "shop")
    fill(folder, THEIRS)
    for step in killed_before_each_step(lambda: replace_folder(folder, NEW, "shop")):
        # As an editor saves: a new file in the place of the old one.
        later = folder / "manifests/later"
        later.write_text(f"after {step}\n", encoding="utf-8")
        later.rename(folder / "manifests/mine.yaml")
        replace_folder(folder, OLD, "shop")
        assert written(folder) == {**OLD, **THEIRS, "manifests/mine.yaml": f"after {step}\n"}
        for left in tmp_path.glob(".out.*"):
            assert written(left) == {"manifests/mine.yaml": f"after {step - 1}\n"} or step == 1
            for path in sorted(left.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            left.rmdir()


def test_the_first_out_is_not_there_or_whole(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for _ in killed_before_each_step(lambda: replace_folder(folder, NEW, "shop")):
        assert not folder.exists() or written(folder) == NEW
        replace_folder(folder, NEW, "shop")
        assert written(folder) == NEW
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
        for name in (*NEW, ".platc"):
            (folder / name).unlink()
        for below in ("manifests", "new", "."):
            (folder / below).rmdir()


def test_each_dag_is_old_or_new(tmp_path: Path) -> None:
    old, new = {"a.py": "a = 1\n", "b.py": "b = 1\n"}, {"a.py": "a = 2\n", "c.py": "c = 2\n"}
    write_dags(tmp_path, old, "shop")
    for _ in killed_before_each_step(lambda: write_dags(tmp_path, new, "shop")):
        for name, text in tree(tmp_path).items():
            whole = {marked(name, of[name], "shop") for of in (old, new) if name in of}
            assert name.startswith(".") or text in whole
        write_dags(tmp_path, old, "shop")
        assert tree(tmp_path) == {name: marked(name, text, "shop") for name, text in old.items()}


def test_sealed_secrets_are_old_or_new(tmp_path: Path) -> None:
    path = tmp_path / "sealed-secrets.yaml"

    def write(text: str) -> None:
        with seal_files.alone(path):
            seal_files.write(path, text)

    write("old\n")
    path.chmod(0o600)
    for _ in killed_before_each_step(lambda: write("new\n")):
        assert path.read_text("utf-8") in {"old\n", "new\n"}
        write("old\n")
        assert tree(tmp_path) == {"sealed-secrets.yaml": "old\n"}
        assert path.stat().st_mode & 0o777 == 0o600
