"""Write what both generations of Airflow say of their options to the file that platc checks by.

Run it when a release in the Makefile changes: ``make airflow``, then
``.venv/bin/python tools/airflow_options.py``. The names are those of Airflow's own configuration
reference (Apache License 2.0).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "compiler/platc_compiler/checks/workloads/airflow_options.json"
RELEASES = ("2.7.3", "3.3.2")


def table(release: str) -> dict[str, Any]:
    """Return what a release, installed below ``.tools``, says of its options."""
    with tempfile.TemporaryDirectory() as home:
        answer = subprocess.run(
            [
                ROOT / f".tools/airflow-{release}/bin/python",
                ROOT / "tests/real/inside_airflow/options.py",
            ],
            env={**os.environ, "AIRFLOW_HOME": home},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    return from_answer(release, json.loads(answer.splitlines()[-1]))


def from_answer(release: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return the table of a release: options by section, and where earlier ones are now.

    An option that has moved to one that is gone since is gone itself.
    """
    known = dict(sorted(said["known"].items()))
    there = {f"{section}.{option}" for section, options in known.items() for option in options}
    moved = {old: new for old, new in said["moved"].items() if old not in there and new in there}
    lost = {old for old, new in said["moved"].items() if old not in there and new not in there}
    return {
        "release": release,
        "options": known,
        "moved": dict(sorted(moved.items())),
        "sections": said["sections"],
        "gone": sorted({*said["gone"], *lost} - there - moved.keys()),
    }


def text(tables: list[dict[str, Any]]) -> str:
    """Return the file, by generation."""
    by_generation = {each["release"].partition(".")[0]: each for each in tables}
    return json.dumps(by_generation, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text([table(release) for release in RELEASES]), encoding="utf-8")
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}\n")
