"""Templates of the user's own: whatever they hold, it is told what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from platc_compiler import pipeline
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from platc_compiler.templating.templates import Templates
from tests.checks.examples import MINIMAL
from tests.sources import own_templates

TEXT = MINIMAL.read_text(encoding="utf-8")
USED = Templates()
compile_platform(Source(TEXT), USED)
WRONG = ("5\n", "- 1\n", "", "a: {{ [] }}\n", "metadata: {{ metadata }}\n", "{{ [] }}: 1\n")


@pytest.mark.parametrize("name", sorted(USED.used))
def test_any_content_of_any_template_is_answered(name: str) -> None:
    for content in WRONG:
        result = compile_platform(Source(TEXT, beside=own_templates({name: content})))
        told = [found for found in result.diagnostics if found.code == "PLT010"]
        assert all(found.file == f"templates/{name}" for found in told)


def test_of_several_templates_the_one_that_is_to_blame_is_named() -> None:
    templates = {
        "kubernetes/limitrange.yaml.j2": "apiVersion: v1\nkind: LimitRange\n"
        "metadata: {{ metadata }}\nspec: { limits: [] }\n",
        "kubernetes/metadata.yaml.j2": "name: {{ name }}\nlabels: 5\n",
    }
    (found,) = compile_platform(Source(TEXT, beside=own_templates(templates))).diagnostics
    assert (found.code, found.file) == ("PLT010", "templates/kubernetes/metadata.yaml.j2")


@pytest.mark.parametrize("up", ["../" * 12, "/", "kubernetes/../" + "../" * 12, "//", "./"])
def test_a_template_includes_no_file_from_outside(up: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2", "utf-8")
    included = up + str(secret).lstrip("/")
    text = "apiVersion: v1\nkind: Namespace\nmetadata: {{ metadata }}\n"
    templates = {"kubernetes/namespace.yaml.j2": f"{text}spec: {{% include {included!r} %}}\n"}
    result = compile_platform(Source(TEXT, beside=own_templates(templates)))
    assert [(d.code, d.line) for d in result.diagnostics] == [("PLT010", 4)]
    assert "hunter2" not in str(result)


def test_a_bug_is_no_fault_of_a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:  # noqa: ANN401
        raise AttributeError("of our own")

    monkeypatch.setattr(pipeline, "report", fail)
    same = "apiVersion: v1\nkind: Namespace\nmetadata: {{ metadata }}\n"
    with pytest.raises(AttributeError, match="of our own"):
        compile_platform(Source(TEXT, beside=own_templates({"kubernetes/namespace.yaml.j2": same})))


def test_a_template_of_a_folder_is_named_with_it() -> None:
    source = Source(
        TEXT, "deep/platform.yaml", beside=own_templates({"kubernetes/service.yaml.j2": "{}"})
    )
    (found,) = compile_platform(source).diagnostics
    assert found.file == "deep/templates/kubernetes/service.yaml.j2"
