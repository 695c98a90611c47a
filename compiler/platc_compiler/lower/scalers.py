"""The servers of metrics for autoscalers that a platform has."""

from __future__ import annotations

from platc_compiler.lower.kind import Context

_WITH_METRICS_SERVER = frozenset({"k3s", "gke", "aks"})
"""Distributions that install metrics-server themselves."""


def measured(context: Context) -> bool:
    """Return whether somebody measures the CPU and memory of pods."""
    ours = context.spec.cluster.distribution in _WITH_METRICS_SERVER
    return ours or any(o.autoscaling == "metrics-server" for o in context.offerings.values())


def answering(context: Context) -> tuple[str, ...]:
    """Return the services that answer an autoscaler's query of Prometheus."""
    asks = {"prometheus-adapter", "keda"}
    return tuple(name for name, o in context.offerings.items() if o.autoscaling in asks)
