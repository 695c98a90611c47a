"""The file ``.platc`` in ``out/``: which platform the folder belongs to, and what platc wrote.

One path a line, so that version control merges it well; a line that is no path matches no file.
Earlier releases wrote a sentence alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

NAME = ".platc"
_PLATFORM = "platform: "
_ENVIRONMENT = "# environment: "
"""A comment, so that earlier releases do not take it for a path."""
_HEAD = """\
# platc build wrote what is listed here: edit platform.yaml instead. It replaces and removes these
# files, and leaves every other file in this folder alone.
"""


class Inventory(Struct, frozen=True):
    """What platc wrote into a folder.

    Attributes:
        platform: whose folder it is; empty where an earlier release wrote it.
        paths: files below the folder, with ``/``; ``None`` where an earlier release wrote it.
        environment: which environment was built; empty for none.
    """

    platform: str
    paths: frozenset[str] | None
    environment: str = ""

    @property
    def listed(self) -> frozenset[str]:
        """The paths, none where they are not known."""
        return self.paths or frozenset()


def text(platform: str, paths: Iterable[str], environment: str = "") -> str:
    """Return the text of an inventory."""
    built = f"{_ENVIRONMENT}{environment}\n" if environment else ""
    lines = "".join(f"{path}\n" for path in sorted(paths))
    return f"{_HEAD}{_PLATFORM}{platform}\n{built}{lines}"


def read(folder: Path) -> Inventory | None:
    """Return the inventory of a folder, ``None`` if it has none.

    Raises:
        OSError: the system does not let it be read.
    """
    try:
        raw = (folder / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return parse(raw.decode("utf-8", "replace"))


def parse(written: str) -> Inventory:
    """Return the inventory of a text."""
    lines = written.splitlines()
    platforms = [line.removeprefix(_PLATFORM) for line in lines if line.startswith(_PLATFORM)]
    if not platforms:
        return Inventory("", None)
    comments = ("#", _PLATFORM)
    built = [line.removeprefix(_ENVIRONMENT) for line in lines if line.startswith(_ENVIRONMENT)]
    paths = frozenset(line for line in lines if not line.startswith(comments))
    return Inventory(platforms[0], paths, built[0] if built else "")
