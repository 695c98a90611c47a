"""Removal of volume metrics where the kubelet has none.

kind and k3s bring local-path-provisioner, whose volumes are folders of the node. The kubelet does
not measure a hostPath. Such a volume fills the node's own disk, which the node exporter measures.

Source: kubernetes-sigs/kind#3643, rancher/local-path-provisioner#44, pkg/volume/hostpath.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.node_folders import in_node_folder
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Claim

PREFIX = "kubelet_volume_stats_"


def volume_stats(platform: Platform) -> Platform:
    """Remove the metrics if every volume is a folder of its node."""
    if platform.spec.cluster.distribution not in {"kind", "k3s"} or not all(
        in_node_folder(platform.spec.cluster, volume.source)
        for workload in platform.workloads
        for volume in workload.pod.volumes
        if isinstance(volume.source, Claim)
    ):
        return platform
    exporters = tuple(
        replace(each, lacks=(*each.lacks, PREFIX)) if each.job == "kubelet" else each
        for each in platform.exporters
    )
    return replace(platform, exporters=exporters)
