"""No metrics of volumes where the kubelet has none.

kind and k3s bring local-path-provisioner, whose volumes are folders of the node: the kubelet
measures no hostPath. What is full there is the node's own disk, which the node exporter tells of.

Source: kubernetes-sigs/kind#3643, rancher/local-path-provisioner#44, pkg/volume/hostpath.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Claim

PREFIX = "kubelet_volume_stats_"
_FOLDERS = {"kind": frozenset({"standard", "local-path"}), "k3s": frozenset({"local-path"})}
"""The classes of local-path-provisioner, by distribution; the cluster's default is one of them.
Source: kind's pkg/build/nodeimage/const_storage.go, k3s' manifests/local-storage.yaml."""


def volume_stats(platform: Platform) -> Platform:
    """Leave out the metrics where every volume is a folder of its node."""
    folders = _FOLDERS.get(platform.spec.cluster.distribution)
    if folders is None or not folders.issuperset(_classes(platform)):
        return platform
    metrics = tuple(m for m in platform.metrics if not m.name.startswith(PREFIX))
    return replace(platform, metrics=metrics)


def _classes(platform: Platform) -> Iterator[str]:
    """Yield the class of each volume that has another than the distribution's default."""
    default = platform.spec.cluster.storage_class
    for workload in platform.workloads:
        for volume in workload.pod.volumes:
            if isinstance(volume.source, Claim):
                named = volume.source.storage_class or default
                if named is not None:
                    yield named
