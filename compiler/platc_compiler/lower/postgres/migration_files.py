"""The files of migrations as Flyway sees them: which it runs, in what order, by which checksum.

Source: Flyway 10, ``ResourceNameParser``, ``MigrationVersion`` and ``ChecksumCalculator``.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from platc_compiler.source.beside import Beside, named_text

if TYPE_CHECKING:
    from platc_spec.postgres_migrations import Migrations

_VERSIONED = re.compile(r"V([0-9]+(?:[._][0-9]+)*)__(.+)\.sql")
_REPEATABLE = re.compile(r"R__(.+)\.sql")
_SQL = ".sql"


class MigrationFile(Struct, frozen=True):
    """A file of SQL."""

    name: str
    path: str | None
    """The path beside platform.yaml; ``None`` when the text stands in platform.yaml."""
    text: str

    @property
    def version(self) -> tuple[int, ...] | None:
        """The version without zeros at its end; ``None`` for a file without one."""
        match = _VERSIONED.fullmatch(self.name)
        return version(match[1]) if match else None

    @property
    def runs(self) -> bool:
        """Whether Flyway runs it at all; it passes over files of other names."""
        return self.version is not None or _REPEATABLE.fullmatch(self.name) is not None

    @property
    def checksum(self) -> int:
        """The checksum in Flyway's table: a CRC of the lines, without what ends them."""
        plain = self.text.removeprefix("\ufeff").replace("\r", "").replace("\n", "")
        found = zlib.crc32(plain.encode())
        return found - (1 << 32) if found >> 31 else found


def version(text: str) -> tuple[int, ...]:
    """Return a version for comparison: ``1``, ``1.0`` and ``01`` are the same one."""
    parts = [int(part) for part in re.split("[._]", text)]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def migration_files(stated: Migrations, beside: Beside) -> tuple[MigrationFile, ...]:
    """Return the files, in the order of their names.

    Raises:
        Unreadable: a file cannot be read, or there are too many.
    """
    if stated.folder is None:
        return tuple(MigrationFile(name, None, text) for name, text in sorted(stated.files.items()))
    found = []
    for path in beside.paths(stated.folder, _SQL):
        text = named_text(beside, path)
        if text is not None:
            found.append(MigrationFile(path.rpartition("/")[2], path, text))
    return tuple(found)


def later(files: Mapping[str, str], baseline: str | None) -> Mapping[str, int]:
    """Return the checksum of each file that has been run when all is done, by name."""
    first = version(baseline) if baseline else None
    known = (MigrationFile(name, None, text) for name, text in files.items())
    return {
        each.name: each.checksum
        for each in known
        if first is None or each.version is None or each.version > first
    }
