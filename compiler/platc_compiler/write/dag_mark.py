"""The mark in a generated DAG: which platform it is of, and that nobody has changed it since.

It stands in the file itself, so that it goes wherever version control takes the file, and several
platforms can share a folder. The check value covers the file's name: a copy under another name is
hand-written.
"""

from __future__ import annotations

import hashlib
import re

from msgspec import Struct

HEADER = "# Written by platc from platform.yaml"
"""How the line begins by which the template of a DAG says where it comes from."""
_READ = 4096
"""Characters at the beginning of a file in which a mark is looked for."""
_MARK = re.compile(
    r"^# Platform: (?P<platform>.*), check value: (?P<check>[0-9a-f]{32})\n", re.MULTILINE
)
_BYTES = 16


class Mark(Struct, frozen=True):
    """What a file says of where it comes from.

    Attributes:
        platform: the name of the platform, empty where an earlier release wrote the file.
        intact: the file is what platc wrote; unknown, and so false, of an earlier release's.
    """

    platform: str
    intact: bool


def marked(name: str, text: str, platform: str) -> str:
    """Return a DAG with its mark, below the header if there is one, else at the beginning."""
    mark = f"# Platform: {platform}, check value: {_check(name, text, platform)}\n"
    header = re.search(rf"^{re.escape(HEADER)}.*\n", text[:_READ], re.MULTILINE)
    place = header.end() if header else 0
    return f"{text[:place]}{mark}{text[place:]}"


def mark_of(name: str, text: str) -> Mark | None:
    """Return the mark of a file, ``None`` if it is hand-written."""
    text = text.replace("\r\n", "\n")
    found = _MARK.search(text[:_READ])
    if found:
        rest = text[: found.start()] + text[found.end() :]
        platform = found["platform"]
        return Mark(platform, found["check"] == _check(name, rest, platform))
    if any(line.startswith(HEADER) for line in text[:_READ].splitlines()):
        return Mark("", intact=False)
    return None


def _check(name: str, text: str, platform: str) -> str:
    content = f"{platform}\0{name}\0{text}".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(content, digest_size=_BYTES).hexdigest()
