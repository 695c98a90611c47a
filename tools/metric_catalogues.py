"""Write the catalogues of metrics: ``make metric-catalogues``.

Exporters that run here are run, as platc runs them, and asked for their metrics: node_exporter (also
over the fixtures of its own tests, which have hardware that this machine lacks), Prometheus and
Alertmanager. Of the others the sources are read, at the version in ``_MODULES``: what Kubernetes
lists of the kubelet's metrics, the tables of kube-state-metrics' documentation, and cAdvisor's and
elasticsearch_exporter's Go code. The Go modules come from the module proxy, with their checksums.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "compiler/platc_compiler/expressions/exported_metrics"
BIN = ROOT / ".tools/bin"
_MODULES = {
    "kubernetes": "k8s.io/kubernetes@v1.37.0",
    "kube-state-metrics": "k8s.io/kube-state-metrics/v2@v2.20.0",
    "node-exporter": "github.com/prometheus/node_exporter@v1.12.1",
    "elasticsearch-exporter": "github.com/prometheus-community/elasticsearch_exporter@v1.10.0",
}
_SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? ")
_LABEL = re.compile(r'(\w+)="((?:\\.|[^"\\])*)"')
_SUFFIXES = ("_bucket", "_sum", "_count")
_OF_THE_TYPE = {"le", "quantile"}


class Metric:
    """What is gathered of a metric: its type, and the labels of each of its series."""

    def __init__(self, kind: str) -> None:
        """Begin a metric without series."""
        self.kind = kind
        self.series: set[frozenset[str]] = set()

    def line(self, name: str) -> str:
        """Return the line of the catalogue; a label that some series lack has a question mark."""
        every = frozenset.union(*self.series) if self.series else frozenset()
        certain = frozenset.intersection(*self.series) if self.series else frozenset()
        labels = ",".join(f"{each}{'' if each in certain else '?'}" for each in sorted(every))
        return f"{self.kind} {name} {labels}".rstrip()


def gathered(lines: Iterable[str], metrics: dict[str, Metric]) -> None:
    """Add what an exporter serves in the text format."""
    for line in lines:
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            metrics.setdefault(name, Metric("unknown" if kind == "untyped" else kind))
        elif (match := _SAMPLE.match(line)) and not line.startswith("#"):
            name = _base(match["name"], metrics)
            if name in metrics:
                labels = {key for key, value in _LABEL.findall(match["labels"] or "") if value}
                metrics[name].series.add(frozenset(labels - _OF_THE_TYPE))


def _base(name: str, metrics: Mapping[str, Metric]) -> str:
    for suffix in _SUFFIXES:
        base = name.removesuffix(suffix)
        if base != name and base in metrics and metrics[base].kind in {"histogram", "summary"}:
            return base
    return name


def write(name: str, source: str, metrics: Mapping[str, Metric], further: Iterable[str] = ()) -> None:
    """Write a catalogue; ``further`` are lines of metrics that this run cannot bring about."""
    lines = {line.split()[1]: line for line in further}
    lines |= {each: metric.line(each) for each, metric in metrics.items()}
    text = "\n".join([f"# {source}", *(lines[each] for each in sorted(lines))])
    (FOLDER / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    print(f"{name}: {len(lines)} metrics")


def module(name: str) -> Path:
    """Return the folder of a Go module's source."""
    done = subprocess.run(
        ["go", "mod", "download", "-json", _MODULES[name]],
        check=True, capture_output=True, text=True, cwd=tempfile.gettempdir(),
    )  # fmt: skip
    return Path(json.loads(done.stdout)["Dir"])


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, folder: Path) -> Iterator[str]:
    """Run a server, and yield its address when it answers."""
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            with suppress(OSError):
                fetched(f"{address}/metrics")
                break
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def fetched(url: str, data: bytes | None = None) -> str:
    """Return what a server answers."""
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - ours
        return str(answer.read().decode())


def version_of(program: str, go_mod: str, path: str) -> str:
    """Return the version of a Go module that the build of a tool pins."""
    text = (ROOT / f"tools/go/{program}/go.mod").read_text(encoding="utf-8")
    found = re.search(rf"{re.escape(path)} v(\S+)", text)
    if found is None:
        raise SystemExit(f"{go_mod} names no version of {path}")
    return found[1]


