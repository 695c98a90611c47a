"""``otel_collector``: takes metrics that programs push by OTLP, for Prometheus to scrape."""

from typing import Any, Literal

from platc_spec.base import Config, Env, Identifier, Resources, Version
from platc_spec.service import Deployed


class OtelCollector(Deployed):
    """An OpenTelemetry collector: OTLP in, an endpoint for Prometheus out.

    A ``workload`` that depends on it finds it by ``OTEL_EXPORTER_OTLP_ENDPOINT``.
    """

    kind: Literal["otel_collector"]
    version: Version = "0.155.0"
    """The version of the collector."""
    prefix: Identifier | None = None
    """What the names of all metrics begin with: ``namespace`` of the exporter ``prometheus``, which
    is read from ``config`` too. With ``shop``, ``orders`` becomes ``shop_orders_total``."""
    env: Env = {}
    """Further environment variables; ``config`` reads them as ``${env:NAME}``."""
    resources: Resources = Resources()
    """Requests and limits; ``memory_limiter`` refuses metrics at 80 % of the memory limit."""
    config: Config = {}
    """The collector's own configuration in its own syntax, merged over the generated one."""

    @property
    def metrics_begin_with(self) -> str:
        """The beginning of the names of all metrics that it serves, empty without a prefix."""
        stated: Any = self.config
        for key in ("exporters", "prometheus", "namespace"):
            stated = stated.get(key) if isinstance(stated, dict) else None
        prefix = stated if isinstance(stated, str) else self.prefix
        return f"{prefix}_" if prefix else ""
