"""Write the types of Airflow's options, as the reference of each generation states them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from table import ROOT, Row, write

RELEASES = ("2.7.3", "3.3.2")
_TYPES = {"boolean": "bool", "integer": "int", "float": "real"}


def settings(release: str) -> dict[str, Row]:
    """Return the type of each option, by section and name."""
    with tempfile.TemporaryDirectory() as home:
        answer = subprocess.run(
            [
                ROOT / f".tools/airflow-{release}/bin/python",
                ROOT / "tests/real/inside_airflow/types_of_options.py",
            ],
            env={**os.environ, "AIRFLOW_HOME": home},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    said: dict[str, str] = json.loads(answer.splitlines()[-1])
    return {name: (_TYPES.get(kind, "text"),) for name, kind in said.items()}


if __name__ == "__main__":
    write(
        "airflow",
        "the configuration reference of Airflow and its providers (Apache License 2.0), written by"
        " tools/catalogues/airflow.py",
        {release: settings(release) for release in RELEASES},
    )
