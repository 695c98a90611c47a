"""docs/documents.md is true: its keys are in platform.yaml, and its files hold what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from tests.tools import ROOT

PAGE = ROOT / "docs/documents.md"
_PAIR = re.compile(r"`([^`]+)`(?:: `([^`]+)`)?")
_EXAMPLE = re.compile(r"([a-z-]+):(?=[a-z])")
"""What a key or a file of an example begins with: ``central-database:``."""
_COLUMNS = 4


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield the statement, the keys and the files of each row."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("| ") or line.startswith(("| The document ", "| --- ")):
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        assert len(cells) == _COLUMNS, f"a row has {_COLUMNS} cells: {line}"
        yield cells[0], cells[1], cells[2]


def platform_of(name: str) -> tuple[str, Path]:
    """Return the key or path without its example, and the example's folder or the root."""
    found = _EXAMPLE.match(name)
    if found is None:
        return name, ROOT
    return name[found.end() :], ROOT / "examples" / found[1]


@cache
def data_of(folder: Path) -> dict[str, Any]:
    """Return what a platform.yaml says."""
    return load((folder / "platform.yaml").read_text(encoding="utf-8")).data


@cache
def files_of(folder: Path) -> dict[str, str]:
    """Return the files of a platform by path: those below ``out/``, and ``../dags/``."""
    text = (folder / "platform.yaml").read_text(encoding="utf-8")
    result = compile_platform(Source(text, beside=Folder(folder)))
    assert not result.failed, [each.message for each in result.diagnostics]
    return {**result.files, **{f"../dags/{path}": text for path, text in result.dags.items()}}


def stated(folder: Path, key: str) -> object:
    """Return the value at a dotted path in platform.yaml."""
    value: Any = data_of(folder)
    for step in key.split("."):
        assert isinstance(value, dict), f"{key}: nothing is below the key before {step}"
        assert step in value, f"{key}: there is no {step}"
        value = value[step]
    return value


ROWS = list(rows())


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:50] for row in ROWS])
def test_a_statement_stands_where_the_page_says(row: tuple[str, str, str]) -> None:
    _, keys, files = row
    pairs = _PAIR.findall(keys)
    assert pairs, "a row names a key"
    for name, value in pairs:
        key, folder = platform_of(name)
        found = stated(folder, key)
        assert not value or str(found) == value, f"{key} is {found}"
    pairs = _PAIR.findall(files)
    assert pairs, "a row names a file"
    for name, text in pairs:
        path, folder = platform_of(name)
        texts = [content for each, content in files_of(folder).items() if fnmatch(each, path)]
        assert texts, f"there is no file {path}"
        assert any(text in content for content in texts), f"{path} does not hold {text}"
