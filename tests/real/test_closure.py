"""Closure on a real Prometheus: what rules and panels of the root platform ask for gets an answer.

Node_exporter, Alertmanager and Prometheus are real. The other targets are played: they serve each
metric of the catalogue of their exporter (``compiler/platc_compiler/expressions/exported_metrics``,
whose first lines name the sources) and the declared metrics, with the labels and the types stated
there. The jobs are the emitted ones, at fixed addresses; the rules are the emitted files.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from platc_compiler.expressions.exported_metrics import all_exported
from platc_compiler.expressions.promql import Selector, parse, selectors
from platc_compiler.grafana.variables import concrete
from platc_compiler.ir.observability import NodeTargets, PodTargets, ScrapeJob, StaticTargets
from platc_compiler.ir.platform import Platform
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.source import Source
from tests.real.postgres_server import free_port
from tests.real.scraped import Asked
from tests.tools import ROOT, tool

pytestmark = pytest.mark.e2e

REAL = ("node-exporter", "alertmanager", "prometheus")
"""The jobs whose programs run here."""
EMPTY = {
    "alert CriticalEscalated30m": "no critical alert has been firing",
    "alert TargetAbsent": "every job has a target",
}
"""The rules and panels that may have no series here, and why."""
_BY = re.compile(r"\b(?:by|on|group_left|group_right)\s*\(([^)]*)\)")
_COMPARISON = re.compile(r'"(?:[^"\\]|\\.)*"|\{[^}]*\}|([=!<>]=|[<>])(?!\s*bool\b)')
_BOUNDS = ("0.1", "1", "+Inf")


@cache
def built() -> Result:
    text = (ROOT / "platform.yaml").read_text("utf-8")
    result = compile_platform(Source(text, beside=Folder(ROOT)))
    assert not result.failed
    return result


def platform() -> Platform:
    found = built().platform
    assert found is not None
    return found


def asked() -> Iterator[tuple[str, str]]:
    """Yield what asks, and its expression: each alert, recording, panel and variable."""
    for alert in platform().alerts:
        yield f"alert {alert.name}", alert.expr
    for rule in platform().recordings:
        yield f"recording {rule.name}", rule.expr
    for board in platform().dashboards:
        for number, query in enumerate(board.queries()):
            yield f"{board.name} {number}", concrete(query.expr, {})


EXPRESSIONS = dict(asked())


def without_filters(text: str) -> str:
    """Return an expression whose comparisons give 0 or 1 in place of leaving series out."""
    return _COMPARISON.sub(lambda found: found[0] + (" bool" if found[1] else ""), text)


@cache
def wanted() -> Mapping[str, tuple[list[Selector], set[str]]]:
    """Return the selectors of each name, and the labels that its expressions group by."""
    found: dict[str, tuple[list[Selector], set[str]]] = defaultdict(lambda: ([], set()))
    for text in EXPRESSIONS.values():
        grouped = {
            label.strip()
            for part in _BY.findall(text)
            for label in part.split(",")
            if label.strip()
        }
        for selector in selectors(parse(text)):
            found[selector.name][0].append(selector)
            found[selector.name][1].update(grouped)
    return found


def metrics_of(job: ScrapeJob) -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """Yield name, type and labels of what a job serves."""
    names = set()
    for exporter in platform().exporters:
        if exporter.job == job.name or (exporter.service and exporter.service == job.service):
            for metric in all_exported(exporter.catalogue):
                if not exporter.lacks or not metric.name.startswith(exporter.lacks):
                    names.add(metric.name)
                    yield metric.name, metric.type, metric.labels
    for own in platform().metrics:
        if own.service == job.service and own.name not in names:
            labels = None if own.labels is None else frozenset(own.labels)
            yield own.name, own.type, labels


def played(job: ScrapeJob) -> str:
    """Return the text that the target of a job serves."""
    target = {"job", "instance"} | set(() if job.honor_labels else ("service", "namespace", "pod"))
    lines = []
    for name, kind, labels in metrics_of(job):
        ends = {"histogram": ("_bucket", "_count", "_sum"), "summary": ("", "_count", "_sum")}
        lines.append(f"# TYPE {name} {kind}" if kind != "unknown" else f"# TYPE {name} untyped")
        for end in ends.get(kind, ("",)):
            found, grouped = wanted().get(name + end, ([], set()))
            for pairs in sorted(sets(found, grouped, labels, target)):
                for more in own_label(kind, end):
                    inner = ",".join(f'{key}="{value}"' for key, value in (*pairs, *more))
                    lines.append(f"{name}{end}{{{inner}}} 1")
    return "\n".join((*lines, ""))


def own_label(kind: str, end: str) -> Iterable[tuple[tuple[str, str], ...]]:
    if kind == "histogram" and end == "_bucket":
        return ((("le", bound),) for bound in _BOUNDS)
    if kind == "summary" and not end:
        return ((("quantile", quantile),) for quantile in ("0.5", "0.9", "0.99"))
    return ((),)


def sets(
    found: Iterable[Selector], grouped: set[str], labels: frozenset[str] | None, target: set[str]
) -> set[tuple[tuple[str, str], ...]]:
    """Return the sets of labels of a metric: one, and one for each that a selector asks for."""
    result = set()
    for matchers in ((), *(selector.matchers for selector in found)):
        named = {label for label, _, _ in matchers}
        keys = (grouped | named if labels is None else set(labels)) - target - {"le", "quantile"}
        values = {key: ["x"] for key in keys}
        for label, operator, value in matchers:
            if label in keys and operator in {"=", "=~"}:
                texts = [re.sub(r"\.[+*]", "1", each) for each in value.split("|")]
                plain = [each for each in texts if re.fullmatch(r"[\w./ -]+", each)]
                values[label] = plain or ["x"]
        for chosen in product(*(values[key] for key in sorted(values))):
            result.add(tuple(zip(sorted(values), chosen, strict=True)))
    return result


@contextmanager
def serving(texts: Mapping[str, str]) -> Iterator[int]:
    """Serve texts by their path."""

    class Target(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(texts[self.path].encode())

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - of the base
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Target)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


def labels_of(job: ScrapeJob) -> dict[str, str]:
    """Return the labels that the discovery of a job gives a target."""
    found = {"service": job.service} if job.service else {}
    match job.discovery:
        case PodTargets((namespace,)):
            return {**found, "namespace": namespace, "pod": f"{job.service}-0"}
        case NodeTargets():
            return {**found, "node": "x"}
        case StaticTargets(_, labels):
            return {**found, **dict(labels)}
    return found


def configuration(folder: Path, ports: Mapping[str, int]) -> Path:
    """Write the emitted configuration and rules, with the jobs at fixed addresses."""
    stated = yaml.safe_load(built().files["prometheus/prometheus.yml"])
    jobs = {job.name: job for job in platform().scrapes}
    for job in stated["scrape_configs"]:
        for key in ("kubernetes_sd_configs", "relabel_configs", "authorization", "tls_config"):
            job.pop(key, None)
        name = job["job_name"]
        real = name in REAL
        job |= {
            "scheme": "http", "scrape_interval": "1s", "scrape_timeout": "1s",
            "metrics_path": "/metrics" if real else f"/{name}",
            "static_configs": [
                {"targets": [f"127.0.0.1:{ports[name]}"], "labels": labels_of(jobs[name])}
            ],
        }  # fmt: skip
    rules = folder / "rules"
    rules.mkdir()
    for path, text in built().files.items():
        if path.startswith("prometheus/rules/"):
            (rules / Path(path).name).write_text(text, encoding="utf-8")
    file = folder / "prometheus.yml"
    file.write_text(
        yaml.safe_dump({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [f"{rules}/*.yml"], "scrape_configs": stated["scrape_configs"],
            "alerting": {"alertmanagers": [
                {"static_configs": [{"targets": [f"127.0.0.1:{ports['alertmanager']}"]}]}
            ]},
        }),
        encoding="utf-8",
    )  # fmt: skip
    return file


@contextmanager
def running(words: list[Any], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(words, stdout=out, stderr=out)
    try:
        yield
    finally:
        process.kill()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("closure")
    jobs = [job for job in platform().scrapes if job.name not in REAL]
    node, alerts, own = free_port(), free_port(), free_port()
    (folder / "alertmanager.yml").write_text("{route: {receiver: a}, receivers: [{name: a}]}")
    with ExitStack() as stack:
        play = stack.enter_context(serving({f"/{job.name}": played(job) for job in jobs}))
        ports = {job.name: play for job in jobs}
        ports |= {"node-exporter": node, "alertmanager": alerts, "prometheus": own}
        listen = "--web.listen-address=127.0.0.1"
        stack.enter_context(running([tool("node_exporter"), f"{listen}:{node}"], folder / "node"))
        stack.enter_context(
            running(
                [tool("alertmanager"), f"{listen}:{alerts}", "--cluster.listen-address=",
                 f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/alerts"],
                folder / "log-of-alertmanager",
            )
        )  # fmt: skip
        config = configuration(folder, ports)
        stack.enter_context(
            running(
                [tool("prometheus"), f"{listen}:{own}", f"--config.file={config}",
                 f"--storage.tsdb.path={folder}/data"],
                folder / "log-of-prometheus",
            )
        )  # fmt: skip
        ready = Asked(f"http://127.0.0.1:{own}")
        end = time.monotonic() + 60
        while True:
            try:
                if len(ready.query("up == 1")) == len(ports):
                    break
            except OSError:
                pass
            log = (folder / "log-of-prometheus").read_text("utf-8")
            assert time.monotonic() < end, log[-2000:]
            time.sleep(0.5)
        # Rates need two samples, and rules that read others two evaluations.
        time.sleep(6)
        yield ready


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_what_asks_gets_an_answer(name: str, server: Asked) -> None:
    found = server.query(without_filters(EXPRESSIONS[name]))
    if name in EMPTY:
        assert not found, f"{name} is not empty: take it off the list"
    else:
        assert found, EXPRESSIONS[name]


def test_every_rule_is_evaluated_without_a_fault(server: Asked) -> None:
    [(_, failures)] = server.query("sum(prometheus_rule_evaluation_failures_total)")
    assert failures == 0


def test_the_list_of_empty_ones_names_what_there_is() -> None:
    assert EMPTY.keys() <= EXPRESSIONS.keys()
