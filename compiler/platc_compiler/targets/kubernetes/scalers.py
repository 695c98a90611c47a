"""Autoscalers: Kubernetes' own, and those of KEDA.

KEDA makes an autoscaler of Kubernetes out of a ScaledObject, and two of them for one controller
work against each other. So a workload with a metric that KEDA reads has a ScaledObject alone, with
its targets of CPU and memory too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from platc_compiler.ir.workloads import Query, Workload
from platc_compiler.objects.manifest import CUSTOM, WORKLOADS, Manifest
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.templating.templates import Templates
from platc_spec.quantities import millicores_text


def scaler_manifests(
    templates: Templates, workload: Workload, labels: Mapping[str, str]
) -> Iterator[Manifest]:
    """Yield the autoscaler of a workload, if it has one."""
    scaling = workload.scaling
    if scaling is None:
        return
    query = scaling.query
    shares = {"cpu": scaling.cpu, "memory": scaling.memory}
    keda = query is not None and query.source == "keda"
    body = templates.data(
        "kubernetes/scaledobject.yaml.j2" if keda else "kubernetes/horizontalpodautoscaler.yaml.j2",
        metadata=metadata(templates, workload.name, workload.namespace, labels),
        target={
            "apiVersion": "apps/v1",
            "kind": type(workload.controller).__name__,
            "name": workload.name,
        },
        least=scaling.least, most=getattr(workload.controller, "replicas", 1),
        settle=scaling.settle,
        shares={name: share for name, share in shares.items() if share is not None},
        query=_query(query) if query else None,
    )  # fmt: skip
    yield Manifest(CUSTOM if keda else WORKLOADS, body, scaling.origin)


def _query(query: Query) -> dict[str, str]:
    return {
        "name": query.name,
        "text": query.text,
        "server": query.server,
        "quantity": millicores_text(query.per_pod),
        "number": f"{Decimal(query.per_pod) / 1000:f}",
    }
