"""``out/`` is replaced as a whole or not at all, and nobody else's files are touched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from platc_compiler.write import NotOurs, inventory, out
from platc_compiler.write.out import replace_folder
from tests.write.trees import written

EARLIER = "This folder is written by platc and replaced as a whole: edit platform.yaml instead.\n"


@pytest.fixture(params=["exchange", "two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace folders in both ways: the one of Linux, and the one where that is not there."""
    if request.param == "two renames":
        monkeypatch.setattr(out, "exchange", lambda *_: False)


def test_the_files_are_exactly_what_was_built(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a/b.yaml": "1\n", "c.yaml": "2\n"}, "shop")
    changes = replace_folder(folder, {"a/b.yaml": "1\n", "d.yaml": "3\n"}, "shop")
    assert written(folder) == {"a/b.yaml": "1\n", "d.yaml": "3\n"}
    assert (changes.added, changes.changed, changes.removed) == (("d.yaml",), (), ("c.yaml",))
    assert (changes.same, changes.remarks) == (1, ())
    assert inventory.read(folder) == inventory.Inventory("shop", frozenset({"a/b.yaml", "d.yaml"}))


def test_nothing_is_touched_when_nothing_has_changed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    before = (folder / "a.yaml").stat().st_mtime_ns, folder.stat().st_ino
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    assert ((folder / "a.yaml").stat().st_mtime_ns, folder.stat().st_ino) == before


@pytest.mark.parametrize("moment", ["_make", "_link_foreign", "_mark", "_swap"])
def test_a_failure_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    (folder / "NOTES.md").write_text("mine\n", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(out, moment, fail)
    with pytest.raises(OSError, match="No space"):
        replace_folder(folder, {"a.yaml": "2\n"}, "shop")
    assert written(folder) == {"a.yaml": "1\n", "NOTES.md": "mine\n"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failing_rename_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    rename = Path.rename
    failed = False

    def fail(self: Path, target: Path) -> Path:
        nonlocal failed
        if target == folder and not failed:
            failed = True
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(out, "exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="Input"):
        replace_folder(folder, {"a.yaml": "2\n"}, "shop")
    assert written(folder) == {"a.yaml": "1\n"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.usefixtures("way")
def test_files_of_others_stay_and_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"manifests/a.yaml": "1\n", "manifests/b.yaml": "1\n"}, "shop")
    (folder / ".git/refs/tags").mkdir(parents=True)
    (folder / ".git/HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    (folder / ".git/hook").symlink_to("/nowhere")
    (folder / "manifests/mine.yaml").write_text("mine\n", encoding="utf-8")
    (folder / "manifests/mine.yaml").chmod(0o600)
    os.utime(folder / ".git", (1, 1))
    before = (folder / "manifests/mine.yaml").stat()
    changes = replace_folder(folder, {"manifests/a.yaml": "2\n"}, "shop")
    assert changes.removed == ("manifests/b.yaml",)
    (remark,) = changes.remarks
    assert remark.endswith("did not write; it stays: .git/, manifests/mine.yaml")
    assert written(folder) == {
        "manifests/a.yaml": "2\n", "manifests/mine.yaml": "mine\n",
        ".git/HEAD": "ref: refs/heads/main\n", ".git/hook": "-> /nowhere",
    }  # fmt: skip
    after = (folder / "manifests/mine.yaml").stat()
    assert (after.st_ino, after.st_mode, after.st_mtime) == (
        before.st_ino, before.st_mode, before.st_mtime,
    )  # fmt: skip
    assert (folder / ".git/refs/tags").is_dir()
    assert (folder / ".git").stat().st_mtime == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.usefixtures("way")
def test_a_file_of_others_that_can_have_no_second_link_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    (folder / "mine/deep").mkdir(parents=True)
    (folder / "mine/deep/file").write_text("mine\n", encoding="utf-8")
    monkeypatch.setattr(os, "link", refuse)
    replace_folder(folder, {"a.yaml": "2\n"}, "shop")
    assert written(folder) == {"a.yaml": "2\n", "mine/deep/file": "mine\n"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("theirs", "ours"), [("a", "a/b"), ("a/b", "a"), ("a", "a"), ("a/b", "a/b")]
)
def test_a_file_of_others_in_the_way_is_refused(tmp_path: Path, theirs: str, ours: str) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"c": "1\n"}, "shop")
    (folder / theirs).parent.mkdir(exist_ok=True)
    (folder / theirs).write_text("mine\n", encoding="utf-8")
    with pytest.raises(NotOurs, match="in the way: move it away"):
        replace_folder(folder, {ours: "2\n"}, "shop")
    assert written(folder) == {"c": "1\n", theirs: "mine\n"}


def test_a_linked_folder_in_the_way_is_refused_and_not_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    replace_folder(folder, {"manifests/a.yaml": "1\n"}, "shop")
    (folder / "manifests").rename(elsewhere)
    (folder / "manifests").symlink_to(elsewhere)
    with pytest.raises(NotOurs, match="in the way"):
        replace_folder(folder, {"manifests/a.yaml": "2\n"}, "shop")
    replace_folder(folder, {"b.yaml": "2\n"}, "shop")
    assert written(elsewhere) == {"a.yaml": "1\n"}


def test_a_list_of_paths_outside_removes_nothing_there(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    (tmp_path / "mine").write_text("mine\n", encoding="utf-8")
    with (folder / ".platc").open("a", encoding="utf-8") as listed:
        listed.write(f"../mine\n{tmp_path}/mine\n.\n..\n/\n")
    replace_folder(folder, {"b.yaml": "1\n"}, "shop")
    assert written(tmp_path) == {"mine": "mine\n", **{
        f"out/{path}": text for path, text in {
            "b.yaml": "1\n", ".platc": inventory.text("shop", ["b.yaml"]),
        }.items()
    }}  # fmt: skip


def test_an_inventory_that_version_control_could_not_merge_still_works(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n", "b.yaml": "1\n"}, "shop")
    mark = folder / ".platc"
    conflict = "<<<<<<< HEAD\nb.yaml\n=======\nc.yaml\n>>>>>>> other\n"
    mark.write_text(mark.read_text("utf-8").replace("b.yaml\n", conflict), encoding="utf-8")
    changes = replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    assert (changes.removed, changes.remarks) == (("b.yaml",), ())
    assert written(folder) == {"a.yaml": "1\n"}


def test_a_folder_of_an_earlier_release_is_taken_over(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "manifests").mkdir(parents=True)
    (folder / "manifests/a.yaml").write_text("1\n", encoding="utf-8")
    (folder / "manifests/stale.yaml").write_text("1\n", encoding="utf-8")
    (folder / ".platc").write_text(EARLIER, encoding="utf-8")
    changes = replace_folder(folder, {"manifests/a.yaml": "2\n"}, "shop")
    assert (changes.changed, changes.removed) == (("manifests/a.yaml",), ())
    assert "it stays: manifests/stale.yaml" in changes.remarks[0]
    assert written(folder) == {"manifests/a.yaml": "2\n", "manifests/stale.yaml": "1\n"}
    known = inventory.read(folder)
    assert known == inventory.Inventory("shop", frozenset({"manifests/a.yaml"}))


def test_two_platforms_cannot_share_a_folder(tmp_path: Path) -> None:
    replace_folder(tmp_path / "out", {"a.yaml": "1\n"}, "shop")
    replace_folder(tmp_path / "out-b", {"b.yaml": "1\n"}, "bank")
    with pytest.raises(NotOurs, match=r"belongs to the platform 'shop'.*with -o"):
        replace_folder(tmp_path / "out", {"b.yaml": "1\n"}, "bank")
    assert written(tmp_path / "out") == {"a.yaml": "1\n"}
    assert {path.name for path in tmp_path.iterdir()} == {"out", "out-b"}


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine\n", encoding="utf-8")
    with pytest.raises(NotOurs, match="did not write"):
        replace_folder(tmp_path / "out", {"a.yaml": "1\n"}, "shop")
    assert written(tmp_path / "out") == {"mine.txt": "mine\n"}


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    replace_folder(tmp_path / "out", {"a.yaml": "1\n"}, "shop")
    assert written(tmp_path / "out") == {"a.yaml": "1\n"}


def test_a_link_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotOurs, match="is a symbolic link"):
        replace_folder(tmp_path / "out", {"a.yaml": "1\n"}, "shop")
    (tmp_path / "file").touch()
    with pytest.raises(NotOurs, match="file is no folder"):
        replace_folder(tmp_path / "file/out", {"a.yaml": "1\n"}, "shop")


def test_the_folder_keeps_its_permissions(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    folder.chmod(0o2750)
    replace_folder(folder, {"a.yaml": "2\n"}, "shop")
    assert folder.stat().st_mode & 0o7777 == 0o2750


@pytest.mark.usefixtures("way")
def test_folders_of_others_that_cannot_be_written_stay_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    (folder / "mine").mkdir()
    (folder / "mine/file").write_text("mine\n", encoding="utf-8")
    (folder / "mine").chmod(0o500)
    folder.chmod(0o555)
    replace_folder(folder, {"a.yaml": "2\n"}, "shop")
    assert written(folder) == {"a.yaml": "2\n", "mine/file": "mine\n"}
    assert folder.stat().st_mode & 0o777 == 0o555
    assert (folder / "mine").stat().st_mode & 0o777 == 0o500
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_cannot_be_removed_of_a_killed_build_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    left = tmp_path / ".out.platc-0123456789abcdef"
    left.mkdir()
    (left / "half").touch()
    monkeypatch.setattr(out, "_take_apart", refuse)
    monkeypatch.setattr(shutil, "rmtree", refuse)
    changes = replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    assert str(left) in changes.remarks[0]
    assert "take out what you need, and remove it" in changes.remarks[0]
    monkeypatch.undo()
    assert replace_folder(folder, {"a.yaml": "1\n"}, "shop").remarks == ()
    assert not left.exists()


@pytest.mark.parametrize(
    "name",
    [".out.0123456789abcdef", ".out.platc-0123", ".output.platc-0123456789abcdef", "out.old"],
)
def test_only_what_bears_a_name_of_ours_is_removed(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    replace_folder(tmp_path / "out", {"a.yaml": "1\n"}, "shop")
    replace_folder(tmp_path / "out", {"a.yaml": "2\n"}, "shop")
    assert {path.name for path in tmp_path.iterdir()} == {"out", name}


@pytest.mark.skipif(os.name != "posix" or bool(os.geteuid()), reason="only root gives files away")
@pytest.mark.usefixtures("way")
def test_what_root_builds_leaves_the_folders_of_others_to_their_owners(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    (folder / ".git/refs").mkdir(parents=True)
    for path in (folder, folder / ".git", folder / ".git/refs"):
        os.chown(path, 12345, 12346)
    replace_folder(folder, {"a.yaml": "2\n"}, "shop")
    for path in (folder, folder / ".git", folder / ".git/refs"):
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12346)


def test_a_folder_of_another_user_is_refused_before_anything_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a.yaml": "1\n"}, "shop")
    (folder / "mine").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(NotOurs, match="mine belongs to another user"):
        replace_folder(folder, {"a.yaml": "2\n"}, "shop")
    assert written(folder) == {"a.yaml": "1\n"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_build_removes_what_a_killed_seal_has_left(tmp_path: Path) -> None:
    (tmp_path / ".sealed-secrets.yaml.platc-0123456789abcdef").touch()
    replace_folder(tmp_path / "out", {"a.yaml": "1\n"}, "shop")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
