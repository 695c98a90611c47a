"""Write the catalogues of metrics: ``make metric-catalogues``.

Exporters that run here are run, as platc runs them, and asked for their metrics: node_exporter
(also over the fixtures of its own tests, which have hardware that this machine lacks), Prometheus,
Alertmanager, the OpenTelemetry collector, Spark and blackbox_exporter. Of the others the sources
are read, at the versions in ``_MODULES``. The Go modules come from the module proxy, with their
checksums.
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.catalogue import FOLDER, Metric, gather, write  # noqa: E402
from tools.metrics_in_sources import (  # noqa: E402
    common_labels,
    go_files,
    in_cadvisor,
    in_generators,
    in_go,
    in_tables,
)

BIN = Path(os.environ.get("PLATC_TOOLS", ROOT / ".tools/bin"))
_MODULES = {
    "kubernetes": "k8s.io/kubernetes@v1.37.0",
    "apiserver": "k8s.io/apiserver@v0.37.0",
    "component-base": "k8s.io/component-base@v0.37.0",
    "cadvisor": "github.com/google/cadvisor/lib@v0.60.5",
    "kube-state-metrics": "k8s.io/kube-state-metrics/v2@v2.20.0",
    "node-exporter": "github.com/prometheus/node_exporter@v1.12.1",
    **{
        name: f"go.opentelemetry.io/collector/{name}@v0.155.0"
        for name in (
            "exporter/exporterhelper",
            "processor/batchprocessor",
            "processor/memorylimiterprocessor",
            "processor/processorhelper",
            "receiver/receiverhelper",
            "service",
        )
    },
}
_OF_THE_API = ("audit", "authentication", "authorization", "storage/value", "util/webhook")
"""What the kubelet has of the API server's library: it checks who calls it."""
_OF_A_PROGRAM = ("go_", "process_")


def module(name: str) -> Path:
    """Return the folder of a Go module's source."""
    done = subprocess.run(
        ["go", "mod", "download", "-json", _MODULES[name]],
        check=True, capture_output=True, text=True, cwd=tempfile.gettempdir(),
    )  # fmt: skip
    return Path(json.loads(done.stdout)["Dir"])


def pinned(program: str, path: str) -> str:
    """Return the version of a Go module that the build of a tool pins."""
    text = (ROOT / f"tools/go/{program}/go.mod").read_text(encoding="utf-8")
    found = re.search(rf"{re.escape(path)} v(\S+)", text)
    if found is None:
        raise SystemExit(f"tools/go/{program}/go.mod names no version of {path}")
    return found[1]


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
        process.kill()
        process.wait()


def fetched(url: str, data: bytes | None = None) -> str:
    """Return what a server answers."""
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return str(answer.read().decode())


def node_exporter() -> None:
    """Run node_exporter with platc's collectors, over its own fixtures and over this machine."""
    metrics: dict[str, Metric] = {}
    with tempfile.TemporaryDirectory() as place:
        fixtures = Path(place) / "fixtures"
        shutil.copytree(module("node-exporter") / "collector/fixtures", fixtures)
        for folder in (fixtures, *(each for each in fixtures.rglob("*") if each.is_dir())):
            folder.chmod(0o755)
        for archive in ("sys", "udev"):
            unpack(fixtures / f"{archive}.ttar", fixtures)
        of_fixtures = ("--no-collector.arp.netlink", "--collector.netclass.ignore-invalid-speed")
        for proc, sys_, root, further in (
            (f"{fixtures}/proc", f"{fixtures}/sys", str(fixtures), of_fixtures),
            ("/proc", "/sys", "/", ()),
        ):
            port = free_port()
            command = (
                str(BIN / "node_exporter"), f"--path.procfs={proc}", f"--path.sysfs={sys_}",
                f"--path.rootfs={root}", f"--path.udev.data={fixtures}/udev/data",
                "--no-collector.wifi", f"--web.listen-address=127.0.0.1:{port}", *further,
            )  # fmt: skip
            with running(command, port, fixtures) as address:
                gather(fetched(f"{address}/metrics").splitlines(), metrics)
    version = _MODULES["node-exporter"].rpartition("v")[2]
    source = (
        f"Served by node_exporter {version} on Linux with the collectors that platc switches on, "
        "over the fixtures of its tests and over a machine; what a node lacks, it does not serve."
    )
    write("node-exporter", source, metrics, _COMPUTED)


