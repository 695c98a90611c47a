"""The files on the disk beside platform.yaml, as the compiler reads them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

import platc_templates
from platc_compiler.cli import FAULTS, USAGE
from platc_compiler.diagnostics.visible import visible
from platc_compiler.source.beside import Folder, decoded
from platc_compiler.source.load import LARGEST_FILE
from platc_compiler.source.source import SEALED, TEMPLATES, Source
from platc_compiler.templating import cache as template_cache


def refuse(message: str) -> NoReturn:
    """End with a message about wrong usage."""
    click.echo(f"platc: {visible(message)}", err=True)
    sys.exit(USAGE)


def fail(message: str) -> NoReturn:
    """End with a message about a fault of the platform or its files."""
    click.echo(f"platc: {visible(message)}", err=True)
    sys.exit(FAULTS)


def source(file: str, environment: str | None = None, output: Path | None = None) -> Source:
    """Return a platform with readers of the files beside it and of an earlier build's output.

    Raises:
        Unreadable: platform.yaml is larger than the limit or not UTF-8.
    """
    path = Path(file)
    folder = path.parent
    refuse_folder(folder / SEALED)
    if (folder / TEMPLATES).is_file():
        refuse(f"{folder / TEMPLATES} is a file; a folder of that name holds templates of your own")
    earlier = Folder(output or folder / "out")
    return Source(_text(path, file), file, environment, Folder(folder), earlier)


def _text(path: Path, shown: str) -> str:
    if shown == "-":
        refuse("standard input is not read: name a file with -f, beside which the others stand")
    try:
        with path.open("rb") as stream:
            return decoded(stream.read(LARGEST_FILE + 1))
    except FileNotFoundError:
        refuse(f"there is no {shown}; 'platc init' writes one to start from")
    except IsADirectoryError:
        refuse(f"{shown} is a folder; name the file with -f")
    except OSError as fault:
        refuse(f"{shown} cannot be read: {fault.strerror}")


def refuse_folder(path: Path) -> None:
    """End with a message if a folder exists where ``platc seal`` writes its file."""
    if path.is_dir():
        refuse(f"{path} is a folder; platc seal writes a file there: move the folder away")


def cache_folder(*, private: bool) -> Path | None:
    """Return the file that stores compiled templates between runs, ``None`` if there can be none.

    It is stored beside the templates, where Python stores its own bytecode. If Python must not
    write there, or nobody can, or there are ``private`` templates, it is in the user's cache
    folder.
    """
    return next(filter(None, map(_usable, _cache_folders(private=private))), None)


def _cache_folders(*, private: bool) -> Iterator[Path]:
    bytecode = platc_templates.__spec__.cached
    if bytecode and not sys.dont_write_bytecode and not private:
        yield Path(bytecode).parent
    base = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache" if _home() else None)
    if base is not None:
        # Another installation has other templates; their files may have the same sizes and times.
        place = hashlib.sha256(str(platc_templates.__file__).encode()).hexdigest()[:16]
        yield Path(base) / "platc" / place


def _usable(folder: Path) -> Path | None:
    """Return a folder that can be written, or that another user has filled before.

    A folder that other users can write to is not used: platc might run their code.
    """
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not template_cache.trusted_folder(folder):
        return None
    filled = (folder / template_cache.NAME).is_file()
    return folder if filled or os.access(folder, os.W_OK) else None


def _home() -> bool:
    try:
        Path.home()
    except RuntimeError:
        return False
    return True
