"""The query of an autoscaler may return several series.

Why: an autoscaler needs one number. KEDA refuses an answer of several series, and
prometheus-adapter adds them up, whatever they are.

Bad:
```yaml
services:
  keda: { kind: external, address: { service: keda-operator, namespace: keda }, autoscaling: keda }
  web:
    autoscale: { max: 4, metric: { query: "rate(http_requests_total[2m])", per_pod: 100 } }
```

Good:
```yaml
services:
  keda: { kind: external, address: { service: keda-operator, namespace: keda }, autoscaling: keda }
  web:
    autoscale: { max: 4, metric: { query: "sum(rate(http_requests_total[2m]))", per_pod: 100 } }
```

Fix: put an aggregation without ``by`` around it, such as ``sum(…)`` or ``max(…)``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.expressions.label_names import NONE
from platc_compiler.ir.platform import Platform

CODE = "PLT774"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each query whose series may have labels that tell them apart."""
    if all(workload.scaling is None for workload in platform.workloads):
        return
    for item in stated(platform):
        if item.origin[2:3] == ("autoscale",) and item.result.may != NONE:
            message = "the query may return several series, and an autoscaler needs one number"
            yield error(CODE, message, item.origin, "put sum(…) around it")
