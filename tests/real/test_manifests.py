"""Every object that is written is one that Kubernetes 1.37 and the controllers' CRDs define."""

from __future__ import annotations

from pathlib import Path

import pytest

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from tests.real.kubeconform import kubeconform
from tests.tools import ROOT

PLATFORMS = [
    ROOT / "platform.yaml",
    *(
        path
        for path in sorted(ROOT.glob("examples/*/platform.yaml"))
        if path.parent.name != "as-written"
    ),
    *sorted(ROOT.glob("tests/golden/platforms/*.yaml")),
]


ENVIRONMENTS = [
    (path, name)
    for path in PLATFORMS
    for name in load(path.read_text("utf-8")).data.get("environments", {})
]


def written(path: Path, folder: Path, environment: str | None = None) -> Path:
    """Compile a platform, and write its manifests as ``platc build`` does."""
    text = path.read_text("utf-8")
    result = compile_platform(Source(text, beside=Folder(path.parent), environment=environment))
    assert not result.failed, as_text(result.diagnostics)
    for name, text in result.files.items():
        if name.startswith("manifests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
    return folder / "manifests"


@pytest.mark.parametrize("path", PLATFORMS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_kubeconform_accepts_every_manifest_strictly_and_skips_none(
    path: Path, tmp_path: Path
) -> None:
    kubeconform(written(path, tmp_path))


@pytest.mark.parametrize(("path", "name"), ENVIRONMENTS, ids=lambda p: getattr(p, "stem", p))
def test_kubeconform_accepts_every_manifest_of_an_environment(
    path: Path, name: str, tmp_path: Path
) -> None:
    kubeconform(written(path, tmp_path, name))
