"""Kinds know each other by the facts of an ``Offering`` alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools import ROOT

LOWER = ROOT / "compiler/platc_compiler/lower"
WHOLE = {"kind", "kinds", "placeholders", "platform", "pod_settings"}
"""Modules that speak of every kind: what a kind is, the catalogue, the whole platform, and what
replaces references to any service."""
OBJECTS = "include"
"""The package that reads Kubernetes objects, which have a kind of their own."""
MODULES = {
    ".".join(path.relative_to(LOWER).with_suffix("").parts).removesuffix(".__init__"): path
    for path in LOWER.rglob("*.py")
    if path != LOWER / "__init__.py"
}


def imported(text: str) -> Iterator[str]:
    """Yield the full names that a module imports, modules and what is taken out of them."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            assert not node.level
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def models(text: str) -> set[str]:
    """Return the kinds whose models a module imports."""
    prefix = "platc_spec.kinds."
    found = (name for name in imported(text) if name.startswith(prefix))
    return {name.removeprefix(prefix).partition(".")[0] for name in found}


def faults(text: str) -> set[str]:
    """Return the ways in which a module looks at services beside its own."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in {"services", "kind"}:
            found.add(f"{ast.unparse(node.value)}.{node.attr}")
        if isinstance(node, ast.Name) and node.id in {"getattr", "hasattr", "attrgetter"}:
            found.add(node.id)
    return found - {"discover.services"}


TEXTS = {name: path.read_text(encoding="utf-8") for name, path in MODULES.items()}
APART = sorted(TEXTS.keys() - WHOLE)


PREFIX = "platc_compiler.lower."
BELOW = {
    name: {each.removeprefix(PREFIX) for each in imported(text) if each.startswith(PREFIX)}
    & TEXTS.keys()
    for name, text in TEXTS.items()
}
"""The modules of lower/ that each one imports."""
OWN = {name: models(text) for name, text in TEXTS.items()}
"""The kinds whose models each one imports itself."""


def known(name: str) -> set[str]:
    """Return the kinds that a module knows by itself or through what it imports from lower/."""
    reached, left = {name}, [name]
    while left:
        new = BELOW[left.pop()] - reached
        reached |= new
        left += new
    return set().union(*(OWN[each] for each in reached))


@pytest.mark.parametrize("name", APART)
def test_a_module_knows_the_models_of_one_kind_at_most(name: str) -> None:
    assert len(known(name)) <= 1


@pytest.mark.parametrize("name", APART)
def test_a_module_asks_no_service_for_its_kind_or_its_fields(name: str) -> None:
    found = faults(TEXTS[name])
    if name.split(".", maxsplit=1)[0] == OBJECTS:
        found = {each for each in found if not each.endswith(".kind")}
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "version = getattr(context.offerings, 'version')",
        "found = context.spec.services['a']",
        "is_one = service.kind == 'prometheus'",
    ],
)
def test_a_look_at_another_service_is_found(text: str) -> None:
    assert faults(text)


def test_a_model_of_another_kind_is_found() -> None:
    text = (
        "from platc_spec.kinds import grafana as spec\nfrom platc_spec.kinds.kibana import Kibana"
    )
    assert models(text) == {"grafana", "kibana"}


def test_every_kind_of_the_language_has_a_module_here() -> None:
    kinds = {path.stem for path in Path(ROOT / "spec/platc_spec/kinds").glob("*.py")} - {"__init__"}
    assert kinds == set().union(*map(known, APART))
