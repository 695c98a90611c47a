"""``out/`` is replaced as a whole or not at all, and nobody else's files are touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from platc_compiler import write
from platc_compiler.write import MARKER, NotOurs, refuse_handwritten, replace_folder, write_dags

DAG = '"""A pipeline."""\n\n# Written by platc from platform.yaml: change it there.\n'


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != MARKER
    }


def test_a_folder_holds_exactly_what_was_built(tmp_path: Path) -> None:
    out = tmp_path / "out"
    replace_folder(out, {"a/b.yaml": "1\n", "c.yaml": "2\n"})
    changes = replace_folder(out, {"a/b.yaml": "1\n", "d.yaml": "3\n"})
    assert contents(out) == {"a/b.yaml": "1\n", "d.yaml": "3\n"}
    assert (changes.added, changes.changed, changes.removed) == (("d.yaml",), (), ("c.yaml",))
    assert changes.same == 1


def test_nothing_is_touched_when_nothing_has_changed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    replace_folder(out, {"a.yaml": "1\n"})
    before = (out / "a.yaml").stat().st_mtime_ns, out.stat().st_ino
    replace_folder(out, {"a.yaml": "1\n"})
    assert ((out / "a.yaml").stat().st_mtime_ns, out.stat().st_ino) == before


@pytest.mark.parametrize("moment", ["_fill", "_swap"])
def test_a_failure_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    out = tmp_path / "out"
    replace_folder(out, {"a.yaml": "1\n"})

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, moment, fail)
    with pytest.raises(OSError, match="No space"):
        replace_folder(out, {"a.yaml": "2\n"})
    assert contents(out) == {"a.yaml": "1\n"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failing_rename_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    replace_folder(out, {"a.yaml": "1\n"})
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if target == out and not self.name.endswith(".old"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="Input"):
        replace_folder(out, {"a.yaml": "2\n"})
    assert contents(out) == {"a.yaml": "1\n"}


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine\n", encoding="utf-8")
    with pytest.raises(NotOurs, match="did not write"):
        replace_folder(tmp_path / "out", {"a.yaml": "1\n"})
    assert contents(tmp_path / "out") == {"mine.txt": "mine\n"}


def test_a_link_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotOurs):
        replace_folder(tmp_path / "out", {"a.yaml": "1\n"})


def test_dags_stand_beside_handwritten_files(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("x = 1\n", encoding="utf-8")
    write_dags(tmp_path, {"a.py": DAG + "a = 1\n", "b.py": DAG})
    changes = write_dags(tmp_path, {"a.py": DAG + "a = 2\n"})
    assert contents(tmp_path) == {"helpers.py": "x = 1\n", "a.py": DAG + "a = 2\n"}
    assert (changes.changed, changes.removed) == (("a.py",), ("b.py",))


def test_a_dag_never_replaces_a_handwritten_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("mine = 1\n", encoding="utf-8")
    with pytest.raises(NotOurs, match="hand-written"):
        write_dags(tmp_path, {"a.py": DAG})
    assert contents(tmp_path) == {"a.py": "mine = 1\n"}


def test_a_file_in_the_place_of_the_dags_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    (tmp_path / "dags").write_text("", encoding="utf-8")
    for folder in (tmp_path / "dags", tmp_path / "dags" / "deeper"):
        with pytest.raises(NotOurs, match="dags is no folder"):
            refuse_handwritten(folder, {"daily.py": DAG})
    refuse_handwritten(tmp_path / "dags", {})