def node_exporter() -> None:
    """Run node_exporter with platc's collectors, over its own fixtures and over this machine."""
    metrics: dict[str, Metric] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        fixtures = folder / "fixtures"
        shutil.copytree(module("node-exporter") / "collector/fixtures", fixtures)
        for archive in ("sys", "udev"):
            unpack(fixtures / f"{archive}.ttar", fixtures)
        for proc, sys_, root in (
            (fixtures / "proc", fixtures / "sys", fixtures), ("/proc", "/sys", "/")
        ):  # fmt: skip
            port = free_port()
            command = [
                str(BIN / "node_exporter"), f"--path.procfs={proc}", f"--path.sysfs={sys_}",
                f"--path.rootfs={root}", f"--path.udev.data={fixtures}/udev/data",
                "--no-collector.wifi", f"--web.listen-address=127.0.0.1:{port}",
            ]  # fmt: skip
            if proc != "/proc":
                command += ["--no-collector.arp.netlink", "--collector.netclass.ignore-invalid-speed"]
            with running(command, port, folder) as address:
                gathered(fetched(f"{address}/metrics").splitlines(), metrics)
    version = _MODULES["node-exporter"].rpartition("v")[2]
    source = (
        f"Served by node_exporter {version} on Linux with the collectors that platc switches on, "
        "over the fixtures of its tests and over a machine; what a node lacks, it does not serve."
    )
    write("node-exporter", source, metrics)


def unpack(archive: Path, target: Path) -> None:
    """Unpack an archive of node_exporter's tests (ttar: files, folders and links as text)."""
    path, lines, left = "", archive.read_text(encoding="utf-8", errors="replace").split("\n"), 0
    content: list[str] = []
    for line in lines:
        if left:
            content.append(line)
            left -= 1
            if not left:
                text = "\n".join(content).replace("NULLBYTE", "\0")
                at = target / path
                at.parent.mkdir(parents=True, exist_ok=True)
                at.write_text(re.sub(r"EOF$", "", text + "\n") if text.endswith("EOF") else text + "\n")
                content = []
        elif line.startswith("Path: "):
            path = line.removeprefix("Path: ")
        elif line.startswith("Directory: "):
            (target / line.removeprefix("Directory: ")).mkdir(parents=True, exist_ok=True)
        elif line.startswith("SymlinkTo: "):
            at = target / path
            at.parent.mkdir(parents=True, exist_ok=True)
            at.symlink_to(line.removeprefix("SymlinkTo: "))
        elif line.startswith("Lines: "):
            left = int(line.removeprefix("Lines: "))
            if not left:
                at = target / path
                at.parent.mkdir(parents=True, exist_ok=True)
                at.touch()


def prometheus() -> None:
    """Run Prometheus with discovery, an Alertmanager, rules, and remote writing to itself."""
    metrics: dict[str, Metric] = {}
    port = free_port()
    config: dict[str, Any] = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": ["127.0.0.1:1"]}]}]},
        "remote_write": [{"url": f"http://127.0.0.1:{port}/api/v1/write"}],
        "remote_read": [{"url": f"http://127.0.0.1:{port}/api/v1/read"}],
        "scrape_configs": [
            {"job_name": "itself", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]},
            {
                "job_name": "pods",
                "kubernetes_sd_configs": [{"role": "pod", "api_server": "http://127.0.0.1:1"}],
            },
            {"job_name": "files", "file_sd_configs": [{"files": ["targets.json"]}]},
        ],
    }
    rules = {"groups": [{"name": "a", "rules": [{"alert": "Up", "expr": "up >= 0"}]}]}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
        (folder / "rules.yml").write_text(json.dumps(rules), encoding="utf-8")
        (folder / "targets.json").write_text("[]", encoding="utf-8")
        command = [
            str(BIN / "prometheus"), "--config.file=prometheus.yml", "--storage.tsdb.path=data",
            f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver",
        ]  # fmt: skip
        with running(command, port, folder) as address:
            for _ in range(12):
                time.sleep(1)
                with suppress(OSError):
                    fetched(f"{address}/api/v1/query?query=up")
                gathered(fetched(f"{address}/metrics").splitlines(), metrics)
    version = version_of("prometheus", "go.mod", "github.com/prometheus/prometheus")
    numbers = [int(each) for each in version.split(".")]
    release = f"{numbers[1] // 100}.{numbers[1] % 100}.{numbers[2]}"
    source = (
        f"Served by Prometheus {release} at /metrics, with discovery in Kubernetes and in files, "
        "rules, an Alertmanager and remote storage."
    )
    write("prometheus", source, metrics)


