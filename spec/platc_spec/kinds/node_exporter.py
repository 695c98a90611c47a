"""``node_exporter``: the kernels' metrics of CPU, memory, disks and network."""

from typing import Literal

from platc_spec.base import Resources, Version
from platc_spec.service import Deployed


class NodeExporter(Deployed):
    """An exporter on every node. It reads the host's file system, so its namespace needs the Pod
    Security level ``privileged``: give it a namespace of its own.
    """

    kind: Literal["node_exporter"]
    version: Version = "1.12.1"
    """The version of node_exporter."""
    resources: Resources = Resources()
    """Requests and limits."""
