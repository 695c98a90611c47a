"""The metrics of a platform, by the names that expressions use."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.observability import Metric
from platc_compiler.ir.platform import Platform

_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("_sum", "_count"),
}
_PROMETHEUS = ("ALERTS", "ALERTS_FOR_STATE")
_OF_A_SCRAPE = (
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
)
"""Source: prometheus.io/docs/concepts/jobs_instances"""


class KnownMetrics(Struct, frozen=True):
    """The metrics of a platform by name, and the names that Prometheus itself creates."""

    metrics: Mapping[str, Metric]
    made: frozenset[str]

    def has(self, name: str) -> bool:
        """Return whether a metric has this name."""
        return name in self.metrics or name in self.made

    def names(self) -> tuple[str, ...]:
        """Return all names, in order."""
        return tuple(sorted((*self.metrics, *self.made)))


@cached_by_identity
def known_metrics(platform: Platform) -> KnownMetrics:
    """Return the metrics that a platform's services export and its rules record."""
    found: dict[str, Metric] = {}
    for metric in platform.metrics:
        # A histogram may be native, or a summary may have no quantiles: the base name counts too.
        for suffix in ("", *_SUFFIXES.get(metric.type, ())):
            found.setdefault(f"{metric.name}{suffix}", metric)
    recorded = (rule.name for rule in platform.recordings)
    return KnownMetrics(found, frozenset((*_PROMETHEUS, *_OF_A_SCRAPE, *recorded)))
