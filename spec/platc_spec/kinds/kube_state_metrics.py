"""``kube_state_metrics``: the state of Kubernetes' own objects, as metrics."""

from typing import Literal

from platc_spec.base import Resources, Version
from platc_spec.service import Deployed


class KubeStateMetrics(Deployed):
    """An exporter of the state of pods, workloads, jobs, volumes and nodes."""

    kind: Literal["kube_state_metrics"]
    version: Version = "2.20.0"
    """The version of kube-state-metrics."""
    resources: Resources = Resources()
    """Requests and limits."""
