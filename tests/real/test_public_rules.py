"""Rule files that people really use, imported into a platform that declares the exporters.

The files lie beside the repository, in ``shared/public``; without them the tests are skipped. What
platc refuses of them is named in a table of docs/monitoring.md, which a test compares.
"""

from __future__ import annotations

import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from platc_compiler.checks.pages import Fence
from platc_compiler.diagnostics import Located
from platc_compiler.expressions.rule_files import imported, rules_in
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from tests.checks.examples import source
from tests.tools import ROOT, tool

FOLDERS = (ROOT.parent / "shared/public", ROOT.parent.parent / "shared/public")
FOLDER = next((folder for folder in FOLDERS if folder.is_dir()), FOLDERS[0])
FILES = sorted(FOLDER.glob("*.yml"))
EXPORTERS = {
    "node-exporter": {"kind": "node_exporter", "namespace": "shop"},
    "kube-state-metrics": {"kind": "kube_state_metrics", "namespace": "shop"},
}
CODES = {
    "PLT402": "metric", "PLT425": "job", "PLT426": "label", "PLT412": "name",
}  # fmt: skip
"""The codes of errors that a rule for another cluster may deserve, and what is missing then."""

pytestmark = pytest.mark.skipif(not FILES, reason="no ../shared/public with rule files")


def judged(file: Path) -> tuple[dict[str, set[str]], dict[str, set[str]], int]:
    """Return the codes of errors and of warnings by rule, and the number of rules."""
    rules = imported(rules_in(file.read_text(encoding="utf-8")))
    text = yaml_text(
        {
            "services": EXPORTERS,
            # kind's volumes are not measured by the kubelet.
            "cluster": {"distribution": "eks"},
            "alerts": rules.alerts,
            "recordings": rules.recordings,
        }
    )
    found = compile_platform(source([Fence("yaml", (), text)])).diagnostics
    assert "PLT401" not in {each.code for each in found}
    return (
        _by_rule(found, "error"),
        _by_rule(found, "warning"),
        len(rules.alerts) + len(rules.recordings),
    )


def _by_rule(found: tuple[Located, ...], severity: str) -> dict[str, set[str]]:
    by_rule: dict[str, set[str]] = defaultdict(set)
    for each in found:
        if each.severity == severity and each.path.startswith(("alerts.", "recordings[")):
            by_rule[".".join(each.path.split(".")[:2]).partition(".expr")[0]].add(each.code)
    return by_rule


def table() -> str:
    """Return the table of the documentation."""
    rows = [
        "| File | Rules | Accepted | No job | No metric | No label | Name taken | Warnings |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for file in FILES:
        errors, warnings, count = judged(file)
        numbers = [
            sum(code in codes for codes in errors.values())
            for code in ("PLT425", "PLT402", "PLT426", "PLT412")
        ]
        cells = [count, count - len(errors), *numbers, len(warnings)]
        rows.append(f"| {file.stem} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(rows)


def test_the_documentation_has_the_counts() -> None:
    text = (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")
    assert table() in text, f"docs/monitoring.md needs:\n{table()}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_but_what_is_missing_is_refused(file: Path) -> None:
    errors, _, _ = judged(file)
    assert {code for codes in errors.values() for code in codes} <= CODES.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_imported_is_what_was_written(file: Path, tmp_path: Path) -> None:
    rules = list(rules_in(file.read_text(encoding="utf-8")))
    found = imported(rules)
    assert [rule["expr"].strip() for rule in rules if "alert" in rule] == [
        alert["expr"] for alert in found.alerts.values()
    ]
    names = [alert.get("alertname", key) for key, alert in found.alerts.items()]
    assert names == [rule["alert"] for rule in rules if "alert" in rule]
    written = {
        "groups": [
            {
                "name": "all",
                "rules": [
                    *found.recordings,
                    *(
                        {"alert": name, "expr": alert["expr"], "for": alert.get("for", "0s")}
                        for name, alert in zip(names, found.alerts.values(), strict=True)
                    ),
                ],
            }
        ]
    }
    path = tmp_path / "rules.yml"
    path.write_text(yaml_text(written), encoding="utf-8")
    command = [tool("promtool"), "check", "rules", "--lint=none", str(path)]
    subprocess.run(command, check=True, capture_output=True)
