"""The memory limiter of an OpenTelemetry collector comes too late.

It must be the first processor of every pipeline and act at 80 % of the container's memory limit at
the latest: it counts the heap only, and looks once in its interval.

Why: above that the kernel kills the collector (OOM) before the limiter refuses anything, and the
metrics of all programs end. Behind another processor it refuses what already takes memory.

Bad:
```yaml
services:
  otel:
    kind: otel_collector
    namespace: shop
    resources: { limits: { memory: 256Mi } }
    config: { processors: { memory_limiter: { limit_mib: 400 } } }
```

Good:
```yaml
services:
  otel:
    kind: otel_collector
    namespace: shop
    resources: { limits: { memory: 512Mi } }
    config: { processors: { memory_limiter: { limit_mib: 400 } } }
```

Fix: lower ``limit_mib``, raise ``resources.limits.memory``, or remove the setting: platc takes 80
%. Write ``processors: [memory_limiter, batch]``.

Source: the README of processor/memorylimiterprocessor 0.155.0, and its ``Validate``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.otel_collector import OtelCollector

CODE = "PLT445"
_MIB = 1 << 20


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such limiter."""
    for name, service in context.of_kind(OtelCollector).items():
        from platc_compiler.lower.otel_collector import configuration, limit_of

        config = configuration(service, context.templates)
        place = ("services", name, "config")
        yield from _limit(config, limit_of(service).limits.memory or 0, place)
        yield from _order(config, place)


def _limit(config: Mapping[str, Any], memory: int, place: Origin) -> Iterator[Diagnostic]:
    from platc_compiler.lower.otel_collector import SHARE

    limiter = _below(config, "processors", "memory_limiter")
    place = (*place, "processors", "memory_limiter")
    size, percentage = _number(limiter, "limit_mib"), _number(limiter, "limit_percentage")
    most = memory * SHARE // 100 // _MIB
    if size > most:
        message = f"{size} MiB are more than {SHARE} % of the container's {memory // _MIB} MiB"
        needed = -(-size * 100 // SHARE)
        hint = f"write at most {most}, or resources: {{ limits: {{ memory: {needed}Mi }} }}"
        yield error(CODE, message, (*place, "limit_mib"), hint)
    elif not size and percentage > SHARE:
        message = f"{percentage} % of the container's memory are more than {SHARE} %"
        yield error(CODE, message, (*place, "limit_percentage"), f"write at most {SHARE}")
    elif not size and not percentage:
        yield error(CODE, "it has no limit", place, f"write limit_mib: {most}, or remove it")
    spike = _number(limiter, "spike_limit_mib")
    if 0 < size <= spike:
        message = f"spike_limit_mib {spike} must be less than limit_mib {size}"
        hint = f"write {size // 5}, a fifth of it"
        yield error(CODE, message, (*place, "spike_limit_mib"), hint)


def _order(config: Mapping[str, Any], place: Origin) -> Iterator[Diagnostic]:
    pipelines = _below(config, "service", "pipelines")
    for name, pipeline in pipelines.items():
        stated = pipeline.get("processors") if isinstance(pipeline, dict) else None
        processors = stated if isinstance(stated, list) else []
        if not processors or str(processors[0]).partition("/")[0] != "memory_limiter":
            message = f"the first processor of '{name}' is not memory_limiter"
            where = (*place, "service", "pipelines", name, "processors")
            rest = [each for each in processors if each != "memory_limiter"]
            hint = f"write [{', '.join(['memory_limiter', *map(str, rest)])}]"
            yield error(CODE, message, where, hint)


def _below(config: object, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        config = config.get(key) if isinstance(config, dict) else None
    return config if isinstance(config, dict) else {}


def _number(limiter: Mapping[str, Any], key: str) -> int:
    """Return a limit; 0 is none."""
    value = limiter.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