_COMPUTED = "node_hwmon_ node_zfs_ node_power_supply_ node_infiniband_ node_memory_numa_"
"""Beginnings of names that node_exporter makes from the names of files in /proc and /sys."""


def unpack(archive: Path, target: Path) -> None:
    """Unpack an archive of node_exporter's tests (ttar: files, folders and links as text)."""
    lines = iter(archive.read_text(encoding="utf-8", errors="replace").splitlines())
    path = target
    for line in lines:
        key, _, value = line.partition(": ")
        match key:
            case "Path":
                path = target / value
                path.parent.mkdir(parents=True, exist_ok=True)
            case "Directory":
                (target / value).mkdir(parents=True, exist_ok=True)
            case "SymlinkTo":
                path.symlink_to(value)
            case "Lines":
                content = "".join(f"{next(lines)}\n" for _ in range(int(value)))
                # The mark says that the file has no newline at its end.
                path.write_text(
                    content.removesuffix("EOF\n").replace("NULLBYTE", "\0"), encoding="utf-8"
                )


def prometheus() -> None:
    """Run Prometheus with discovery, an Alertmanager, rules, and remote storage: itself."""
    metrics: dict[str, Metric] = {}
    port = free_port()
    itself = f"127.0.0.1:{port}"
    nowhere, notifier = "127.0.0.1:1", free_port()
    config: dict[str, Any] = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{notifier}"]}]}]
        },
        "remote_write": [{"url": f"http://{itself}/api/v1/write"}],
        "remote_read": [{"url": f"http://{itself}/api/v1/read"}],
        "scrape_configs": [
            {"job_name": "itself", "static_configs": [{"targets": [itself]}]},
            {
                "job_name": "pods",
                "kubernetes_sd_configs": [{"role": "pod", "api_server": f"http://{nowhere}"}],
            },
            {"job_name": "files", "file_sd_configs": [{"files": ["targets.json"]}]},
        ],
    }
    rules = {"groups": [{"name": "a", "rules": [{"alert": "Up", "expr": "up >= 0"}]}]}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, content in (
            ("prometheus.yml", config),
            ("rules.yml", rules),
            ("targets.json", []),
        ):
            (folder / name).write_text(json.dumps(content), encoding="utf-8")
        command = (
            str(BIN / "prometheus"), "--config.file=prometheus.yml", "--storage.tsdb.path=data",
            f"--web.listen-address={itself}", "--web.enable-remote-write-receiver",
        )  # fmt: skip
        notified = running(_alertmanager(notifier, folder), notifier, folder)
        with notified, running(command, port, folder) as address:
            for _ in range(25):
                time.sleep(1)
                with suppress(OSError):
                    fetched(f"{address}/api/v1/query?query=up")
                gather(fetched(f"{address}/metrics").splitlines(), metrics)
    _, minor, patch = pinned("prometheus", "github.com/prometheus/prometheus").split(".")
    release = f"{int(minor) // 100}.{int(minor) % 100}.{patch}"
    source = (
        f"Served by Prometheus {release} at /metrics, with discovery in Kubernetes and in files, "
        "rules, an Alertmanager and remote storage."
    )
    write("prometheus", source, metrics)


