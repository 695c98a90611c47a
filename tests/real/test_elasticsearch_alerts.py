"""The alerts on an Elasticsearch, as promtool judges them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.real.built import result_of
from tests.tools import ROOT, tool

PLATFORM = ROOT / "tests/golden/platforms/search.yaml"
RULES, CASES = "prometheus/rules/elasticsearch.yml", "prometheus/tests/elasticsearch.test.yml"


def judged(folder: Path, *changes: tuple[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the tests of the rules, after changes of the rules."""
    files = dict(result_of(PLATFORM).files)
    for old, new in changes:
        assert old in files[RULES]
        files[RULES] = files[RULES].replace(old, new)
    for path in (RULES, CASES):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(files[path], encoding="utf-8")
    return subprocess.run(
        [tool("promtool"), "test", "rules", folder / CASES],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_every_alert_fires_and_stays_silent_as_its_samples_say(tmp_path: Path) -> None:
    done = judged(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    names = {case["name"] for case in yaml.safe_load((tmp_path / CASES).read_text())["tests"]}
    assert {"ElasticsearchDown fires", "ElasticsearchDiskFull stays silent"} <= names


@pytest.mark.parametrize(
    ("change", "alert"),
    [
        (("< 0.1 > 0.05", "< 0.2 > 0.05"), "ElasticsearchDiskNearlyFull"),
        (("<= 0.05", "<= 0.04"), "ElasticsearchDiskFull"),
        (("> 0.9", ">= 0.9"), "ElasticsearchHeapNearlyFull"),
        (("rejected_count", "completed_count"), "ElasticsearchRefusesWrites"),
        (("health_status", "health_timed_out"), "ElasticsearchRed"),
    ],
)
def test_another_limit_is_noticed(change: tuple[str, str], alert: str, tmp_path: Path) -> None:
    done = judged(tmp_path, change)
    assert done.returncode != 0
    assert alert in done.stdout + done.stderr
