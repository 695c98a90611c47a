"""Python modules that make the declared metrics, so that code and alerts have the same names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.templating.templates import Templates
from platc_spec.observability import Metric

_COLLECTOR = "otel-collector"
"""The catalogue of a collector's own metrics."""
_CLASSES = {"counter": "Counter", "gauge": "Gauge", "histogram": "Histogram", "summary": "Summary"}


def metrics_modules(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield ``metrics/NAME.py`` for each service and task, where platform.yaml asks for them."""
    monitoring = platform.spec.monitoring
    if monitoring is None or not monitoring.metrics_modules:
        return
    # Programs push to a collector by OpenTelemetry, which names their metrics.
    collectors = {each.service for each in platform.exporters if each.catalogue == _COLLECTOR}
    found: dict[str, dict[str, Metric]] = defaultdict(dict)
    for name, metric in sorted(platform.spec.metrics.items()):
        if metric.component not in collectors:
            found[module_name(metric.component)][name] = metric
    for module, metrics in sorted(found.items()):
        components = " and ".join(sorted({metric.component for metric in metrics.values()}))
        text = templates.text(
            "metrics/metrics.py.j2",
            docstring=f"The metrics of {components}, as platform.yaml declares them.",
            classes=sorted({_CLASSES[metric.type] for metric in metrics.values()}),
            metrics=[
                {"name": name, "class": _CLASSES[metric.type], "help": metric.help,
                 "labels": list(metric.labels), "buckets": list(metric.buckets)}
                for name, metric in metrics.items()
            ],
        )  # fmt: skip
        yield File(f"metrics/{module}.py", text)


def module_name(component: str) -> str:
    """Return the name of the module of a service, or of a task as ``pipeline.task``."""
    name = re.sub(r"\W", "_", component)
    return f"_{name}" if name[0].isdigit() else name
