"""The real Prometheus scrapes programs on this machine by the jobs that platc emits."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import yaml

from tests.real.postgres_server import free_port
from tests.tools import tool

Sample = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """A Prometheus that scrapes."""

    url: str

    def query(self, expression: str) -> list[tuple[Sample, float]]:
        """Return the labels and the value of each series of an expression."""
        address = f"{self.url}/api/v1/query?query={quote(expression)}"
        with urlopen(address, timeout=10) as answer:  # noqa: S310 - of this machine
            found = json.load(answer)["data"]["result"]
        return [(each["metric"], float(each["value"][1])) for each in found]

    def until(self, expression: str, within: float = 60) -> list[tuple[Sample, float]]:
        """Return the series of an expression as soon as there are some."""
        end = time.monotonic() + within
        while not (found := self.query(expression)):
            targets = json.load(urlopen(f"{self.url}/api/v1/targets", timeout=10))  # noqa: S310
            assert time.monotonic() < end, (expression, targets["data"]["activeTargets"])
            time.sleep(0.5)
        return found


@contextmanager
def prometheus(
    emitted: str, moved: Mapping[str, Mapping[str, Any]], folder: Path
) -> Iterator[Asked]:
    """Run Prometheus with the jobs of an emitted prometheus.yml.

    Args:
        emitted: the text of the emitted prometheus.yml.
        moved: by job, what replaces its keys: discovery in a cluster becomes fixed targets.
        folder: a folder for its data.
    """
    jobs = {job["job_name"]: job for job in yaml.safe_load(emitted)["scrape_configs"]}
    chosen = []
    for name, here in moved.items():
        kept = {k: v for k, v in jobs[name].items() if not k.startswith("kubernetes_sd")}
        if "kubernetes_sd_configs" in jobs[name]:
            kept.pop("relabel_configs", None)
        chosen.append({**kept, **here})
    config = {"global": {"scrape_interval": "1s"}, "scrape_configs": chosen}
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    port = free_port()
    command = [
        str(tool("prometheus")), f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            asked = Asked(f"http://127.0.0.1:{port}")
            _ready(asked, folder)
            yield asked
        finally:
            process.kill()
            process.wait(timeout=30)


def _ready(asked: Asked, folder: Path) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            urlopen(f"{asked.url}/-/ready", timeout=5).close()  # noqa: S310 - of this machine
        except (URLError, OSError):
            log = (folder / "prometheus.log").read_text(encoding="utf-8")
            assert time.monotonic() < end, log[-3000:]
            time.sleep(0.3)
        else:
            return


def fixed(port: int, **labels: str) -> dict[str, Any]:
    """Return a job's fixed target on this machine, with the labels of its pod."""
    return {
        "static_configs": [{"targets": [f"127.0.0.1:{port}"], "labels": labels}],
        "scrape_interval": "1s",
        "scrape_timeout": "1s",
    }
