"""Templates of messages: platc and the real ``amtool template render`` accept the same."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from platc_compiler.expressions.alertmanager_templates import fault, library
from tests.tools import tool

OWN = """
{{ define "mine" }}{{ .GroupLabels.x }}{{ range .Alerts.Firing }}{{ .Labels.a }}{{ end }}{{ end }}
{{ define "of an alert" }}{{ .Fingerprint }}{{ end }}
{{ define "wrong" }}{{ .GroupLabel }}{{ end }}
"""
_DATA = {
    "receiver": "team", "status": "firing", "externalURL": "http://x",
    "groupLabels": {"a": "b"}, "commonLabels": {"a": "b"}, "commonAnnotations": {"c": "d"},
    "alerts": [
        {
            "status": status, "labels": {"a": "b"}, "annotations": {"c": "d"},
            "startsAt": "2026-01-01T00:00:00Z", "endsAt": "2026-01-01T01:00:00Z",
            "generatorURL": "http://g", "fingerprint": "f",
        }
        for status in ("firing", "resolved")
    ],
}  # fmt: skip
_VALUES = (
    ".Status", ".Receiver", ".ExternalURL", ".GroupLabels.a", ".CommonLabels", ".CommonLabels.a",
    ".CommonAnnotations.c", ".Alerts", ".Alerts.Firing", ".Alerts.Resolved", ".GroupLabels.Names",
    ".CommonLabels.SortedPairs", ".CommonLabels.SortedPairs.Values", ".Labels", ".GroupLabel",
    ".Alert", ".Alerts.Fired", ".Status.x", "$", "$.Status", "$x", '"text"', "`raw`", "1", "true",
    "nil", ".", "(.Status)", "(len .Alerts)", '(printf "%s" .Status)', "", "(", ")",
)  # fmt: skip
_FUNCTIONS = (
    "toUpper", "toLower", "title", "trimSpace", "len", "toJson", "safeHtml", 'join ", "',
    'reReplaceAll "a" "b"', 'match "a"', "humanize", "printf", "urlquery", "print", "join",
    "toUper",
)  # fmt: skip
_BLOCKS = (
    "{{ if %s }}%s{{ end }}", "{{ with %s }}%s{{ end }}", "{{ if %s }}a{{ else }}%s{{ end }}",
    "{{ if %s }}%s{{ else if .Status }}b{{ end }}", "{{ $x := %s }}%s", "{{ if %s }}%s",
    "{{- %s -}}%s", "{{/* c */}}{{ %s }}%s", "%s {{ end }}%s", "{{ %s }}{{ break }}%s",
)  # fmt: skip
_LOOPS = (
    "{{ range .Alerts }}{{ %s }}{{ end }}", "{{ range $i, $a := .Alerts }}{{ %s }}{{ end }}",
    "{{ range .CommonLabels.SortedPairs }}{{ %s }}{{ end }}",
    "{{ range .Alerts.Firing }}{{ %s }}{{ else }}none{{ end }}",
)  # fmt: skip
_IN_LOOPS = (
    ".Labels.a", ".Annotations.c", ".Status", ".StartsAt", ".Name", ".Value", ".Label", "$i",
    "$a.Labels.a", "$a.Status", ".Fingerprint", "$.Status", ".GeneratorURL",
    'template "of an alert" .',
)  # fmt: skip
_CALLS = ("mine", "wrong", "of an alert", "slack.default.title", "mien", "__subject")


def _action(random: Random) -> str:
    value = random.choice(_VALUES)
    match random.randrange(4):
        case 0:
            return f"{value} | {random.choice(_FUNCTIONS)}"
        case 1:
            return f"{random.choice(_FUNCTIONS)} {value}"
    return value


def _text(random: Random) -> str:
    match random.randrange(5):
        case 0:
            return random.choice(_LOOPS) % random.choice(_IN_LOOPS)
        case 1:
            return f'{{{{ template "{random.choice(_CALLS)}" {random.choice(_VALUES)} }}}}'
        case 2:
            return random.choice(_BLOCKS) % (_action(random), f"{{{{ {_action(random)} }}}}")
    return f"a {{{{ {_action(random)} }}}} b"


def _rendered(text: str, folder: Path) -> str:
    command = [
        str(tool("amtool")), "template", "render", f"--template.glob={folder}/*.tmpl",
        f"--template.data={folder}/data.json", f"--template.text={text}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.stderr.strip() if done.returncode else ""


_NOT_FOLLOWED = (
    # What a function does with a value of another type is not followed.
    "wrong type for value", "; found ", "error calling", "can't give argument to non-function",
    "range can't iterate", "wrong number of args", "invalid value", "nil data", "can't evaluate",
    "has arguments but cannot be invoked",
)  # fmt: skip


def test_random_templates(tmp_path: Path) -> None:
    (tmp_path / "own.tmpl").write_text(OWN, encoding="utf-8")
    (tmp_path / "data.json").write_text(json.dumps(_DATA), encoding="utf-8")
    random = Random(7)  # noqa: S311 - no secret
    texts = sorted({_text(random) for _ in range(250)})
    found, refused = library({"own.tmpl": OWN})
    assert not refused
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda text: _rendered(text, tmp_path), texts))
    wrong = []
    for text, answer in zip(texts, answers, strict=True):
        said = fault(text, found)
        if said is not None and not answer:
            wrong.append(f"only platc refuses {text}: {said}")
        if said is None and answer and not any(each in answer for each in _NOT_FOLLOWED):
            wrong.append(f"only amtool refuses {text}: {answer}")
    assert not wrong, "\n".join(wrong)
    assert 30 < sum(map(bool, answers)) < len(texts) - 30


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ .GroupLabel.x }}", "there is no '.GroupLabel' here, did you mean '.GroupLabels'?"),
        ('{{ template "mien" . }}', "no template 'mien' is defined, did you mean 'mine'?"),
        ("{{ .Labels.x }}", "there is no '.Labels' here, did you mean '.GroupLabels'?"),
        ("{{ range .Alerts }}{{ .Label }}{{ end }}", "there is no '.Label' in 'Alert'"),
        ('{{ template "wrong" . }}', "in the template 'wrong': there is no '.GroupLabel' here"),
        ('{{ join ", " }}', "'join' takes 2 values, not 1"),
        ("{{ if .Status }}", "'if' has no '{{ end }}'"),
    ],
)
def test_what_is_refused_is_named(text: str, why: str) -> None:
    said = fault(text, library({"own.tmpl": OWN})[0])
    assert said is not None
    assert str(said).startswith(why)


def test_a_template_that_alertmanager_itself_calls_is_given_the_message() -> None:
    _, refused = library({"own.tmpl": '\n{{ define "slack.default.title" }}{{ .Stat }}{{ end }}'})
    assert str(refused["own.tmpl"]) == "there is no '.Stat' here, did you mean '.Status'?"


def test_blocks_are_bounded() -> None:
    deep = "{{ if .Status }}" * 1000 + "{{ end }}" * 1000
    said = fault(deep, library({})[0])
    assert str(said) == "its blocks are nested too deeply"
    nested = f"{{{{ {'(' * 3000}.Status{')' * 3000} }}}}"
    assert str(fault(nested, library({})[0])) == "its parentheses are nested too deeply"
