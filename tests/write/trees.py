"""What a folder holds, as the tests of this folder compare it."""

from __future__ import annotations

from pathlib import Path


def tree(folder: Path) -> dict[str, str]:
    """Return the content of each file below a folder, and ``-> TARGET`` of each link."""
    return {
        path.relative_to(folder).as_posix(): f"-> {path.readlink()}"
        if path.is_symlink()
        else path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def written(folder: Path) -> dict[str, str]:
    """Return the same without the inventory."""
    return {path: text for path, text in tree(folder).items() if path != ".platc"}
