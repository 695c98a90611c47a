"""A process that compiles many platforms does not remember all that stood in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tools import ROOT

CLOSED = {
    "_text", "version", "_computed", "catalogue", "schema", "schemas", "_compiled",
}  # fmt: skip
"""Functions of which only platc's own files or versions are asked."""


def unbounded(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a file that remember every answer."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            marks = {ast.unparse(mark) for mark in node.decorator_list}
            if marks & {"cache", "lru_cache(maxsize=None)"}:
                yield node


def test_a_text_of_a_platform_is_remembered_within_bounds() -> None:
    found = {
        function.name
        for path in (ROOT / "compiler").rglob("*.py")
        for function in unbounded(path)
        for argument in function.args.args
        if argument.annotation is not None and "str" in ast.unparse(argument.annotation)
    }
    assert found <= CLOSED
    assert found
