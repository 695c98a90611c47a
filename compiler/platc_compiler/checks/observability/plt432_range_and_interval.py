"""A range holds too few samples, or series go stale between two scrapes.

Why: ``rate`` and the like need two samples. In a range that is not longer than the scrape interval
there are never two; in one below two intervals, not always. A series without a sample for five
minutes is gone: with a scrape interval of five minutes or more, every expression has gaps.

Bad:
```yaml
services:
  prometheus: { scrape_interval: 1m }
alerts:
  ManyErrors:
    expr: rate(http_requests_total{code="500"}[1m]) > 1
    severity: warning
    summary: Many errors
```

Good:
```yaml
services:
  prometheus: { scrape_interval: 1m }
alerts:
  ManyErrors:
    expr: rate(http_requests_total{code="500"}[5m]) > 1
    severity: warning
    summary: Many errors
```

Fix: take a range of four scrape intervals, so that a lost scrape makes no gap; or scrape more
often. The shortest window of an objective's alerts is 5m.

Source: prometheus/prometheus#10263; ``--query.lookback-delta`` is 5m.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from promql_parser import MatrixSelector

from platc_compiler.checks.observability.expressions import Stated, stated
from platc_compiler.diagnostics import Diagnostic, Origin, error, warning
from platc_compiler.expressions.known_series import known_series
from platc_compiler.ir.platform import Platform
from platc_spec.durations import duration_text

CODE = "PLT432"
_STALE = timedelta(minutes=5)
_OF_TWO = frozenset(
    """rate irate increase delta idelta deriv predict_linear double_exponential_smoothing changes
    resets""".split()  # noqa: SIM905 - reads better
)


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each interval that is too long, and each range that is too short."""
    yield from _stale(platform)
    told: set[Origin] = set()
    for item in stated(platform):
        # Grafana makes its own intervals long enough. An objective has two selectors.
        place = item.origin[:2] if item.origin[0] == "slos" else item.origin
        if "$__" not in item.text and place not in told:
            for found in _ranges(item, place):
                told.add(place)
                yield found
                break


def _stale(platform: Platform) -> Iterator[Diagnostic]:
    for monitor in platform.monitors:
        usual = monitor.scrape_interval
        for each in sorted({job.interval for job in known_series(platform).jobs}):
            if each >= _STALE:
                message = f"at an interval of {duration_text(each)}, series go stale after 5m"
                key = "scrape_interval" if each == usual else "config"
                yield warning(CODE, message, (*monitor.origin, key), "scrape every 4m or less")


def _ranges(item: Stated, place: Origin) -> Iterator[Diagnostic]:
    for node, selector, found in item.selected():
        if not isinstance(node.part, MatrixSelector) or not found.intervals:
            continue
        window, interval = node.part.range, min(found.intervals)
        needs = 2 if node.function in _OF_TWO else 1
        if window >= needs * interval:
            continue
        name, every = selector.name, duration_text(interval)
        hint = f"take {duration_text(4 * interval)}, or scrape more often"
        if place[0] == "slos":
            hint = f"scrape every {duration_text(window / 2)} or more often"
        what = f"{duration_text(window)} of '{name}', scraped every {every},"
        if needs > 1 and window <= interval:
            yield error(CODE, f"{what} never hold the two samples that this needs", place, hint)
        else:
            samples = "two samples" if needs > 1 else "a sample"
            yield warning(CODE, f"{what} do not always hold {samples}", place, hint)
