"""Prometheus needs more memory for its expected series than it is given.

Why: memory grows with the series. Beyond the limit the kernel ends Prometheus, it reads its log
again and is ended again; and a request that is too small lets the node promise the memory twice.

Bad:
```yaml
services:
  prometheus:
    series: { others: 500 }
    resources: { requests: { memory: 256Mi }, limits: { memory: 512Mi } }
```

Good:
```yaml
services:
  prometheus:
    series: { others: 500 }
    resources: { requests: { memory: 2Gi }, limits: { memory: 3Gi } }
```

Fix: give it more memory, or store less: name jobs under ``keep_used``, or give labels fewer values.
``out/report/series.md`` says which job brings the series.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_spec.quantities import human_bytes

CODE = "PLT220"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning if the limit or the request is below what the series need."""
    if not platform.monitors or platform.monitors[0].series is None:
        return
    from platc_compiler.monitoring.series import estimate

    found = estimate(platform)
    service = platform.monitors[0].service
    workload = next((each for each in platform.workloads if each.service == service), None)
    if found is None or workload is None:
        return
    amounts = workload.pod.containers[0].resources
    for kind, amount in (("limits", amounts.limits), ("requests", amounts.requests)):
        if amount.memory is not None and amount.memory < found.memory:
            message = (
                f"{found.series} series need about {human_bytes(found.memory)}, and"
                f" {kind}.memory is {human_bytes(amount.memory)}"
            )
            place = ("services", service, "resources", kind, "memory")
            mebibytes = -(-found.memory >> 20)
            yield warning(CODE, message, place, f"at least {mebibytes}Mi, or store less")
            return
