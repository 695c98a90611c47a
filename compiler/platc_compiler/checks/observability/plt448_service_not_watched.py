"""Nothing watches a service of the cluster.

Why: when the service ends, no alert tells of it. People notice it by what no longer works, and
then do not know where to look. ``out/report/coverage.md`` says of each service what watches it,
which alert tells of its end, and who is told. Of a service that somebody else runs in the cluster
it is only a note, and of one outside the cluster it is not said: whoever runs it watches it.

Bad:
```yaml
services:
  kube-state-metrics: null
  search:
    kind: workload
    image: "example.com/search:1.4.2"
    ports: { http: 8080 }
```

Good:
```yaml
services:
  search:
    kind: workload
    image: "example.com/search:1.4.2"
    ports: { http: 8080 }
  kube-state-metrics: { kind: kube_state_metrics, namespace: shop }
```

Fix: add a service of kind ``kube_state_metrics``: it tells of the pods of every service that platc
deploys. A service of kind ``blackbox_exporter`` asks every port, also of what somebody else runs.
Or state where the service serves metrics of its own, by ``metrics``: then Prometheus notices when
it no longer answers.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, note, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.monitoring.coverage import Watched, coverage

CODE = "PLT448"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each service of the cluster that nothing watches."""
    for watched in coverage(platform):
        if watched.in_cluster and not (watched.inside or watched.outside):
            message = f"nothing watches '{watched.service}': no alert tells of its end"
            tell = warning if watched.deployed else note
            place = ("services", watched.service)
            yield tell(CODE, message, place, _hint(watched, platform), on_key=True)


def _hint(watched: Watched, platform: Platform) -> str:
    service = platform.spec.services[watched.service]
    serves = ""
    if hasattr(service, "metrics"):
        port = next(iter(getattr(service, "ports", ())), "NAME")
        serves = f"metrics: {{ port: {port} }} if it serves metrics"
    if not watched.deployed:
        asks = "add blackbox: { kind: blackbox_exporter } to services"
        return f"{asks}, or add {serves}" if serves else asks
    state = "add kube-state-metrics: { kind: kube_state_metrics } to services"
    return f"{state}, or {serves}" if serves else state
