"""Every object that is written carries the recommended labels."""

from __future__ import annotations

import pytest
import yaml

from platc_compiler.objects.labels import labelled
from platc_compiler.objects.manifest import POLICIES, Manifest
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

RECOMMENDED = {
    f"app.kubernetes.io/{name}"
    for name in ("name", "instance", "component", "part-of", "managed-by")
}


@pytest.mark.parametrize(
    "path", ["examples/minimal/platform.yaml", "tests/golden/platforms/airflow-3.yaml"]
)
def test_every_object_carries_the_recommended_labels(path: str) -> None:
    result = compile_platform(Source((ROOT / path).read_text("utf-8")))
    manifests = {
        p: yaml.safe_load(t) for p, t in result.files.items() if p.startswith("manifests/")
    }
    assert manifests
    lacking = {
        path: RECOMMENDED - manifest["metadata"].get("labels", {}).keys()
        for path, manifest in manifests.items()
    }
    assert not {path: labels for path, labels in lacking.items() if labels}


def test_labels_of_its_own_win_and_stand_in_order() -> None:
    metadata = {
        "name": "a",
        "annotations": {},
        "labels": {"app.kubernetes.io/name": "web", "a": "1"},
    }
    (done,) = labelled([Manifest(POLICIES, {"kind": "Service", "metadata": metadata}, ())], "shop")
    labels = done.body["metadata"]["labels"]
    assert labels["app.kubernetes.io/name"] == "web"
    assert labels["app.kubernetes.io/component"] == "service"
    assert list(labels) == sorted(labels)
    assert list(done.body["metadata"]) == ["name", "labels", "annotations"]
