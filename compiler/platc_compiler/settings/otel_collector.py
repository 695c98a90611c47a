"""Settings of an OpenTelemetry collector that platc decides.

There is no catalogue: each component of the collector has settings of its own, and an image of the
user's own has other components. ``otelcol validate`` refuses what a component does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.settings.program import Decided, Program, Stated, flat
from platc_spec.kinds.otel_collector import OtelCollector

_NAMES = "remove it: metrics: declares the names with their suffixes"
_DECIDED = {
    "receivers.otlp.protocols.grpc.endpoint": Decided(
        "remove it: the port is 4317, for all addresses", ("0.0.0.0:4317",)
    ),
    "receivers.otlp.protocols.http.endpoint": Decided(
        "remove it: the port is 4318, for all addresses", ("0.0.0.0:4318",)
    ),
    "exporters.prometheus.endpoint": Decided(
        "remove it: Prometheus scrapes port 8889", ("0.0.0.0:8889",)
    ),
    "exporters.prometheus.add_metric_suffixes": Decided(_NAMES, ("true",)),
    "exporters.prometheus.translation_strategy": Decided(
        _NAMES, ("UnderscoreEscapingWithSuffixes",)
    ),
    "extensions.health_check.endpoint": Decided(
        "remove it: the probes ask port 13133", ("0.0.0.0:13133",)
    ),
    "extensions.health_check.path": Decided("remove it: the probes ask /", ("/",)),
    "service.telemetry.metrics.readers": Decided(
        "remove it: Prometheus scrapes the collector's own metrics at port 8888"
    ),
    "service.telemetry.metrics.level": Decided(
        "remove it: platc's alerts need the normal level", ("normal", "detailed")
    ),
}


def _version(service: OtelCollector, _services: Mapping[str, Any]) -> str:
    return service.version


def _stated(name: str, service: OtelCollector) -> Iterator[Stated]:
    yield from flat(service.config, ("services", name, "config"))


PROGRAM = Program(
    title="the collector", version=_version, stated=_stated, decided=_DECIDED
)  # fmt: skip
