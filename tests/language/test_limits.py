"""What is too much to be judged is refused, and it is said where the rest begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from platc_compiler.checks.security import plt503_literal_credential
from platc_compiler.diagnostics.credential_places import Finding
from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.lower import amount
from platc_compiler.objects import json_patch
from platc_compiler.pipeline import compile_platform
from platc_compiler.source import places
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import build, load
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


def counted(name: str, number: int) -> dict[str, Any]:
    """Return a platform of so many faults of one kind."""
    data = load(MINIMAL.read_text(encoding="utf-8")).data
    web = data["services"]["web"]
    match name:
        case "services":
            data["services"] |= {f"s{n}": {**web, "depends_on": [f"m{n}"]} for n in range(number)}
        case "namespaces":
            data["services"] |= {f"s{n}": {**web, "namespace": f"n{n}"} for n in range(number)}
        case "secrets":
            web["env"] = {f"A{n}": f"${{absent-{n}/key}}" for n in range(number)}
        case "variables":
            web["env"] = {f"A{n}": f"$(B{n})" for n in range(number)}
    return data


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("services", "PLT101"),
        ("namespaces", "PLT104"),
        ("secrets", "PLT102"),
        ("variables", "PLT121"),
    ],
)
def test_a_check_tells_a_thousand_findings_and_that_there_are_more(name: str, code: str) -> None:
    found = compile_platform(Source(yaml_text(counted(name, 1200)))).diagnostics
    told = [each for each in found if each.code == code]
    assert len(told) == 1000
    assert sum(each.message.endswith("is told when this is mended") for each in told) == 1


def test_values_are_counted_once_and_an_alias_as_often_as_it_is_used() -> None:
    inner = ", ".join(f"k{n}: [1, 2]" for n in range(1000))
    builder = build(f"a: &a {{ {inner} }}\nb: *a\n")
    assert builder.total == 1 + 2 * (1 + 1000 * 3)


def test_a_thousand_faults_of_one_long_line_look_at_it_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at = 0
    real = places.without_comment

    def counted(line: str) -> str:
        nonlocal looked_at
        looked_at += len(line)
        return real(line)

    monkeypatch.setattr(places, "without_comment", counted)
    text = '{"platform": "a", "version": 1, "patches": [' + '{"imge": 1}, ' * 2000 + "{}]}"
    found = compile_platform(Source(text)).diagnostics
    assert len(found) >= 1000
    assert looked_at == len(text)
    shown = as_text(found)
    assert len(shown) < 600 * len(found)


def patched(*patches: dict[str, Any]) -> Source:
    """Return the smallest platform with patches of its one Deployment."""
    data = load(MINIMAL.read_text(encoding="utf-8")).data
    target = {"kind": "Deployment", "name": "web"}
    data["patches"] = [{"target": target, **patch} for patch in patches]
    return Source(yaml_text(data))


def test_patches_that_copy_too_much_together_are_refused_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_patch, "MOST_VALUES", 2_000)
    label = {"json": [{"op": "add", "path": "/metadata/labels/a", "value": "b"}]}
    assert not compile_platform(patched(*[label] * 5)).failed
    found = compile_platform(patched(*[label] * 500)).diagnostics
    assert [each.code for each in found] == ["PLT705"]
    assert "all JSON patches together copy more than 2000 values" in found[0].message


def test_a_part_that_many_operations_change_is_looked_through_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts: list[object] = []
    real = plt503_literal_credential.in_object

    def counted(body: object) -> Iterator[Finding]:
        parts.append(body)
        return real(body)

    monkeypatch.setattr(plt503_literal_credential, "in_object", counted)
    operations = [
        {"op": "add", "path": f"/metadata/labels/a{n}", "value": f"b{n}"} for n in range(300)
    ]
    assert not compile_platform(patched({"json": operations})).failed
    assert len(parts) == 1


def test_too_many_networks_in_all_policies_together_are_refused_at_the_external() -> None:
    data = load(MINIMAL.read_text(encoding="utf-8")).data
    networks = [f"10.{n // 250}.{n % 250}.0/24" for n in range(500)]
    data["services"]["far"] = {
        "kind": "external", "address": {"cidrs": networks}, "ports": {"https": 443},
    }  # fmt: skip
    web = {**data["services"]["web"], "depends_on": ["far"]}
    data["services"] |= {f"web{n}": web for n in range(41)}
    (found,) = compile_platform(Source(yaml_text(data))).diagnostics
    assert (found.code, found.path) == ("PLT005", "services.far.address.cidrs")
    assert found.message == (
        "the network policies would hold 20500 networks, of 20000 at most: 500 of 'far' for each"
        " of 41 connections"
    )
    assert found.hint == "state fewer and larger networks"


def many(number: int, **words: object) -> dict[str, Any]:
    """Return a platform of so many services beside the minimal one."""
    data = load(MINIMAL.read_text(encoding="utf-8")).data
    web = data["services"]["web"]
    data["services"] |= {f"web{n}": web for n in range(number)}
    return data | words


def test_a_platform_that_takes_too_long_is_refused_and_says_why() -> None:
    found = compile_platform(Source(yaml_text(many(1500)))).diagnostics
    (large,) = [each for each in found if each.severity == "error"]
    assert (large.code, large.path) == ("PLT005", "services")
    assert large.message == (
        "this platform is too large: about 2.7 s of work, of 2.2 s at most; it has 1504 workloads,"
        " 32 rules, 4 edges"
    )
    assert large.hint == "write size: large at the top, or make two platforms of it"


def test_a_large_platform_has_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(amount.MOST, "usual", 100)
    assert compile_platform(Source(yaml_text(many(2)))).failed
    assert not compile_platform(Source(yaml_text(many(2, size="large")))).failed


def test_environments_are_bounded() -> None:
    data = load(MINIMAL.read_text(encoding="utf-8")).data
    data["environments"] = {f"e{n}": {} for n in range(51)}
    found = compile_platform(Source(yaml_text(data))).diagnostics
    assert [(each.code, each.path) for each in found] == [("PLT005", "environments")]


def test_expressions_that_are_too_large_together_are_refused_before_the_parser_sees_them() -> None:
    chain = "+".join(["up"] * 480)
    alert = {"severity": "warning", "summary": "x"}
    data = {
        **load(MINIMAL.read_text("utf-8")).data,
        "alerts": {f"A{n}": {"expr": f"{chain} > {n}", **alert} for n in range(60)},
    }
    found = compile_platform(Source(yaml_text(data))).diagnostics
    told = [each.path for each in found if "too many operators" in each.message]
    assert told == ["alerts.A11.expr"]
