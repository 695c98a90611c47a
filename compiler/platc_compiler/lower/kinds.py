"""The catalogue of kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from platc_spec.service import Service

if TYPE_CHECKING:
    from platc_compiler.lower.kind import Kind

KINDS: Mapping[str, str] = {
    "workload": "platc_compiler.lower.workload:WORKLOAD",
    "external": "platc_compiler.lower.external:EXTERNAL",
    "airflow": "platc_compiler.lower.airflow:AIRFLOW",
    "prometheus": "platc_compiler.lower.prometheus:PROMETHEUS",
    "alertmanager": "platc_compiler.lower.alertmanager:ALERTMANAGER",
    "grafana": "platc_compiler.lower.grafana:GRAFANA",
    "node_exporter": "platc_compiler.lower.node_exporter:NODE_EXPORTER",
    "kube_state_metrics": "platc_compiler.lower.kube_state_metrics:KUBE_STATE_METRICS",
    "elasticsearch": "platc_compiler.lower.elasticsearch:ELASTICSEARCH",
    "kibana": "platc_compiler.lower.kibana:KIBANA",
    "fluentd": "platc_compiler.lower.fluentd:FLUENTD",
    "postgres": "platc_compiler.lower.postgres:POSTGRES",
    "otel_collector": "platc_compiler.lower.otel_collector:OTEL_COLLECTOR",
    "keycloak": "platc_compiler.lower.keycloak:KEYCLOAK",
    "blackbox_exporter": "platc_compiler.lower.blackbox_exporter:BLACKBOX_EXPORTER",
    "spark": "platc_compiler.lower.spark_cluster:SPARK",
    "redis": "platc_compiler.lower.redis:REDIS",
}
"""The built-in kinds by name: the module and its ``Kind``, imported for the first service."""

_MADE: Mapping[str, str] = {"include": "platc_compiler.lower.include:INCLUDE"}
"""Kinds of services that another key of platform.yaml stands for; nobody writes their name."""

GROUP = "platc.kinds"
"""The group of entry points by which another package adds kinds."""


class Catalogue(Mapping[str, "Kind[Any]"]):
    """The kinds by name. Names can be listed without an import."""

    def __init__(self, others: Mapping[str, Kind[Any]]) -> None:
        """Begin with the kinds of other packages."""
        self._loaded = dict(others)
        self._names = (*KINDS, *(name for name in others if name not in KINDS))

    def __getitem__(self, name: str) -> Kind[Any]:
        """Return a kind.

        Raises:
            KeyError: there is no such kind.
        """
        if name not in self._loaded:
            module, _, attribute = (KINDS.get(name) or _MADE[name]).partition(":")
            self._loaded[name] = getattr(import_module(module), attribute)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names that ``kind:`` can have."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return the number of these names."""
        return len(self._names)


class Models(Mapping[str, type[Service]]):
    """The language's models of a catalogue's kinds, by name."""

    def __init__(self, kinds: Mapping[str, Kind[Any]]) -> None:
        """Keep the catalogue: a model is imported with its kind."""
        self._kinds = kinds

    def __getitem__(self, name: str) -> type[Service]:
        """Return the model of a kind.

        Raises:
            KeyError: there is no such kind.
        """
        return self._kinds[name].model

    def __iter__(self) -> Iterator[str]:
        """Yield the names that ``kind:`` can have."""
        return iter(self._kinds)

    def __len__(self) -> int:
        """Return the number of these names."""
        return len(self._kinds)


def models() -> Mapping[str, type[Service]]:
    """Return the models of all built-in kinds by name."""
    return dict(Models(Catalogue({})))


def catalogue(wanted: Iterable[object]) -> Catalogue:
    """Return the kinds by name: all built-in ones, and the wanted ones of other packages.

    Entry points are looked up only for a kind that is not built in.
    """
    missing = {name for name in wanted if isinstance(name, str)} - KINDS.keys() - _MADE.keys()
    if not missing:
        return Catalogue({})
    from importlib.metadata import entry_points

    found = entry_points(group=GROUP)
    return Catalogue({entry.name: entry.load() for entry in found if entry.name in missing})
