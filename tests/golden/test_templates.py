"""Every template is held by a case, and a change to one that many share changes few cases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import platc_templates
from platc_compiler.pipeline import model, read, render
from platc_compiler.source.beside import Folder
from platc_compiler.source.source import Source
from platc_compiler.templating.templates import Templates, brought_along
from tests.golden.pins import CASES, PLATFORMS, case, compiled, pinned

MOST = 8
"""So many cases may change with a line more in the template of a shape."""


def files(platform: str) -> dict[str, str]:
    """Return all files of a platform as the templates are now, whatever the checks say of them."""
    templates = Templates()
    path = PLATFORMS[platform]
    data = read(Source(path.read_text("utf-8"), beside=Folder(path.parent)))
    modelled = model(data, templates).platform
    assert modelled is not None
    made = render(modelled, templates)
    return {**made.files(), **{f"dags/{name}": text for name, text in made.dags.items()}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the templates, which the compiler reads from now on."""
    for platform in PLATFORMS:
        compiled(platform)  # as the templates are
    copy = tmp_path / "templates"
    shutil.copytree(Path(platc_templates.__file__).parent, copy)
    monkeypatch.setattr("platc_compiler.templating.templates._ROOT", copy)
    return copy


def changed(name: str) -> set[str]:
    """Return the cases whose output is another one since a template was changed."""
    cases = {path: case(path) for path in CASES}
    now = {
        platform: files(platform) for platform in PLATFORMS if name in compiled(platform).templates
    }
    return {
        path.stem
        for path, stated in cases.items()
        if stated.platform in now
        and pinned(stated, now[stated.platform]) != pinned(stated, compiled(stated.platform).files)
    }


def test_every_template_is_of_use_to_a_platform_of_the_cases() -> None:
    used = set().union(*(compiled(platform).templates for platform in PLATFORMS))
    assert set(brought_along()) <= used


def with_another_line(text: str) -> str:
    """Return a template that writes one line more."""
    return f"{text}anew: value\n"


def mutations(text: str) -> Iterator[str]:
    """Yield the template with a line more, then without one of its lines, for each of them."""
    yield with_another_line(text)
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if line.strip() and not line.lstrip().startswith(("{%", "#")):
            yield "".join(lines[:index] + lines[index + 1 :])


@pytest.mark.e2e
@pytest.mark.parametrize("shape", ["container", "metadata", "pod", "probe"])
def test_a_line_more_in_a_shape_changes_few_cases(folder: Path, shape: str) -> None:
    file = folder / f"kubernetes/{shape}.yaml.j2"
    file.write_text(with_another_line(file.read_text("utf-8")), "utf-8")
    assert 0 < len(changed(f"kubernetes/{shape}.yaml.j2")) <= MOST


@pytest.mark.e2e
@pytest.mark.parametrize("name", brought_along())
def test_what_a_template_writes_is_pinned(folder: Path, name: str) -> None:
    for text in mutations((folder / name).read_text("utf-8")):
        (folder / name).write_text(text, "utf-8")
        try:
            if changed(name):
                return
        except Exception:  # noqa: BLE001, S112 - what is left is no template any more
            continue
    pytest.fail(f"no case pins anything of {name}")