def alertmanager() -> None:
    """Run Alertmanager as platc runs it, alone, and send it an alert."""
    metrics: dict[str, Metric] = {}
    port = free_port()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with running(_alertmanager(port, folder), port, folder) as address:
            fetched(f"{address}/api/v2/alerts", b'[{"labels": {"alertname": "A"}}]')
            for _ in range(6):
                time.sleep(1)
                gather(fetched(f"{address}/metrics").splitlines(), metrics)
    version = pinned("alertmanager", "github.com/prometheus/alertmanager")
    write("alertmanager", f"Served by Alertmanager {version} at /metrics, alone.", metrics)


def _alertmanager(port: int, folder: Path) -> Sequence[str]:
    config = {
        "route": {"receiver": "a", "group_wait": "0s", "group_by": ["..."]},
        "receivers": [{"name": "a", "webhook_configs": [{"url": "http://127.0.0.1:1/"}]}],
        "inhibit_rules": [{"source_matchers": ['a="b"'], "target_matchers": ['a="c"']}],
    }
    (folder / "alertmanager.yml").write_text(json.dumps(config), encoding="utf-8")
    return (
        str(BIN / "alertmanager"), "--config.file=alertmanager.yml", "--storage.path=notified",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    )  # fmt: skip


def kubelet() -> None:
    """Read the code of the kubelet, and of the packages that every component of Kubernetes has."""
    own = module("kubernetes")
    shared, api = module("component-base") / "metrics", module("apiserver") / "pkg"
    metrics = in_go(
        [
            *go_files(own / "pkg/kubelet", "**/*.go"),
            *go_files(own / "pkg/volume/util", "*.go"),
            *go_files(own / "pkg/credentialprovider/plugin", "*.go"),
            *go_files(own / "cmd/kubelet/app", "*.go"),
            *go_files(shared, "prometheus/**/*.go", "*.go"),
            *(text for part in _OF_THE_API for text in go_files(api / part, "**/*.go")),
        ]
    )
    for line in (FOLDER / "prometheus.txt").read_text(encoding="utf-8").splitlines()[1:]:
        kind, name, *labels = line.split()
        if name.startswith(_OF_A_PROGRAM):
            metrics[name] = Metric(kind, labels[0].split(",") if labels else ())
    version = ".".join(_MODULES["kubernetes"].rpartition("v")[2].split(".")[:2])
    source = (
        f"Served by the kubelets of Kubernetes {version} at /metrics; from the code of the kubelet "
        f"and of {_MODULES['component-base']} (Apache-2.0)."
    )
    write("kubelet", source, metrics)


def cadvisor() -> None:
    """Read the code of cAdvisor, which the kubelet contains."""
    metrics = in_cadvisor(go_files(module("cadvisor") / "metrics", "*.go"))
    metrics["cadvisor_version_info"] = Metric(
        "gauge",
        ("kernelVersion", "osVersion", "dockerVersion", "cadvisorVersion", "cadvisorRevision"),
        (),
    )
    version = ".".join(_MODULES["kubernetes"].rpartition("v")[2].split(".")[:2])
    source = (
        f"Served by the kubelets of Kubernetes {version} at /metrics/cadvisor; from the code of "
        f"{_MODULES['cadvisor']} (Apache-2.0)."
    )
    write("cadvisor", source, metrics)


def kube_state_metrics() -> None:
    """Read documentation and code of kube-state-metrics, for the resources that platc watches."""
    from platc_compiler.ir.labels import INSTANCE
    from platc_compiler.lower.kube_state_alerts import LABELLED
    from platc_compiler.lower.kube_state_metrics import watched

    folder = module("kube-state-metrics")
    instance = f"label_{re.sub(r'[^a-zA-Z0-9_]', '_', INSTANCE)}"
    metrics: dict[str, Metric] = {}
    for resource in watched():
        one = resource.removesuffix("s")
        (table,) = folder.glob(f"docs/metrics/*/{one}-metrics.md")
        code = (folder / f"internal/store/{one}.go").read_text(encoding="utf-8")
        computed, common = in_generators(code), common_labels(code)
        for name, metric in in_tables(
            table.read_text(encoding="utf-8"), LABELLED, instance
        ).items():
            (listed,) = metric.series
            # Only the labels of the object itself are surely on every series.
            metrics[name] = Metric(metric.kind, listed | computed.get(name, set()) | common, common)
    version = _MODULES["kube-state-metrics"].rpartition("v")[2]
    source = (
        f"Served by kube-state-metrics {version}; from its docs/metrics and internal/store "
        "(Apache-2.0), the resources platc watches."
    )
    write("kube-state-metrics", source, metrics)


