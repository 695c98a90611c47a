"""A pipeline of an OpenTelemetry collector cannot run, or leads nowhere.

A pipeline takes from receivers and gives to exporters, which must be configured. This platform
stores metrics; logs and traces go somewhere only if an exporter for them is configured too.

Why: the collector does not start because of one wrong pipeline, and then no metrics arrive either.
A pipeline of traces whose store has been removed is the usual case.

Bad:
```yaml
services:
  otel:
    kind: otel_collector
    namespace: shop
    config: { service: { pipelines: { traces: { receivers: [otlp], exporters: [] } } } }
```

Good:
```yaml
services:
  otel:
    kind: otel_collector
    namespace: shop
    config: { processors: { batch: { timeout: 5s } } }
```

Fix: remove the pipeline, or configure its receivers, processors and exporters. Metrics must reach
the exporter ``prometheus``, which Prometheus scrapes.

Source: ``Validate`` of go.opentelemetry.io/collector/otelcol and service/pipelines 0.155.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.otel_collector import OtelCollector

CODE = "PLT444"
_SIGNALS = ("metrics", "logs", "traces", "profiles")
_OF_METRICS = frozenset({"prometheus", "prometheusremotewrite"})
"""Exporters that take metrics only."""
_PARTS = (("receivers", "receiver"), ("processors", "processor"), ("exporters", "exporter"))


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such pipeline."""
    for name, service in context.of_kind(OtelCollector).items():
        from platc_compiler.lower.otel_collector import configuration

        config = configuration(service, context.templates)
        yield from _pipelines(config, ("services", name, "config"))


def _pipelines(config: Mapping[str, Any], place: Origin) -> Iterator[Diagnostic]:
    place = (*place, "service", "pipelines")
    service = config.get("service")
    pipelines = service.get("pipelines") if isinstance(service, dict) else None
    if not isinstance(pipelines, dict):
        yield error(CODE, "there are no pipelines", place, "remove it: platc's takes metrics")
        return
    for name, pipeline in pipelines.items():
        signal = str(name).partition("/")[0]
        if signal not in _SIGNALS:
            meant = did_you_mean(signal, _SIGNALS, f"one of {', '.join(_SIGNALS)}")
            message = f"'{signal}' is no kind of pipeline"
            yield error(CODE, message, (*place, name), meant, on_key=True)
        elif isinstance(pipeline, dict):
            yield from _pipeline(signal, pipeline, config, (*place, name))
        else:
            hint = "write { receivers: […], exporters: […] }"
            yield error(CODE, f"'{name}' is no pipeline", (*place, name), hint)
    if not any(_ends_in_prometheus(name, each) for name, each in pipelines.items()):
        message = "no pipeline of metrics ends in the exporter 'prometheus': nothing is scraped"
        yield error(CODE, message, place, "add prometheus to the exporters of metrics")


def _ends_in_prometheus(name: object, pipeline: object) -> bool:
    exporters = pipeline.get("exporters") if isinstance(pipeline, dict) else None
    named = exporters if isinstance(exporters, list) else ()
    return str(name).partition("/")[0] == "metrics" and "prometheus" in named


def _pipeline(
    signal: str, pipeline: Mapping[str, Any], config: Mapping[str, Any], place: Origin
) -> Iterator[Diagnostic]:
    connectors = _keys(config.get("connectors"))
    for part, one in _PARTS:
        stated = pipeline.get(part) or ()
        if not stated and part != "processors":
            does = f"nothing takes its {signal}" if part == "exporters" else "it takes from nobody"
            message = f"the pipeline '{place[-1]}' has no {one}: {does}"
            hint = f"remove it, or add a configured {one}"
            yield error(CODE, message, place, hint, on_key=True)
            continue
        known = _keys(config.get(part)) | (connectors if part != "processors" else set())
        for index, each in enumerate(stated if isinstance(stated, list) else [stated]):
            where = (*place, part, index)
            if str(each) not in known:
                message = f"the {one} '{each}' is not configured"
                meant = did_you_mean(str(each), known, f"configure it under config: {part}")
                yield error(CODE, message, where, meant)
            elif part == "exporters" and signal != "metrics" and _type(each) in _OF_METRICS:
                message = f"the exporter '{each}' takes metrics, and no {signal}"
                yield error(CODE, message, where, "remove the pipeline, or add another exporter")


def _keys(stated: object) -> set[str]:
    return set(map(str, stated)) if isinstance(stated, dict) else set()


def _type(component: object) -> str:
    return str(component).partition("/")[0]
