"""Run the classes of Elasticsearch of one release; ``make elasticsearch`` fetches them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RELEASES = ("8.0.0", "8.19.0", "9.0.0", "9.5.2")
_LEAST_JAVA = 21
"""Elasticsearch 9 is compiled for it."""


def know(release: str, *arguments: str, given: str = "") -> list[str]:
    """Return the lines that ``Know`` of ``tools/java/elasticsearch`` prints."""
    home = ROOT / f".tools/elasticsearch-{release}"
    programs, classes = _java(), home / "classes"
    path = f"{home / 'lib'}/*"
    if not (classes / "Know.class").is_file():
        source = ROOT / "tools/java/elasticsearch/Know.java"
        subprocess.run([programs / "javac", "-cp", path, "-d", classes, source], check=True)
    said = subprocess.run(
        [programs / "java", "-cp", f"{path}:{classes}", "Know", *arguments],
        input=given, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return said.splitlines()


def _java() -> Path:
    """Return the folder of a Java that is new enough.

    Raises:
        SystemExit: there is none.
    """
    own = shutil.which("java")
    places = [Path(own).parent] if own else []
    for folder in (*places, *sorted(Path("/usr/lib/jvm").glob("*/bin"))):
        if (folder / "javac").is_file() and _release(folder) >= _LEAST_JAVA:
            return folder
    raise SystemExit(f"a JDK of version {_LEAST_JAVA} at least is needed")


def _release(folder: Path) -> int:
    said = subprocess.run(
        [folder / "javac", "-version"], capture_output=True, text=True, check=False
    )
    match = re.search(r"javac (\d+)", said.stdout + said.stderr)
    return int(match[1]) if match else 0
