"""Templates of messages from files beside platform.yaml."""

from __future__ import annotations

from platc_compiler.pipeline import compile_platform
from platc_compiler.servers.own_templates import file_of
from platc_compiler.source.beside import InMemory
from platc_compiler.source.source import Source
from tests.tools import ROOT

_TEXT = (ROOT / "examples/minimal/platform.yaml").read_text(encoding="utf-8")
_PLATFORM = f"{_TEXT.rstrip()}\n  templates: {{ shop.tmpl: alertmanager/shop.tmpl }}\n"
_GOOD = '{{ define "shop" }}{{ .Status }}{{ end }}\n'


def test_a_path_is_one_word_that_ends_in_tmpl() -> None:
    assert file_of("alertmanager/shop.tmpl\n") == "alertmanager/shop.tmpl"
    assert file_of('{{ define "shop.tmpl" }}{{ end }}') is None
    assert file_of("read the shop.tmpl") is None


def test_the_file_is_mounted_and_read() -> None:
    source = Source(_PLATFORM, beside=InMemory({"alertmanager/shop.tmpl": _GOOD}))
    result = compile_platform(source)
    assert not result.failed
    assert result.files["alertmanager/templates/shop.tmpl"] == _GOOD
    config = result.files["alertmanager/alertmanager.yml"]
    assert "templates:\n- /etc/alertmanager/templates/shop.tmpl\n" in config
    assert (
        "shop.tmpl: |"
        in result.files["manifests/30-config/shop/configmap-alertmanager-config.yaml"]
    )


def test_a_fault_is_shown_in_the_file() -> None:
    bad = f'{_GOOD}{{{{ define "open" }}}}\n  {{{{ range .Alerts }}}}\n'
    source = Source(_PLATFORM, beside=InMemory({"alertmanager/shop.tmpl": bad}))
    found = [each for each in compile_platform(source).diagnostics if each.code == "PLT413"]
    assert [(each.file, each.line) for each in found] == [("alertmanager/shop.tmpl", 3)]
    assert "'range' has no '{{ end }}'" in found[0].message
