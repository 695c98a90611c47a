"""Volumes that are folders of their node: those of local-path-provisioner.

Source: kind's pkg/build/nodeimage/const_storage.go (hostPath), k3s' manifests/local-storage.yaml.
"""

from __future__ import annotations

from platc_compiler.ir.pods import Claim
from platc_spec.cluster import Cluster

_CLASSES = {"kind": frozenset({"standard", "local-path"}), "k3s": frozenset({"local-path"})}
"""The provisioner's classes by distribution; the cluster's default is one of them."""


def in_node_folder(cluster: Cluster, claim: Claim) -> bool:
    """Return whether a volume is a folder of its node, judged by the cluster's distribution."""
    classes = _CLASSES.get(cluster.distribution, frozenset())
    named = claim.storage_class or cluster.storage_class
    return bool(classes) and (named is None or named in classes)
