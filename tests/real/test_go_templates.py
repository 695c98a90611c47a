"""What platc thinks of a text, and what Prometheus makes of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from platc_compiler.expressions.go_template_syntax import TemplateFault
from platc_compiler.expressions.prometheus_templates import examined
from tests.tools import tool

TEXTS = (
    "plain",
    "{{ $labels.job }} and {{ $value | humanize }}",
    '{{ printf "%.2f {{" $value }}',
    "{{ if gt $value 0.5 }}high{{ else }}low{{ end }}",
    '{{ range query "up" }}{{ .Labels.job }}{{ end }}',
    "{{ with $x := $labels.job }}{{ $x }}{{ end }}",
    "{{- $value -}}",
    "{{/* a remark */}}",
    "{{ $externalLabels.cluster }}",
    "{{ reReplaceAll `a.*` `b` $labels.job }}",
    "{{ $label.job }}",
    "{{ $labels.job }",
    "{{ $labels.job",
    "{{ humanise $value }}",
    "{{ }}",
    "{{ if $value }}no end",
    "no beginning{{ end }}",
    "{{ else }}",
    '{{ printf "%d }}',
    "}} alone",
    "{{ labels.job }}",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_refused_exactly_when_prometheus_refuses_it(text: str, tmp_path: Path) -> None:
    rule = {"alert": "A", "expr": "up == 0", "annotations": {"summary": text}}
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": [rule]}]}), encoding="utf-8")
    command = [str(tool("promtool")), "check", "rules", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert is_refused(text) == (done.returncode != 0), done.stdout + done.stderr


def is_refused(text: str) -> bool:
    try:
        examined(text)
    except TemplateFault:
        return True
    return False