def airflow() -> None:
    """Read the template of Airflow's metrics, for those that platc does not name itself.

    The exporter makes a label of each tag, of which the template says nothing.
    """
    import yaml

    from platc_compiler.lower.airflow.catalogue import NAMED

    release = "3.3.2"
    # Several packages contain the same file.
    file = next((ROOT / f".tools/airflow-{release}").rglob("metrics_template.yaml"))
    metrics: dict[str, Metric] = {}
    for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["metrics"]:
        for job in _JOBS:
            name = re.sub(r"[.-]", "_", entry["name"].replace("{job_name}", job))
            if "{" not in name and name not in {*NAMED, _DROPPED}:
                kind = "summary" if entry["type"] == "timer" else entry["type"]
                metrics[f"airflow_{name}"] = Metric(kind, ["*"])
    source = (
        f"Served by statsd_exporter for Airflow {release}; from its metrics_template.yaml "
        "(Apache-2.0), what platc does not name itself."
    )
    write("airflow", source, metrics, "airflow_dag_processing_last_num_of_db_queries_")


_DROPPED = "dag_processing_processes"
"""What platc's mapping drops: it goes up and down, which a counter must not."""
_JOBS = ("schedulerjob", "triggererjob", "dagprocessorjob")


def postgres() -> None:
    """Run postgres_exporter as platc runs it."""
    from platc_compiler.lower.postgres.exporter import VERSION

    source = (
        f"Served by postgres_exporter {VERSION} with the collectors and queries that platc gives "
        "it, for PostgreSQL 17."
    )
    write("postgres", source, of_postgres())


def of_postgres() -> dict[str, Metric]:
    """Return what postgres_exporter serves of a server with rows, a slot and a reader of it."""
    import yaml
    from tools.trixie_server import exporter, server

    from platc_compiler.pipeline import compile_platform
    from platc_compiler.source.source import Source

    files = compile_platform(Source(_WATCHED, "platform.yaml")).files
    of = {
        path.rpartition("/")[2]: yaml.safe_load(text)
        for path, text in files.items()
        if path.startswith("manifests/")
    }
    container = of["deployment-db-exporter.yaml"]["spec"]["template"]["spec"]["containers"][0]
    metrics: dict[str, Metric] = {}
    with server(of["configmap-db-config.yaml"]["data"]) as running:
        sql = next(body for name, body in of.items() if name.startswith("configmap-db-bootstrap"))
        running.bootstrap(sql["data"], {"pg/app": "a", "pg/exporter": "e"})
        running.answer("CREATE TABLE t (a int PRIMARY KEY, b int); CREATE INDEX ON t (b);"
                       " INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i;"
                       " SELECT pg_create_physical_replication_slot('replica', true)",
                       PGDATABASE="shop")  # fmt: skip
        hba = running.folder / "pg_hba.conf"
        hba.write_text(f"host replication all 127.0.0.1/32 trust\n{hba.read_text()}")
        running.answer("SELECT pg_reload_conf()")
        reader = subprocess.Popen(
            ["chroot", "--userspec=postgres:postgres", str(TRIXIE),
             "/usr/lib/postgresql/17/bin/pg_receivewal", "-D", running.inside(running.folder),
             "-S", "replica", "-h", "127.0.0.1", "-p", str(running.port), "-U", "postgres"]
        )  # fmt: skip
        environment = {
            "DATA_SOURCE_URI": next(
                each["value"] for each in container["env"] if each["name"] == "DATA_SOURCE_URI"
            ).replace("db.data.svc:5432", f"127.0.0.1:{running.port}"),
            "DATA_SOURCE_USER": "exporter", "DATA_SOURCE_PASS": "e",
        }  # fmt: skip
        queries = of["configmap-db-exporter.yaml"]["data"]["queries.yaml"]
        try:
            with exporter(container["args"], queries, environment, running.folder) as watching:
                for _ in range(4):
                    time.sleep(1)
                    text = fetched(watching.address)
                    gather(text.splitlines(), metrics)
        finally:
            reader.kill()
            reader.wait()
    return metrics


