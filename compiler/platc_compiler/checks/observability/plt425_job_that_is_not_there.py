"""A selector asks for a job that Prometheus does not have, or for a metric that the job does not
serve.

Why: it selects nothing, so an alert never fires and a panel stays empty; ``absent()`` of it fires
for ever.

Bad:
```yaml
alerts:
  WebDown: { expr: 'up{job="wbe"} == 0' }
```

Good:
```yaml
alerts:
  WebDown: { expr: 'up{job="web"} == 0' }
```

Fix: name a job of ``out/prometheus/prometheus.yml``: a service that serves metrics has a job of its
own name. What somebody else runs, such as a scheduler of Kubernetes, needs a service of kind
``external`` with ``metrics``, or a job in ``config`` of Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.expressions.known_series import Fault
from platc_compiler.ir.platform import Platform

CODE = "PLT425"
_OF_JOBS = frozenset({"job", "not of the job", "excluded"})
_FOR_EVER = frozenset({"absent", "absent_over_time"})


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each selector whose job is not there, once for each job."""
    for item in stated(platform):
        told: set[str] = set()
        for node, selector, found in item.selected():
            fault = found.fault
            if fault is None or fault.what not in _OF_JOBS:
                continue
            message = _message(fault, selector.name)
            if message not in told:
                told.add(message)
                end = ", so this is true for ever" if node.function in _FOR_EVER else ""
                yield error(CODE, message + end, item.origin, _hint(fault))


def _message(fault: Fault, metric: str) -> str:
    if fault.what == "job":
        return f"no job of Prometheus is called '{fault.value}'"
    if fault.what == "excluded":
        return f"'{metric}' is left with no job that serves it"
    return f"the job '{fault.value}' does not serve the metric '{metric}'"


def _hint(fault: Fault) -> str:
    if fault.what != "job":
        return f"it comes from the job '{fault.known[0]}'"
    close = closest_match(fault.value, fault.known)
    return f"did you mean '{close}'?" if close else f"the jobs are: {', '.join(fault.known)}"
