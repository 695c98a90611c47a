"""The catalogue of kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from platc_compiler.lower.airflow import AIRFLOW
from platc_compiler.lower.alertmanager import ALERTMANAGER
from platc_compiler.lower.blackbox_exporter import BLACKBOX_EXPORTER
from platc_compiler.lower.elasticsearch import ELASTICSEARCH
from platc_compiler.lower.external import EXTERNAL
from platc_compiler.lower.fluentd import FLUENTD
from platc_compiler.lower.grafana import GRAFANA
from platc_compiler.lower.keycloak import KEYCLOAK
from platc_compiler.lower.kibana import KIBANA
from platc_compiler.lower.kind import Kind
from platc_compiler.lower.kube_state_metrics import KUBE_STATE_METRICS
from platc_compiler.lower.node_exporter import NODE_EXPORTER
from platc_compiler.lower.otel_collector import OTEL_COLLECTOR
from platc_compiler.lower.postgres import POSTGRES
from platc_compiler.lower.prometheus import PROMETHEUS
from platc_compiler.lower.redis import REDIS
from platc_compiler.lower.spark_cluster import SPARK
from platc_compiler.lower.workload import WORKLOAD
from platc_spec.service import Service

KINDS: tuple[Kind[Any], ...] = (
    WORKLOAD,
    EXTERNAL,
    AIRFLOW,
    PROMETHEUS,
    ALERTMANAGER,
    GRAFANA,
    NODE_EXPORTER,
    KUBE_STATE_METRICS,
    ELASTICSEARCH,
    KIBANA,
    FLUENTD,
    POSTGRES,
    OTEL_COLLECTOR,
    KEYCLOAK,
    BLACKBOX_EXPORTER,
    SPARK,
    REDIS,
)

GROUP = "platc.kinds"


def models(kinds: Iterable[Kind[Any]] = KINDS) -> Mapping[str, type[Service]]:
    """Return the language's models of kinds by name."""
    return {kind.name: kind.model for kind in kinds}


def catalogue(wanted: Iterable[object]) -> Mapping[str, Kind[Any]]:
    """Return the kinds by name: all built-in ones, and the wanted ones of other packages.

    Entry points are looked up only for a kind that is not built in. What ``include`` brings is a
    service that no kind describes, and has a model and a lowering as a kind has.
    """
    kinds = {kind.name: kind for kind in KINDS}
    wanted = tuple(wanted)
    if "include" in wanted:
        from platc_compiler.lower.include import INCLUDE

        kinds[INCLUDE.name] = INCLUDE
    missing = {name for name in wanted if isinstance(name, str)} - kinds.keys()
    if missing:
        from importlib.metadata import entry_points

        for entry in entry_points(group=GROUP):
            if entry.name in missing:
                kinds[entry.name] = entry.load()
    return kinds
