"""What a program takes for a credential when its configuration follows the hint of PLT503."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.tools import spark

pytestmark = pytest.mark.e2e

_VALUE = "correct-horse-7"
_DRIVER = Path(__file__).parent / "drivers/SparkCredentials.java"


def _hint(setting: str) -> str:
    """Return what is said of a credential that stands in a setting of Spark."""
    spec = {
        "platform": "p", "version": 1, "namespaces": {"a": None},
        "cluster": {"nodes": {"n": {"memory": "16Gi", "cpu": 8}}},
        "services": {"spark": {"kind": "spark", "config": {setting: _VALUE}}},
    }  # fmt: skip
    found = compile_platform(Source(yaml_text(spec))).diagnostics
    return next(each.hint for each in found if each.code == "PLT503")


def test_spark_takes_its_credentials_from_where_the_hints_say() -> None:
    stated = {"spark.ssl.enabled": "true", "spark.ssl.keyStore": "/etc/spark/keys"}
    environment = {"PATH": os.environ["PATH"]}
    for setting in (
        "spark.authenticate.secret", "spark.ssl.keyStorePassword", "spark.hadoop.fs.s3a.secret.key",
    ):  # fmt: skip
        hint = _hint(setting)
        variable = re.search(r"env: \{ (\w+): ", hint)
        here = re.search(r"and (\S+) here", hint)
        assert variable, hint
        environment[variable[1]] = _VALUE
        if here:
            stated[setting] = here[1]
    library = next((spark().parents[1] / "lib").glob("python3.*/site-packages/pyspark/jars"))
    done = subprocess.run(
        [
            "java", "-cp", f"{library}/*", str(_DRIVER),
            *(word for pair in stated.items() for word in pair),
        ],
        env=environment, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    told = dict(line.split("=") for line in done.stdout.splitlines() if line.startswith("spark."))
    assert set(told.values()) == {_VALUE}, done.stdout + done.stderr
    assert len(told) == 3
