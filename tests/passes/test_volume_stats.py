"""Volumes are watched where the kubelet measures them."""

from __future__ import annotations

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

OBSERVED = ROOT / "tests/real/platforms/observability.yaml"


@pytest.mark.parametrize(
    ("distribution", "more", "told"),
    [
        ("kind", "", False),
        ("kind", "storage_class: standard", False),
        ("kind", "storage_class: csi-hostpath", True),
        ("k3s", "storage_class: local-path", False),
        ("k3s", "storage_class: longhorn", True),
        ("kubeadm", "", True),
        ("eks", "storage_class: standard", True),
    ],
)
def test_volumes_are_watched_where_the_kubelet_measures_them(
    distribution: str,
    more: str,
    told: bool,  # noqa: FBT001 - a case
) -> None:
    text = OBSERVED.read_text(encoding="utf-8").replace(
        "  distribution: kind\n", f"  distribution: {distribution}\n  {more}\n"
    )
    result = compile_platform(Source(text))
    assert result.platform is not None
    there = {alert.name for alert in result.platform.alerts}
    volumes = {"VolumeNearlyFull", "VolumeFillingUp", "VolumeWithoutInodes"}
    assert there & volumes == (volumes if told else set())


def test_one_volume_that_is_measured_is_enough() -> None:
    text = OBSERVED.read_text(encoding="utf-8").replace(
        "    storage: 10Gi\n", "    storage: 10Gi\n    storage_class: csi-hostpath\n"
    )
    result = compile_platform(Source(text))
    assert result.platform is not None
    assert "VolumeNearlyFull" in {alert.name for alert in result.platform.alerts}
