"""Dashboards that people really use, imported, provisioned, and their queries checked.

They lie beside the repository (``../shared/public``, with their licences) and are no part of it.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

from platc_compiler.grafana.importing.dashboard import imported
from platc_compiler.grafana.variables import concrete
from platc_compiler.grafana.whole import asked, model_of, panels_of
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import InMemory
from platc_compiler.source.source import Source
from platc_compiler.templating.templates import Templates
from tests.real.grafana import dashboard_faults
from tests.tools import ROOT, tool

FOLDER = ROOT.parent / "shared/public"
NAMES = ("node-exporter-full", "pyrra-detail", "pyrra-list")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no ../shared/public here")
QUERIES = {"node-exporter-full": 289, "pyrra-detail": 8, "pyrra-list": 4}
PANELS = {"node-exporter-full": 141, "pyrra-detail": 7, "pyrra-list": 1}
PLATFORM = """\
platform: boards
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { monitoring: }
secrets: { grafana: { keys: [password] } }
services:
  prometheus: { kind: prometheus, storage: 5Gi, retention: { time: 7d, size: 4GB } }
  node-exporter: { kind: node_exporter }
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
"""


def text(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def built(*names: str) -> Result:
    entries = "".join(f"  {name}: {{ file: {name}.json }}\n" for name in names)
    files = InMemory({f"{name}.json": text(name) for name in names})
    return compile_platform(Source(PLATFORM + entries, beside=files))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_provisioned_as_grafana_wants_it(name: str) -> None:
    result = built(name)
    assert not result.failed
    board = json.loads(result.files[f"grafana/dashboards/{name}.json"])
    assert dashboard_faults(board) == []
    assert board["uid"] == name
    assert len(list(panels_of(board))) == PANELS[name] == len(list(panels_of(model_of(text(name)))))
    assert len(result.files[f"grafana/dashboards/{name}.json"]) < 1 << 20


@pytest.mark.parametrize("name", NAMES)
def test_its_queries_are_those_that_platc_checks(name: str) -> None:
    model = model_of(text(name))
    assert len(list(asked(model))) == QUERIES[name]
    targets = [t for panel in panels_of(model) for t in panel.get("targets", ()) if t.get("expr")]
    variables = [v for v in model["templating"]["list"] if v["type"] == "query"]
    assert len(targets) + len(variables) == QUERIES[name]


def test_platc_refuses_the_query_that_prometheus_refuses_and_no_other(tmp_path: Path) -> None:
    refused = []
    for name in NAMES:
        for number, each in enumerate(asked(model_of(text(name)))):
            rule = {"record": f"query:{number}", "expr": concrete(each.expr, {})}
            file = tmp_path / f"{name}-{number}.yml"
            group = {"name": "queries", "rules": [rule]}
            file.write_text(yaml.safe_dump({"groups": [group]}), encoding="utf-8")
    for file in _refused(sorted(tmp_path.glob("*.yml"))):
        name, _, number = file.stem.rpartition("-")
        refused.append((name, list(asked(model_of(text(name))))[int(number)].place))
    assert refused == [("pyrra-detail", "panel 'Rate'")]
    said = [d for d in built(*NAMES).diagnostics if d.code == "PLT401"]
    assert [d.message.partition(":")[0] for d in said] == ["panel 'Rate'"]


def _refused(files: list[Path]) -> list[Path]:
    """Return the files that promtool refuses: halves of those that it refuses together."""
    command = [str(tool("promtool")), "check", "rules", "--lint=none", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode == 0:
        return []
    if len(files) == 1:
        return files
    middle = len(files) // 2
    return _refused(files[:middle]) + _refused(files[middle:])


def test_all_that_is_said_of_them() -> None:
    result = built(*NAMES)
    # node_network_up had the label operstate in node_exporter 0.17.
    expected = {"PLT402": 3, "PLT401": 1, "PLT426": 1, "PLT505": 1}
    assert Counter(d.code for d in result.diagnostics) == expected
    notes = {d.path: len(d.notes) for d in result.diagnostics if d.code == "PLT402"}
    # Of the exporters that nobody declares: Pyrra's; of node_exporter: collectors that are off.
    assert notes["dashboards.pyrra-detail.file"] == 4
    assert notes["dashboards.pyrra-list.file"] == 3
    assert 0 < notes["dashboards.node-exporter-full.file"] < 40


@pytest.mark.parametrize("name", NAMES)
def test_what_the_language_cannot_say_is_named(name: str) -> None:
    lost = imported(model_of(text(name)), Templates()).lost.lines()
    assert lost, "the command then keeps it whole"


def test_simplified_they_are_dashboards_of_the_language() -> None:
    for name in NAMES:
        model = model_of(text(name))
        board = imported(model, Templates()).board
        source = yaml.safe_dump({**yaml.safe_load(PLATFORM), "dashboards": {name: board}})
        result = compile_platform(Source(source))
        codes = {d.code for d in result.diagnostics if d.severity == "error"}
        # In the language a metric that nobody exports is an error, and so is no PromQL.
        assert codes <= {"PLT401", "PLT402", "PLT426"}
        rows = [each for each in board.get("rows", ()) for each in each["panels"]]
        count = len([p for p in panels_of(model) if p["type"] != "row"])
        assert len(board.get("panels", ())) + len(rows) == count