TRIXIE = ROOT / ".tools/trixie"
_WATCHED = """
platform: watched
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { data: }
secrets: { pg: { keys: [superuser, app, exporter] } }
services:
  db:
    kind: postgres
    version: 17
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app } }
    databases: { shop: { owner: app } }
    exporter: { password: pg/exporter }
"""


def otel_collector() -> None:
    """Run the collector as platc does, send it metrics, and add what its parts document.

    The labels of a metric that is only documented are not known.
    """
    import yaml

    from platc_compiler.lower.otel_collector import configuration
    from platc_compiler.templating.templates import Templates
    from platc_spec.kinds.otel_collector import OtelCollector

    metrics: dict[str, Metric] = {}
    for name in _MODULES:
        if name.startswith(("exporter/", "processor/", "receiver/", "service")):
            text = (module(name) / "documentation.md").read_text(encoding="utf-8")
            metrics |= _documented(text)
    service = OtelCollector(kind="otel_collector", prefix="app")
    ports = {f"0.0.0.0:{port}": free_port() for port in (4317, 4318, 8889, 13133)}
    own = free_port()
    text = yaml.safe_dump(configuration(service, Templates())).replace("8888", str(own))
    for address, port in ports.items():
        text = text.replace(address, f"127.0.0.1:{port}")
    points = {"dataPoints": [{"asInt": "1", "timeUnixNano": str(time.time_ns())}]}
    scope = {"metrics": [{"name": "a", "gauge": points}]}
    pushed = json.dumps({"resourceMetrics": [{"scopeMetrics": [scope]}]}).encode()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "config.yaml").write_text(text, encoding="utf-8")
        command = (str(BIN / "otelcol"), "--config=config.yaml")
        with running(command, own, folder) as address:
            fetched(f"http://127.0.0.1:{ports['0.0.0.0:4318']}/v1/metrics", pushed)
            time.sleep(3)
            served: dict[str, Metric] = {}
            gather(fetched(f"{address}/metrics").splitlines(), served)
    metrics |= served
    source = (
        "Served by the OpenTelemetry collector 0.155.0 at port 8888 with platc's configuration, "
        "and from the documentation of its parts (Apache-2.0)."
    )
    write("otel-collector", source, metrics)


def _documented(text: str) -> dict[str, Metric]:
    """Return the metrics of a documentation.md that the collector's generator has written."""
    found = {}
    for name, rest in re.findall(
        r"^### (otelcol_\w+)\n(.*?)(?=^### |\Z)", text, re.MULTILINE | re.DOTALL
    ):
        *_, row = (line for line in rest.splitlines() if line.startswith("| ") and "--" not in line)
        kind = row.split("|")[2].strip()
        falls = kind == "Gauge" or (kind == "Sum" and row.split("|")[4].strip() == "false")
        shown = "gauge" if falls else "counter" if kind == "Sum" else "histogram"
        found[name] = Metric(shown, ["*"])
    return found


