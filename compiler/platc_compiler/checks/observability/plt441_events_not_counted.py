"""An objective cannot count its events.

It needs ``errors`` and ``total``, or ``latency``: a histogram with a bucket of the very limit.
Buckets hold what is below their bound: as ``errors`` they would count the good events.

Why: the share of bad events has no value then, or a wrong one, and the alerts never fire.

Bad:
```yaml
metrics:
  answer_seconds: { help: Time of an answer, type: histogram, buckets: [0.1, 0.5, 1], from: web }
slos:
  web:
    objective: 99%
    window: 30d
    latency: { histogram: answer_seconds, below: 300ms }
```

Good:
```yaml
metrics:
  answer_seconds: { help: Time of an answer, type: histogram, buckets: [0.1, 0.3, 1], from: web }
slos:
  web:
    objective: 99%
    window: 30d
    latency: { histogram: answer_seconds, below: 300ms }
```

Fix: take a limit that is a bucket, or add the bucket to the histogram; a native histogram
(``native: true``) needs none.

Source: prometheus.io/docs/practices/histograms
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_compiler.lower.slo_events import parts, seconds
from platc_spec.durations import duration_text
from platc_spec.observability import LatencyObjective, Metric, Objective

CODE = "PLT441"
_TOLERANCE = 1e-9
_BUCKET = re.compile(r"\s*\w+_bucket\s*\{[^{}]*\}\s*")


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each objective that counts nothing, or the wrong events."""
    for name, objective in context.spec.slos.items():
        place: Origin = ("slos", name)
        yield from _of_keys(objective, place)
        if objective.latency is not None:
            yield from _of_histogram(objective.latency, context, (*place, "latency"))
        if objective.errors is not None and _BUCKET.fullmatch(objective.errors):
            message = "a bucket counts the events below its bound, which are the good ones"
            hint = "write latency: { histogram: NAME, below: 300ms } instead of errors and total"
            yield error(CODE, message, (*place, "errors"), hint)


def _of_keys(objective: Objective, place: Origin) -> Iterator[Diagnostic]:
    counted = [key for key in ("errors", "total") if getattr(objective, key) is not None]
    if objective.latency is not None:
        for key in counted:
            message = f"'{key}' beside 'latency', which counts the events itself"
            yield error(CODE, message, (*place, key), f"remove '{key}'", on_key=True)
    elif not counted:
        message = "an objective without events"
        yield error(CODE, message, place, "add errors: and total:, or latency:", on_key=True)
    elif len(counted) == 1:
        missing = "total" if counted == ["errors"] else "errors"
        message = f"'{counted[0]}' without '{missing}'"
        yield error(CODE, message, (*place, counted[0]), f"add {missing}:", on_key=True)


def _of_histogram(
    latency: LatencyObjective, context: Context, place: Origin
) -> Iterator[Diagnostic]:
    try:
        name, _ = parts(latency.histogram)
    except ValueError as fault:
        if latency.histogram.startswith("{"):
            yield error(CODE, f"a selector, but {fault}", (*place, "histogram"), "write NAME{…}")
        return
    base = name.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum")
    metric = context.spec.metrics.get(base)
    if base != name and (metric is not None or name.endswith("_bucket")):
        message = f"'{name}' is one of the series of a histogram"
        yield error(CODE, message, (*place, "histogram"), f"write its base name '{base}'")
    elif metric is not None and metric.type != "histogram":
        message = f"'{name}' is a {metric.type}, not a histogram"
        hint = "declare it as a histogram if it is one"
        yield error(CODE, message, (*place, "histogram"), hint)
    elif metric is not None and metric.buckets and not latency.native:
        yield from _of_buckets(metric, latency.below, (*place, "below"))


def _of_buckets(metric: Metric, below: timedelta, place: Origin) -> Iterator[Diagnostic]:
    wanted = below / timedelta(seconds=1)
    if any(abs(bound - wanted) <= _TOLERANCE for bound in metric.buckets):
        return
    nearest = min(metric.buckets, key=lambda bound: abs(bound - wanted))
    message = f"the histogram has no bucket of {seconds(below)} seconds"
    length = timedelta(seconds=nearest)
    hint = f"write {duration_text(length)}" if length.total_seconds() == nearest else ""
    yield error(CODE, message, place, hint or f"the nearest one is {nearest:g} s")
