"""The metrics of a platform, by the names that expressions use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from platc_compiler.expressions.exported_metrics import (
    Exported,
    MetricType,
    all_exported,
    computes_name,
    exported,
    exports_like,
    version,
)
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.observability import Exporter, Metric
from platc_compiler.ir.platform import Platform

_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("_sum", "_count"),
}
_ENDINGS = ("_bucket", "_sum", "_count")
ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
"""The series of alerts, which Prometheus writes."""
OF_A_SCRAPE = frozenset(
    {
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
    }
)
"""Source: prometheus.io/docs/concepts/jobs_instances"""
_RUNTIMES = (
    "go_", "process_", "promhttp_", "python_", "jvm_", "nodejs_", "dotnet_", "ruby_", "php_",
)  # fmt: skip
"""What the client libraries export of the program's own runtime, without a word of its author."""


class Known(Struct, frozen=True):
    """The series of one name that one service exports."""

    service: str
    type: MetricType
    """``counter`` for the buckets, the sum and the count of a histogram or a summary."""
    labels: frozenset[str] | None
    """Its labels, ``None`` if they are not known."""
    optional: frozenset[str] = frozenset()
    """The labels that are not on every series."""
    job: str = ""
    """The only job that scrapes it, empty for every job of the service."""


class KnownMetrics(Struct, frozen=True):
    """The metrics of a platform by name, and the names that Prometheus itself creates."""

    declared: Mapping[str, tuple[Known, ...]]
    exporters: tuple[Exporter, ...]
    recorded: frozenset[str]
    has_runtimes: bool
    """Some service exports metrics that platform.yaml need not list."""
    _found: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)

    def of(self, name: str) -> tuple[Known, ...]:
        """Return what services export under a name."""
        if name not in self._found:
            listed = (found for each in self.exporters for found in _listed(each, name))
            self._found[name] = (*self.declared.get(name, ()), *listed)
        return self._found[name]

    def has(self, name: str) -> bool:
        """Return whether a metric may have this name."""
        return (
            name in ALERTS
            or name in OF_A_SCRAPE
            or name in self.recorded
            or bool(self.of(name))
            or self.is_of_a_runtime(name)
        )

    def is_of_a_runtime(self, name: str) -> bool:
        """Return whether a metric may come from a client library that nobody lists."""
        return self.has_runtimes and name.startswith(_RUNTIMES)

    def type(self, name: str) -> MetricType:
        """Return the type of a metric, ``unknown`` if its exporters differ."""
        types = {known.type for known in self.of(name)}
        return types.pop() if len(types) == 1 else "unknown"

    def names_begin_with(self, prefix: str) -> bool:
        """Return whether a catalogue of the platform has names with this beginning."""
        return any(
            exports_like(each.catalogue, prefix) and prefix not in each.lacks
            for each in self.exporters
        )

    def names(self) -> tuple[str, ...]:
        """Return all names, in order; this reads every catalogue."""
        if not self._names:
            every = {*self.declared, *OF_A_SCRAPE, *ALERTS, *self.recorded, *self._all()}
            self._names.extend(sorted(every))
        return tuple(self._names)

    def _all(self) -> Iterator[str]:
        for exporter in self.exporters:
            for metric in all_exported(exporter.catalogue):
                if not (exporter.lacks and metric.name.startswith(exporter.lacks)):
                    for ending in ("", *_SUFFIXES.get(metric.type, ())):
                        yield f"{metric.name}{ending}"


@cached_by_identity
def known_metrics(platform: Platform) -> KnownMetrics:
    """Return the metrics that a platform's services export and its rules record."""
    declared: dict[str, list[Known]] = defaultdict(list)
    for metric in platform.metrics:
        # A histogram may be native, or a summary may have no quantiles: the base name counts too.
        for ending in ("", *_SUFFIXES.get(metric.type, ())):
            declared[f"{metric.name}{ending}"].append(_declared(metric, ending))
    return KnownMetrics(
        {name: tuple(found) for name, found in declared.items()},
        platform.exporters,
        frozenset(rule.name for rule in platform.recordings),
        any(job.service for job in platform.scrapes),
    )


def _declared(metric: Metric, ending: str) -> Known:
    labels = None if metric.labels is None else frozenset(metric.labels)
    return Known(metric.service, *_of_series(metric.type, labels, frozenset(), ending))


def _listed(exporter: Exporter, name: str) -> Iterator[Known]:
    """Yield what an exporter serves under a name; of another version than the catalogue's nothing
    is known but how names begin.
    """
    if exporter.lacks and name.startswith(exporter.lacks):
        return
    exact = _release(exporter.version) == _release(version(exporter.catalogue)) != ()
    metric, ending = _with_ending(exporter.catalogue, name)
    if metric is None:
        is_like = computes_name if exact else exports_like
        if is_like(exporter.catalogue, name):
            yield Known(exporter.service, "unknown", None, job=exporter.job)
    elif not exact:
        kind, _, _ = _of_series(metric.type, None, frozenset(), ending)
        yield Known(exporter.service, kind, None, job=exporter.job)
    else:
        kind, labels, optional = _of_series(metric.type, metric.labels, metric.optional, ending)
        yield Known(exporter.service, kind, labels, optional, exporter.job)


def _release(text: str) -> tuple[str, ...]:
    """Return major and minor version: a patch release changes no metric."""
    return tuple(text.split(".")[:2]) if text else ()


def _with_ending(catalogue: str, name: str) -> tuple[Exported | None, str]:
    metric = exported(catalogue, name)
    if metric is not None:
        return metric, ""
    for ending in _ENDINGS:
        if name.endswith(ending):
            metric = exported(catalogue, name.removesuffix(ending))
            if metric is not None and ending in _SUFFIXES.get(metric.type, ()):
                return metric, ending
    return None, ""


def _of_series(
    kind: MetricType, labels: frozenset[str] | None, optional: frozenset[str], ending: str
) -> tuple[MetricType, frozenset[str] | None, frozenset[str]]:
    """Return type, labels and optional labels of the series with an ending."""
    if ending == "_bucket":
        return "counter", None if labels is None else labels | {"le"}, optional
    if ending:
        return "counter", labels, optional
    if kind == "summary":
        return "gauge", None if labels is None else labels | {"quantile"}, optional
    return kind, labels, optional
