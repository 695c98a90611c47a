"""The page of the receivers shows what works, and leaves out no kind of receiver."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from platc_compiler.checks.pages import Fence
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.load import load
from platc_spec.observability import Receiver
from tests.checks.examples import source
from tests.servers.verdicts import verdicts
from tests.tools import ROOT

PAGE = (ROOT / "docs" / "receivers.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
UNSEALED = "PLT505"
"""Nobody has sealed the secrets of an example."""


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_is_built_and_alertmanager_takes_it(text: str, tmp_path: Path) -> None:
    result = compile_platform(source([Fence("yaml", (), text)]))
    told = [
        f"{found.code} {found.path}: {found.message}"
        for found in result.diagnostics
        if found.severity != "note" and found.code != UNSEALED
    ]
    assert not told
    config = yaml.safe_load(result.files["alertmanager/alertmanager.yml"])
    config.pop("templates", None)
    assert verdicts("alertmanager", {"emitted": config}, tmp_path) == {"emitted": ""}


def test_every_kind_of_receiver_has_an_example() -> None:
    shown = {
        kind
        for text in EXAMPLES
        for receiver in load(text).data.get("notifications", {}).get("receivers", {}).values()
        for kind in receiver
    }
    assert Receiver.model_fields.keys() - {"send_resolved"} <= shown
