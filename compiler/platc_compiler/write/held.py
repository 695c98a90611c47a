"""What ``out/`` holds before a build: what platc wrote, and what somebody else put there."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from platc_compiler.write import NotOurs, inventory
from platc_compiler.write.inventory import Inventory


class Held(Struct, frozen=True):
    """What a folder holds.

    Attributes:
        inventory: ``None`` where the folder is empty or does not exist.
        ours: content of the files that platc wrote, by path.
        foreign: paths of files of others, and of folders in which there is nothing else; a folder's
            path ends in ``/``.
    """

    inventory: Inventory | None
    ours: Mapping[str, bytes]
    foreign: tuple[str, ...]


def folders_of(paths: Iterable[str]) -> set[str]:
    """Return every folder that the paths lead through."""
    found: set[str] = set()
    for path in paths:
        folder = os.path.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = os.path.dirname(folder)
    return found


def holds(folder: Path, files: Mapping[str, bytes], platform: str) -> Held:
    """Return what a folder holds that is to hold ``files``.

    A file that an earlier release may have written, by name, is ours; so is one that holds already
    what is to be written.

    Raises:
        NotOurs: the folder cannot be written without touching what is somebody else's.
        OSError: the system does not let it be read.
    """
    refuse_link(folder)
    if not folder.is_dir() or not any(folder.iterdir()):
        return Held(None, {}, ())
    known = inventory.read(folder)
    if known is None:
        raise NotOurs(f"{folder} holds files that platc did not write; name another folder with -o")
    if known.platform not in {"", platform}:
        raise NotOurs(
            f"{folder} belongs to the platform '{known.platform}', and this one is '{platform}';"
            f" name another folder with -o, or remove {folder} if the platform was renamed"
        )
    listed = files.keys() if known.paths is None else known.paths
    return _sorted_out(folder, known, listed, files)


def _sorted_out(
    folder: Path, known: Inventory, listed: Collection[str], files: Mapping[str, bytes]
) -> Held:
    ours: dict[str, bytes] = {}
    foreign: list[str] = []
    new_folders = folders_of(files)
    passed = new_folders | folders_of(listed)
    waiting = [""]
    while waiting:
        above = waiting.pop()
        with os.scandir(os.path.join(folder, above)) as entries:
            for entry in entries:
                path = f"{above}/{entry.name}" if above else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if path in files:
                        raise _in_the_way(folder, path)
                    if path in passed:
                        waiting.append(path)
                    else:
                        foreign.append(f"{path}/")
                elif path != inventory.NAME:
                    content = _content(entry) if path in listed or path in files else None
                    if content is not None and (path in listed or content == files[path]):
                        ours[path] = content
                    elif path in files or path in new_folders:
                        raise _in_the_way(folder, path)
                    else:
                        foreign.append(path)
    return Held(known, ours, tuple(sorted(foreign)))


def _content(entry: os.DirEntry[str]) -> bytes | None:
    """Return the content of a file, ``None`` of a link, a device or the like."""
    if not entry.is_file(follow_symlinks=False):
        return None
    with open(entry.path, "rb") as stream:
        return stream.read()


def _in_the_way(folder: Path, path: str) -> NotOurs:
    return NotOurs(f"{folder / path} was not written by platc, and stands in the way: move it away")


def refuse_link(folder: Path) -> None:
    """Refuse a folder that is a symbolic link.

    Raises:
        NotOurs: it is.
    """
    if folder.is_symlink():
        raise NotOurs(
            f"{folder} is a symbolic link, and a folder is replaced as a whole; name the folder"
            f" itself with -o {folder.readlink()}"
        )


def refuse_file(folder: Path) -> None:
    """Refuse a folder that cannot be made, because a file stands in its place or in its way.

    Raises:
        NotOurs: there is such a file.
    """
    for path in (folder, *folder.parents):
        if path.is_dir():
            return
        if path.exists() or path.is_symlink():
            raise NotOurs(f"{path} is no folder")
