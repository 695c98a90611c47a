"""The modules of metrics, imported with the real prometheus_client: it serves what is declared."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.golden.pins import PLATFORMS

PLATFORM = PLATFORMS["metrics-modules"]
_SERVE = """
import json, sys
from prometheus_client import REGISTRY, Counter, Gauge, Histogram, Summary
import {module}

kinds = (Counter, Gauge, Histogram, Summary)
for metric in [each for each in vars({module}).values() if isinstance(each, kinds)]:
    if metric._labelnames:
        metric.labels(*metric._labelnames)
found = dict()
for family in REGISTRY.collect():
    for sample in family.samples:
        if not sample.name.startswith(("python_", "process_")):
            labels = found.setdefault(sample.name, dict())
            for name, value in sample.labels.items():
                labels.setdefault(name, []).append(value)
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    result = compile_platform(Source(PLATFORM.read_text("utf-8")))
    assert not result.failed
    folder = tmp_path_factory.mktemp("metrics")
    for name, text in result.files.items():
        if name.startswith("metrics/"):
            (folder / name.removeprefix("metrics/")).write_text(text, encoding="utf-8")
    return folder


def served(module: str, folder: Path) -> dict[str, dict[str, list[str]]]:
    """Return the values of each label by the names of the series that a module serves."""
    done = subprocess.run(
        [sys.executable, "-c", _SERVE.format(module=module)], cwd=folder, capture_output=True,
        text=True, check=True, timeout=60,
    )  # fmt: skip
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(done.stdout)
    return {name: labels for name, labels in found.items() if not name.endswith("_created")}


def test_a_module_serves_the_names_labels_and_buckets(folder: Path) -> None:
    found = served("web_shop", folder)
    assert found.keys() == {
        "orders_total", "wait_seconds_bucket", "wait_seconds_count", "wait_seconds_sum",
        "size_bytes_count", "size_bytes_sum",
    }  # fmt: skip
    assert found["orders_total"].keys() == {"country", "shop"}
    assert found["wait_seconds_bucket"]["le"] == ["0.5", "1.0", "30.0", "+Inf"]
    assert found["wait_seconds_sum"].keys() == {"queue"}


def test_each_service_has_its_own(folder: Path) -> None:
    assert {file.name for file in folder.glob("*.py")} == {"web_shop.py", "worker.py"}
    assert served("worker", folder) == {"waiting": {"queue": ["queue"]}}
