"""What platc thinks of the text of an alert, and what Prometheus makes of it when it fires."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from platc_compiler.expressions.go_template_syntax import TemplateFault
from platc_compiler.expressions.prometheus_templates import examined
from tests.tools import tool

RIGHT = (
    "plain {{ }}"[:5],
    "{{ $labels.job }} {{ $value | humanize }} {{ .Labels.job }} {{ .Value }}",
    "{{ $labels.nobody }}",
    '{{ printf "%.2f" $value }}{{ print "}}" }}',
    "{{ if gt $value 0.5 }}high{{ else if eq $value 0.1 }}low{{ else }}none{{ end }}",
    '{{ range query "up" }}{{ .Labels.job }}={{ .Value }}{{ end }}',
    '{{ range $i, $s := query "up" }}{{ $i }}{{ $s.Labels.job }}{{ else }}none{{ end }}',
    '{{ with query "up" }}{{ . | first | value | humanizePercentage }}{{ end }}',
    '{{ with printf "up{job=\'%s\'}" $labels.job | query }}{{ . | first | label "job" }}{{ end }}',
    '{{ query "up" | sortByLabel "job" | first | value }}',
    '{{ (first (query "up")).Labels.job | toUpper }}',
    "{{ with $x := $labels.job }}{{ $x }}{{ $x = `a` }}{{ end }}",
    "{{- /* a remark */ -}} {{ $externalLabels.cluster }}{{ $externalURL }}",
    "{{ reReplaceAll `a.*` `b` $labels.job }}{{ match `a` $labels.job }}",
    '{{ define "x" }}{{ . }}{{ end }}{{ template "x" $value }}',
    '{{ block "x" $labels.job }}{{ . }}{{ end }}',
    "{{ humanize 1234.5 }}{{ humanize `12` }}{{ humanizeDuration 3700 }}{{ humanize1024 2048.0 }}",
    "{{ humanizeTimestamp $value }}{{ (toTime $value).Year }}{{ toDuration 60.0 }}",
    "{{ $labels.instance | stripPort | stripDomain | title }}{{ urlQueryEscape `a b` }}",
    "{{ parseDuration `1h` }}{{ len $labels }}{{ index $labels `job` }}{{ not true }}",
    '{{ graphLink "up" }}{{ tableLink "up" }}{{ safeHtml "<b>" }}',
    "{{ range $name, $text := $labels }}{{ $name }}{{ $text }}{{ end }}",
    "{{ and $value 1 }}{{ or $labels.x `none` }}{{ eq $labels.job `web` `api` }}{{ 'a' }}",
)
REFUSED = (
    "{{ $label.job }}",
    "{{ $labels.job }",
    "{{ humanise $value }}",
    "{{ }}",
    "{{ if $value }}no end",
    "no beginning{{ end }}",
    "{{ else }}",
    '{{ printf "%d }}',
    "{{ labels.job }}",
    '{{ define "x" }}{{ $labels.job }}{{ end }}',
    "{{ range }}{{ end }}",
    "{{ ($value }}",
    "{{ break }}",
    "{{ template x }}",
    "{{ $value | 3 }}",
    '{{ tmpl "x" . }}',
    "{{ toJson $value }}",
    "{{ range $a, $b, $c := $labels }}{{ end }}",
)
FAILING = (
    "{{ $x = 1 }}",
    "{{ .Label.job }}",
    "{{ $labels.job.name }}",
    "{{ $value.job }}",
    "{{ toUpper $value }}",
    "{{ humanize }}",
    "{{ humanize $value 2 }}",
    "{{ now 1 }}",
    '{{ template "nobody" }}',
    '{{ query "up" | value }}',
    '{{ (query "up").Value }}',
    '{{ (first (query "up")).Label.job }}',
    "{{ range $labels.job }}{{ end }}",
    "{{ reReplaceAll `a` $labels.job }}",
    "{{ match `a` 1 }}",
    "{{ $labels 1 }}",
    '{{ with first (query "up") }}{{ .Valu }}{{ end }}',
)


def is_fine(text: str) -> bool:
    try:
        examined(text)
    except TemplateFault:
        return False
    return True


@pytest.mark.parametrize("text", RIGHT)
def test_nothing_is_said_of_a_text_that_is_right(text: str) -> None:
    examined(text)


@pytest.mark.parametrize("text", [*REFUSED, *FAILING])
def test_a_text_that_cannot_be_filled_in_is_refused(text: str) -> None:
    assert not is_fine(text)


def rule(text: str, number: int = 0) -> dict[str, object]:
    return {"alert": f"A{number}", "expr": "up == 0", "annotations": {"summary": text}}


def checked(folder: Path, rules: list[dict[str, object]]) -> subprocess.CompletedProcess[str]:
    file = folder / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": rules}]}), encoding="utf-8")
    command = [str(tool("promtool")), "check", "rules", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("text", REFUSED)
def test_prometheus_refuses_the_rules(text: str, tmp_path: Path) -> None:
    assert checked(tmp_path, [rule(text)]).returncode != 0


def test_prometheus_takes_the_others_and_fills_in_those_that_are_right(tmp_path: Path) -> None:
    texts = [*RIGHT, *FAILING]
    rules = [rule(text, number) for number, text in enumerate(texts)]
    done = checked(tmp_path, rules)
    assert done.returncode == 0, done.stdout + done.stderr
    tests = [
        {"eval_time": "1m", "alertname": f"A{number}",
         "exp_alerts": [{"exp_labels": {}, "exp_annotations": {"summary": "?"}}]}
        for number in range(len(texts))
    ]  # fmt: skip
    test = {
        "interval": "1m",
        "external_labels": {"cluster": "c"},
        "input_series": [{"series": 'up{job="web",instance="web.shop:80"}', "values": "0x3"}],
        "alert_rule_test": tests,
    }
    file = tmp_path / "test.yml"
    content = {"rule_files": ["rules.yml"], "tests": [test]}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    command = [str(tool("promtool")), "test", "rules", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    said = done.stdout + done.stderr
    failed = {
        int(number) for number in re.findall(r"error executing template __alert_A(\d+):", said)
    }
    wanted = set(range(len(RIGHT), len(texts)))
    wrong = [texts[number] for number in failed ^ wanted]
    assert wrong == [], said
    assert "name: A0" in said or "alertname" in said


def test_functions_that_promtool_cannot_run_are_known() -> None:
    # It has no external URL (a nil pointer), where the server always has one.
    assert is_fine("{{ externalURL }}{{ pathPrefix }}")


def test_what_a_text_asks_is_known() -> None:
    assert examined('{{ range query "up == 0" }}{{ end }}').queries == ("up == 0",)
    assert examined('{{ printf "up{a=%q}" $labels.a | query | first }}').queries == ()