def alertmanager() -> None:
    """Run Alertmanager as platc runs it, alone, and send it an alert."""
    metrics: dict[str, Metric] = {}
    port = free_port()
    config = {
        "route": {"receiver": "a", "group_wait": "0s", "group_by": ["..."]},
        "receivers": [{"name": "a", "webhook_configs": [{"url": "http://127.0.0.1:1/"}]}],
        "inhibit_rules": [
            {"source_matchers": ['a="b"'], "target_matchers": ['a="c"'], "equal": ["d"]}
        ],
    }
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "alertmanager.yml").write_text(json.dumps(config), encoding="utf-8")
        command = [
            str(BIN / "alertmanager"), "--config.file=alertmanager.yml", "--storage.path=data",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
        ]  # fmt: skip
        with running(command, port, folder) as address:
            alert = [{"labels": {"alertname": "A"}}]
            fetched(f"{address}/api/v2/alerts", json.dumps(alert).encode())
            for _ in range(6):
                time.sleep(1)
                gathered(fetched(f"{address}/metrics").splitlines(), metrics)
    version = version_of("alertmanager", "go.mod", "github.com/prometheus/alertmanager")
    source = f"Served by Alertmanager {version} at /metrics, alone, without a cluster."
    write("alertmanager", source, metrics)


def kubelet() -> None:
    """Read Kubernetes' own list of metrics, and what its Go client and runtime export."""
    listed = module("kubernetes") / "test/instrumentation/documentation/documentation-list.yaml"
    metrics: dict[str, Metric] = {}
    for entry in yaml.safe_load(listed.read_text(encoding="utf-8")):
        name = "_".join(
            entry[key] for key in ("namespace", "subsystem", "name") if entry.get(key)
        )
        places = entry.get("componentEndpoints") or ()
        of_kubelet = any(
            place["component"] == "kubelet" and place["endpoint"] == "/metrics" for place in places
        )
        if of_kubelet or name.startswith(_OF_EVERY_COMPONENT):
            metric = metrics.setdefault(name, Metric(_kind(entry["type"])))
            metric.series.add(frozenset([*entry.get("labels", ()), *entry.get("constLabels", {})]))
    runtime = [
        line
        for line in (FOLDER / "prometheus.txt").read_text(encoding="utf-8").splitlines()
        if line.split()[1].startswith(("go_", "process_"))
    ]
    source = (
        "Served by the kubelets of Kubernetes 1.37 at /metrics; from "
        "test/instrumentation/documentation/documentation-list.yaml (Apache-2.0)."
    )
    write("kubelet", source, metrics, runtime)


_OF_EVERY_COMPONENT = (
    "rest_client_", "kubernetes_build_info", "workqueue_", "kubelet_", "storage_operation_",
    "volume_manager_", "kubernetes_feature_enabled", "node_", "csi_operations_",
)  # fmt: skip
"""Metrics of packages that the kubelet links, whatever the list says of their component."""


def _kind(stated: str) -> str:
    kind = stated.lower()
    if kind in {"counter", "gauge", "histogram", "summary"}:
        return kind
    # A timing ratio is a gauge; what a collector of its own writes has no type in the list.
    return "gauge" if "ratio" in kind else "unknown"


MADE = {
    "node-exporter": node_exporter,
    "prometheus": prometheus,
    "alertmanager": alertmanager,
    "kubelet": kubelet,
}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or MADE:
        MADE[chosen]()
