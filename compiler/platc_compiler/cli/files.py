"""What stands on the disk beside platform.yaml, as the compiler wants it."""

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
from platc_compiler import template_cache
from platc_compiler.cli import FAULTS, USAGE
from platc_compiler.diagnostics import Located
from platc_compiler.load import LARGEST_FILE, SEALED


class Undecodable(Exception):  # noqa: N818 - a user's file
    """A file that is no UTF-8 text; it holds the diagnostic."""

    def __init__(self, diagnostic: Located) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def refuse(message: str) -> NoReturn:
    """End with a sentence about wrong use."""
    click.echo(f"platc: {message}", err=True)
    sys.exit(USAGE)


def fail(message: str) -> NoReturn:
    """End with a sentence about a fault of the platform or what belongs to it."""
    click.echo(f"platc: {message}", err=True)
    sys.exit(FAULTS)


def read_text(path: Path, shown: str) -> str:
    """Return a text file.

    Raises:
        Undecodable: it is larger than the limit or no UTF-8.
    """
    if shown == "-":
        refuse("standard input is not read: name a file with -f, beside which the others stand")
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        refuse(f"there is no {shown}; 'platc init' writes one to start from")
    except IsADirectoryError:
        refuse(f"{shown} is a folder; name the file with -f")
    except OSError as fault:
        refuse(f"{shown} cannot be read: {fault.strerror}")
    if len(raw) > LARGEST_FILE:
        raise Undecodable(_place(shown, 1, 1, f"larger than {LARGEST_FILE >> 20} MiB", ""))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = raw[: fault.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        message = f"not UTF-8 text: byte 0x{raw[fault.start]:02x} at offset {fault.start}"
        raise Undecodable(_place(shown, line, column, message, "save the file as UTF-8")) from None


def _place(file: str, line: int, column: int, message: str, hint: str) -> Located:
    return Located(
        "PLT001", "error", message, hint, (), file, line, column, line, column + 1, "", ""
    )


def read_sealed(folder: Path) -> str | None:
    """Return the sealed secrets beside platform.yaml, ``None`` if there are none."""
    path = folder / SEALED
    refuse_folder(path)
    return read_text(path, str(path)) if path.is_file() else None


def refuse_folder(path: Path) -> None:
    """End with a sentence if a folder stands where ``platc seal`` writes its file."""
    if path.is_dir():
        refuse(f"{path} is a folder; platc seal writes a file there: move the folder away")


def read_templates(folder: Path) -> dict[str, str]:
    """Return the user's own templates by path; a Python package among them is none of them."""
    root = folder / "templates"
    if root.is_file():
        refuse(f"{root} is a file; a folder of that name holds templates of your own")
    if not root.is_dir():
        return {}
    packages = {path.parent for path in root.glob("*/__init__.py")}
    return {
        path.relative_to(root).as_posix(): read_text(path, str(path))
        for path in sorted(root.rglob("*.j2"))
        if path.is_file() and not packages.intersection(path.parents)
    }


def cache_folder(*, private: bool) -> Path | None:
    """Return where compiled templates are kept between runs, ``None`` where that cannot be.

    It stands beside the templates, where Python keeps its own bytecode; where Python may not write
    that, or nobody can, or ``private`` templates are among them, in the user's cache folder.
    """
    return next(filter(None, map(_usable, _cache_folders(private=private))), None)


def _cache_folders(*, private: bool) -> Iterator[Path]:
    bytecode = platc_templates.__spec__.cached
    if bytecode and not sys.dont_write_bytecode and not private:
        yield Path(bytecode).parent
    base = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache" if _home() else None)
    if base is not None:
        # Another installation has other templates, whose files may have the same sizes and times.
        place = hashlib.sha256(str(platc_templates.__file__).encode()).hexdigest()[:16]
        yield Path(base) / "platc" / place


def _usable(folder: Path) -> Path | None:
    """Return a folder that can be written, or that somebody who could has filled."""
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    filled = (folder / template_cache.NAME).is_file()
    return folder if filled or os.access(folder, os.W_OK) else None


def _home() -> bool:
    try:
        Path.home()
    except RuntimeError:
        return False
    return True
