"""What is too much to be judged is refused, and it is said where the rest begins."""

from __future__ import annotations

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from tests.checks.examples import MINIMAL


def test_of_many_unknown_keys_a_thousand_are_told_and_that_there_are_more() -> None:
    data = load(MINIMAL.read_text(encoding="utf-8")).data
    data |= {f"key{number}": 1 for number in range(3000)}
    found = compile_platform(Source(yaml_text(data))).diagnostics
    assert [each.code for each in found] == ["PLT004"] * 1000
    more = [each for each in found if each.message.endswith("is told when this is mended")]
    assert len(more) == 1


def test_an_external_of_too_many_networks_is_refused() -> None:
    data = load(MINIMAL.read_text(encoding="utf-8")).data
    networks = [f"10.{n // 250}.{n % 250}.0/24" for n in range(1001)]
    data["services"]["far"] = {"kind": "external", "address": {"cidrs": networks}}
    found = compile_platform(Source(yaml_text(data))).diagnostics
    (many,) = [each for each in found if "too many" in each.message]
    assert (many.code, many.message) == ("PLT005", "these are too many: 1001")
    assert many.hint == "at most 1000"