def blackbox_exporter() -> None:
    """Run blackbox_exporter with platc's modules, over a web server, one with TLS, and a DNS."""
    from tools.servers_to_probe import dns_server, web_server

    from platc_compiler.templating.templates import Templates

    modules = Templates().data("kinds/blackbox_exporter/blackbox.yaml.j2")
    for module in ("https", "tls"):
        part = modules["modules"][module].setdefault("http" if module == "https" else "tcp", {})
        part["tls_config"] = {"insecure_skip_verify": True}
    metrics: dict[str, Metric] = {}
    port = free_port()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "blackbox.yml").write_text(json.dumps(modules), encoding="utf-8")
        command = (
            str(BIN / "blackbox_exporter"), "--config.file=blackbox.yml",
            f"--web.listen-address=127.0.0.1:{port}",
        )  # fmt: skip
        with (
            running(command, port, folder) as address,
            web_server() as plain,
            web_server(folder) as secure,
            dns_server() as names,
        ):
            for module, target in (
                ("http", f"http://127.0.0.1:{plain}/"), ("tcp", f"127.0.0.1:{plain}"),
                ("https", f"https://127.0.0.1:{secure}/"), ("tls", f"127.0.0.1:{secure}"),
                ("dns", f"127.0.0.1:{names}"),
            ):  # fmt: skip
                text = fetched(f"{address}/probe?module={module}&target={target}")
                assert "probe_success 1" in text, text
                gather(text.splitlines(), metrics)
            gather(fetched(f"{address}/metrics").splitlines(), metrics)
    version = pinned("blackbox_exporter", "github.com/prometheus/blackbox_exporter")
    source = f"Served by blackbox_exporter {version} at /probe, and at /metrics."
    write("blackbox-exporter", source, metrics)


def spark() -> None:
    """Run a master and a worker of Spark with platc's sink, which tells the type by a label."""
    from platc_compiler.templating.templates import Templates

    home = next((ROOT / ".tools/spark/lib").glob("python3.*/site-packages/pyspark"))
    metrics: dict[str, Metric] = {}
    master, web, other = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        text = Templates().text("kinds/spark/metrics.properties.j2")
        (folder / "metrics.properties").write_text(text, encoding="utf-8")
        os.environ["SPARK_CONF_DIR"] = place
        base = (str(home / "bin/spark-class"),)
        here = ("--host", "127.0.0.1")
        first = (*base, "org.apache.spark.deploy.master.Master", *here, "--port", str(master),
                 "--webui-port", str(web))  # fmt: skip
        second = (*base, "org.apache.spark.deploy.worker.Worker", *here, "--webui-port",
                  str(other), "--work-dir", place, f"spark://127.0.0.1:{master}")  # fmt: skip
        with running(first, web, folder), running(second, other, folder):
            for port in (web, other):
                for line in _patiently(f"http://127.0.0.1:{port}/metrics/prometheus/").splitlines():
                    name, _, rest = line.partition("{")
                    kind = "counter" if 'type="counters"' in rest else "gauge"
                    metrics[name] = Metric(kind, ["type"])
    (jar,) = home.glob("jars/spark-core_*.jar")
    version = jar.stem.rpartition("-")[2]
    source = f"Served by master and worker of Spark {version} at /metrics/prometheus/."
    write("spark", source, metrics, "metrics_application_ metrics_jvm_")


def _patiently(url: str) -> str:
    """Return the metrics of a server of Spark, which begins with HTML at the same path."""
    for _ in range(120):
        with suppress(OSError):
            text = fetched(url)
            if text.startswith("metrics_"):
                return text
        time.sleep(1)
    raise SystemExit(f"{url} does not answer")


MADE = {
    "postgres": postgres,
    "node-exporter": node_exporter,
    "prometheus": prometheus,
    "alertmanager": alertmanager,
    "kubelet": kubelet,
    "cadvisor": cadvisor,
    "kube-state-metrics": kube_state_metrics,
    "airflow": airflow,
    "otel-collector": otel_collector,
    "blackbox-exporter": blackbox_exporter,
    "spark": spark,
}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or MADE:
        MADE[chosen]()
