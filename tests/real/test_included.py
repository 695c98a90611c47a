"""kubeconform and the project's own evaluator accept what becomes of included objects."""

from __future__ import annotations

from pathlib import Path

from tests.included_objects import CACHE, built
from tests.real.kubeconform import kubeconform


def test_kubeconform_accepts_included_objects_strictly(tmp_path: Path) -> None:
    entry = "include: { cache: { files: [vendor/cache.yaml], peers: [redis] } }\n"
    result = built(entry, {"vendor/cache.yaml": CACHE}, web="    depends_on: [cache:redis]\n")
    for name, text in result.files.items():
        if name.startswith("manifests/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
    kubeconform(tmp_path / "manifests")
