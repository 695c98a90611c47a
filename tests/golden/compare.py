"""Golden files: written anew with PLATC_UPDATE_GOLDEN=1 (``make golden``), compared otherwise."""

from __future__ import annotations

import difflib
import os
from pathlib import Path


def assert_golden(path: Path, actual: str) -> None:
    """Fail with a diff unless the file holds ``actual``."""
    if os.environ.get("PLATC_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8")
        return
    expected = path.read_text(encoding="utf-8") if path.is_file() else ""
    if actual != expected:
        lines = difflib.unified_diff(
            expected.splitlines(),
            actual.splitlines(),
            f"{path.name} (golden)",
            "now",
            lineterm="",
            n=2,
        )
        shown = "\n".join(list(lines)[:200])
        raise AssertionError(f"{shown}\n\n'make golden' writes it anew, for review")
