"""An autoscaler has nobody to ask.

Kubernetes itself measures nothing: the use of CPU and memory comes from metrics-server, the answer
to a query of Prometheus from prometheus-adapter or KEDA. k3s, GKE and AKS install metrics-server.

Why: without a source of its metric an autoscaler never adds a pod, and reports it only as an event.

Bad:
```yaml
services:
  web: { autoscale: { max: 4, cpu: 70% } }
```

Good:
```yaml
services:
  web: { autoscale: { max: 4, cpu: 70% } }
  measurer:
    kind: external
    address: { service: metrics-server, namespace: kube-system }
    autoscaling: metrics-server
```

Fix: declare what you have installed as a service of kind ``external`` with ``autoscaling``: one
server for CPU and memory, one for queries. Only KEDA can remove all pods (``min: 0``).
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_compiler.lower.scalers import answering, measured
from platc_spec.autoscaling import Autoscale
from platc_spec.kinds.workload import Workload

CODE = "PLT773"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each target of an autoscaler that nobody measures."""
    for name, service in context.of_kind(Workload).items():
        if service.autoscale is not None:
            place: Origin = ("services", name, "autoscale")
            yield from _use(service.autoscale, context, place)
            if service.autoscale.metric is not None:
                yield from _metric(service.autoscale, context, place)


def _use(stated: Autoscale, context: Context, place: Origin) -> Iterator[Diagnostic]:
    for resource in ("cpu", "memory"):
        if getattr(stated, resource) is not None and not measured(context):
            message = "nobody measures the use of pods"
            hint = "declare metrics-server: an external service with autoscaling: metrics-server"
            yield error(CODE, message, (*place, resource), hint)


def _metric(stated: Autoscale, context: Context, place: Origin) -> Iterator[Diagnostic]:
    sources, where = answering(context), (*place, "metric")
    if not context.monitors:
        yield error(
            CODE, "there is no Prometheus to ask", where, "add a service of kind prometheus"
        )
    if not sources:
        hint = "declare KEDA: an external service with autoscaling: keda, or prometheus-adapter"
        yield error(CODE, "nobody asks Prometheus for autoscalers", where, hint)
        return
    for name in sources[1:]:
        message = f"'{sources[0]}' asks Prometheus for autoscalers already"
        yield error(CODE, message, ("services", name, "autoscaling"), "remove one of the two")
    source = context.offerings[sources[0]]
    if source.pods is None:
        message = f"'{sources[0]}' has no pods in the cluster"
        hint = "declare it with address: { service: …, namespace: … }"
        yield error(CODE, message, ("services", sources[0], "address"), hint)
    if stated.min == 0 and source.autoscaling != "keda":
        message = f"{source.autoscaling} cannot start a service without pods"
        yield error(CODE, message, (*place, "min"), "write min: 1, or declare KEDA")
