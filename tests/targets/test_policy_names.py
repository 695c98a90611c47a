"""Network policies of pods whose names look the same."""

from __future__ import annotations

import yaml

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.objects.digests import data_digest
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

TASK = "{ image: example.com/a:1, depends_on: [postgres] }"
TEXT = (ROOT / "tests/golden/platforms/pipelines.yaml").read_text("utf-8")
TWO = TEXT.replace("    tasks:\n", f"    tasks:\n      a_b: {TASK}\n      a__b: {TASK}\n", 1)


def test_policies_of_one_name_end_in_a_digest_of_what_they_select() -> None:
    result = compile_platform(Source(TWO))
    assert not result.failed, as_text(result.diagnostics)
    folder = "manifests/10-policies/airflow/networkpolicy-allow-every-option.a-b-"
    found = [yaml.safe_load(t) for path, t in result.files.items() if path.startswith(folder)]
    tasks = [policy["spec"]["podSelector"]["matchLabels"]["platc.dev/task"] for policy in found]
    assert sorted(tasks) == ["a__b", "a_b"]
    for policy in found:
        digest = data_digest(policy["spec"]["podSelector"])
        assert policy["metadata"]["name"].endswith(f".a-b-{digest}")
