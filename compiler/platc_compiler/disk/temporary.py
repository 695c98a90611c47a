"""Names for what is not finished yet, by which a later run knows what a killed one has left."""

from __future__ import annotations

import os
import re
from pathlib import Path

_RANDOM_BYTES = 8


def temporary(path: Path) -> Path:
    """Return a path beside another, hidden, that nothing has yet and that tells whose it is."""
    return path.parent / f".{path.name}.platc-{os.urandom(_RANDOM_BYTES).hex()}"


def left_behind(path: Path) -> list[Path]:
    """Return what stands beside a path under names of ``temporary``, sorted.

    Whoever is alone in the folder (``alone_in``) knows that no running process owns it.
    """
    return _left(path.parent, re.escape(path.name))


def left_in(folder: Path) -> list[Path]:
    """Return what stands in a folder under names of ``temporary`` for any path, sorted."""
    return _left(folder, ".+")


def _left(folder: Path, name: str) -> list[Path]:
    wanted = re.compile(rf"\.{name}\.platc-[0-9a-f]{{{2 * _RANDOM_BYTES}}}", re.DOTALL)
    try:
        return sorted(found for found in folder.iterdir() if wanted.fullmatch(found.name))
    except OSError:
        return []
