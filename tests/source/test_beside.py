"""Nothing but what stands in the folder of platform.yaml is read, whatever links there are."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from platc_compiler.source import beside
from platc_compiler.source.beside import Folder
from platc_compiler.source.load import Unreadable

THEIRS = "of somebody else"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with templates, beside which stands what is not to be read."""
    folder = tmp_path / "platform"
    (folder / "templates/kubernetes").mkdir(parents=True)
    (folder / "templates/kubernetes/a.j2").write_text("a\n", "utf-8")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.j2").write_text(THEIRS, "utf-8")
    return folder


def link(path: Path, target: str | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


OUTWARD = {
    "relative": {"templates/x.j2": "../../outside/secret.j2"},
    "absolute": {"templates/x.j2": "ABSOLUTE/outside/secret.j2"},
    "a chain": {"templates/x.j2": "y", "templates/y": "../z", "z": "../outside/secret.j2"},
    "a folder": {"templates/x": "../../outside"},
    "a folder and a file": {"inner": "../outside", "templates/x.j2": "../inner/secret.j2"},
    "a chain of folders": {"templates/x": "../inner", "inner": "../outside"},
    "the folder itself": {"templates/x": "../.."},
    "there and back": {"templates/x.j2": "../../outside/back.j2"},
    "dangling": {"templates/x.j2": "../../outside/nothing.j2"},
    "of the process": {"templates/x.j2": "/proc/self/environ"},
    "a device": {"templates/x.j2": "/dev/zero"},
}


@pytest.mark.parametrize("case", OUTWARD)
def test_a_link_that_leads_out_is_refused(case: str, root: Path) -> None:
    (root.parent / "outside/back.j2").symlink_to("/etc/hostname")
    for path, target in OUTWARD[case].items():
        link(root / path, target.replace("ABSOLUTE", str(root.parent)))
    with pytest.raises(Unreadable, match="leads out of the folder"):
        Folder(root).paths("templates", ".j2")
    for path in ("templates/x.j2", "templates/x/secret.j2", "templates/x/outside/secret.j2"):
        read = None
        with suppress(Unreadable):
            read = Folder(root).text(path)
        assert read is None


def test_links_inside_the_folder_are_followed(root: Path) -> None:
    link(root / "templates/linked", "kubernetes")
    link(root / "templates/b.j2", root / "templates/kubernetes/a.j2")
    paths = ("templates/b.j2", "templates/kubernetes/a.j2", "templates/linked/a.j2")
    assert Folder(root).paths("templates", ".j2") == paths
    assert {Folder(root).text(path) for path in paths} == {"a\n"}


def test_a_folder_that_is_reached_by_a_link_is_a_folder(root: Path) -> None:
    link(root.parent / "way", "platform")
    assert Folder(root.parent / "way").text("templates/kubernetes/a.j2") == "a\n"
    assert Folder(root.parent / "way").paths("templates", ".j2") == ("templates/kubernetes/a.j2",)


@pytest.mark.parametrize("target", [".", "..", "../templates/kubernetes"])
def test_links_that_go_round_in_a_circle_come_to_an_end(target: str, root: Path) -> None:
    link(root / "templates/kubernetes/round", target)
    assert "templates/kubernetes/a.j2" in Folder(root).paths("templates", ".j2")


def test_a_link_to_itself_is_no_file(root: Path) -> None:
    link(root / "templates/x.j2", "x.j2")
    told = ""
    try:
        assert Folder(root).paths("templates", ".j2") == ("templates/kubernetes/a.j2",)
    except Unreadable as fault:  # Python before 3.13 knows it for what it is.
        told = fault.message
    assert told in {"", "templates/x.j2 is a link that leads to itself"}


def test_what_is_no_file_is_none(root: Path) -> None:
    os.mkfifo(root / "templates/pipe.j2")
    link(root / "templates/.#a.j2", "user@host.1234:5678")  # as Emacs locks a file
    for path in ("templates/pipe.j2", "templates", "templates/.#a.j2", "nothing", "a/b/c"):
        assert Folder(root).text(path) is None
    assert Folder(root).paths("templates", ".j2") == ("templates/kubernetes/a.j2",)
    assert Folder(root).paths("nothing", ".j2") == ()


def test_a_folder_that_cannot_be_read_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> list[str]:
        raise PermissionError(13, "Permission denied", "templates")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(PermissionError):
        Folder(root).paths("templates", ".j2")


def test_too_many_files_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "MOST_FILES", 3)
    for number in range(3):
        (root / f"templates/{number}.txt").touch()
    with pytest.raises(Unreadable, match="more than 3 files"):
        Folder(root).paths("templates", ".j2")


@pytest.mark.parametrize(
    "swapped", ["templates/kubernetes/a.j2", "templates/kubernetes", "templates"]
)
def test_a_link_that_is_put_there_in_between_is_not_followed(
    swapped: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between finding where a path leads and opening it, a link takes the place of a part of it."""
    place, resolve = root / swapped, Path.resolve
    outside = root.parent / "outside"
    for name in ("a.j2", "kubernetes/a.j2"):
        (outside / name).parent.mkdir(exist_ok=True)
        (outside / name).write_text(THEIRS, "utf-8")

    def then_swap(self: Path) -> Path:
        real = resolve(self)
        if self != root:
            place.rename(root / "aside")
            place.symlink_to(outside / "a.j2" if swapped.endswith(".j2") else outside)
        return real

    monkeypatch.setattr(Path, "resolve", then_swap)
    read = None
    with suppress(OSError):
        read = Folder(root).text("templates/kubernetes/a.j2")
    assert place.is_symlink()
    assert read is None


def test_a_race_never_reads_what_stands_outside(root: Path) -> None:
    place, over = root / "templates/x.j2", threading.Event()

    def flip() -> None:
        while not over.is_set():
            for make in (
                lambda path: path.symlink_to("../../outside/secret.j2"),
                lambda path: path.write_text("mine", "utf-8"),
            ):
                draft = place.with_name("draft")
                draft.unlink(missing_ok=True)
                make(draft)
                draft.replace(place)

    flipping = threading.Thread(target=flip)
    flipping.start()
    seen = set()
    try:
        for attempt in range(100_000):
            if attempt >= 3000 and {"mine", "refused"} <= seen:
                break
            try:
                seen.add(Folder(root).text("templates/x.j2"))
            except (Unreadable, OSError):
                seen.add("refused")
    finally:
        over.set()
        flipping.join()
    assert seen <= {"mine", "", None, "refused"}
    assert {"mine", "refused"} <= seen
