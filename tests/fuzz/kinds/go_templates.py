"""Go templates in the texts of alerts and notifications, alone and within a platform."""

from __future__ import annotations

from random import Random

from platc_compiler.expressions.alertmanager_templates import fault, library
from platc_compiler.expressions.go_template_syntax import TemplateFault
from platc_compiler.expressions.prometheus_templates import examined
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from tests.fuzz import hostile, judge
from tests.fuzz.kind import Kind, Texts
from tests.fuzz.kinds.platforms import answer
from tests.fuzz.originals import copied
from tests.tools import ROOT

_PIECES = (
    *(
        "{{ $labels.job }}",
        "{{ $value | humanize }}",
        "{{ if gt $value 1.0 }}",
        "{{ else }}",
        "{{ end }}",
    ),
    *(
        "{{ range query `up` }}",
        "{{ with $x := .Labels }}",
        '{{ define "a" }}',
        '{{ template "a" . }}',
    ),
    *(
        "{{- ",
        " -}}",
        "{{",
        "}}",
        "{{/* a */}}",
        '{{ "',
        '" }}',
        "`",
        "{{ $x }}",
        "{{ . }}",
        "{{ (((",
        "|",
    ),
    *(
        '{{ printf "%99999999d" 1 }}',
        "{{ nosuch }}",
        "{{ .Labels.a.b.c }}",
        "text",
        "\n",
        "{{ $ }}",
        "{{break}}",
    ),
)


def _make(dice: Random) -> Texts:
    pieces = dice.choices(_PIECES, k=dice.randint(1, 8))
    text = "".join(p * dice.choice((1, 1, 1, 1, 2, 300)) for p in pieces)
    if dice.random() < 0.3:
        text = hostile.bent(dice, text)
    if dice.random() < 0.8:
        return {"template": text}
    tree = copied(load((ROOT / "examples/minimal/platform.yaml").read_text("utf-8")).data)
    tree["alerts"]["WebDown"][dice.choice(("summary", "description"))] = text
    return {judge.PLATFORM: yaml_text(tree)}


def _answer(texts: Texts) -> str:
    if judge.PLATFORM in texts:
        return answer(texts)
    text = texts["template"]
    own, refused = library({"own.tmpl": text})
    wrong = fault(text, own)
    try:
        examined(text)
    except TemplateFault:
        return "refused"
    return "refused" if refused or wrong else "read"


GO_TEMPLATES = Kind("go-templates", 5, _make, _answer)
