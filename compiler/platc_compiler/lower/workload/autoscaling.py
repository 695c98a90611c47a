"""The autoscaler of a ``workload``, and the connection that its metric needs."""

from __future__ import annotations

from typing import Literal, cast

from platc_compiler.ir.network import Edge
from platc_compiler.ir.workloads import Query, Scaling
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.scalers import answering
from platc_spec.autoscaling import ScalingMetric
from platc_spec.kinds import workload as spec


def scaling(name: str, service: spec.Workload, context: Context) -> Scaling | None:
    """Return the autoscaler, ``None`` if none is stated."""
    stated = service.autoscale
    if stated is None:
        return None
    return Scaling(
        least=stated.min, cpu=stated.cpu, memory=stated.memory,
        query=_query(name, stated.metric, context) if stated.metric else None,
        settle=int(stated.scale_down_after.total_seconds()) if stated.scale_down_after else 300,
        origin=service_origin(name, "autoscale"),
    )  # fmt: skip


def _query(name: str, stated: ScalingMetric, context: Context) -> Query:
    source = cast(
        "Literal['prometheus-adapter', 'keda']",
        context.offerings[answering(context)[0]].autoscaling,
    )
    monitor = context.offerings[context.monitors[0]]
    offer = monitor.ports[0]
    server = f"http://{offer.host}:{offer.public or offer.number}{monitor.path}"
    # The metrics of the adapter have no namespace: the platform's name keeps them apart.
    known = f"platc_{context.spec.platform}_{name}".replace("-", "_")
    return Query(known, stated.query, stated.per_pod, server, source)


def asking(name: str, service: spec.Workload, context: Context) -> tuple[Edge, ...]:
    """Return the connection by which the metric is read: from who asks for it to Prometheus."""
    if service.autoscale is None or service.autoscale.metric is None:
        return ()
    source = context.offerings[answering(context)[0]].pods
    offer = context.offerings[context.monitors[0]].ports[0]
    place = service_origin(name, "autoscale", "metric")
    if source is None:
        return ()
    return (Edge(source, offer.endpoint, offer.number, offer.protocol, "autoscaling", place),)
