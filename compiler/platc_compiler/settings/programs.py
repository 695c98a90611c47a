"""The programs by kind: each module is imported when a service of its kind states a setting."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from msgspec import Struct

from platc_compiler.settings.program import Program, Stated
from platc_spec.kinds.postgres import Postgres
from platc_spec.platform import Spec
from platc_spec.service import Service

_MODULES = {
    "airflow": "platc_compiler.settings.airflow",
    "elasticsearch": "platc_compiler.settings.elasticsearch",
    "fluentd": "platc_compiler.settings.fluentd",
    "grafana": "platc_compiler.settings.grafana",
    "keycloak": "platc_compiler.settings.keycloak",
    "kibana": "platc_compiler.settings.kibana",
    "otel_collector": "platc_compiler.settings.otel_collector",
    "postgres": "platc_compiler.settings.postgres",
}


class Of(Struct, frozen=True):
    """A service that states settings of its program."""

    name: str
    service: Service
    program: Program
    version: str

    def settings(self) -> Iterator[Stated]:
        """Yield the stated settings; ``null`` removes a value of platc's."""
        return self.program.stated(self.name, self.service)


def programs(spec: Spec) -> Iterator[Of]:
    """Yield each service that may state settings."""
    for name, service in spec.services.items():
        if service.kind in _MODULES and _states(service):
            program: Program = import_module(_module(service)).PROGRAM
            yield Of(name, service, program, program.version(service, spec.services))


def _module(service: Service) -> str:
    if isinstance(service, Postgres) and service.operated:
        return "platc_compiler.settings.cloudnative_pg"
    return _MODULES[service.kind]


def _states(service: Service) -> bool:
    if isinstance(service, Postgres) and any(stated for stated, _ in service.session_settings()):
        return True
    return not service.model_fields_set.isdisjoint(_PLACES)


_PLACES = frozenset(
    [
        "config",
        "env",
        "webserver",
        "api_server",
        "scheduler",
        "dag_processor",
        "triggerer",
        "worker",
    ]
)
"""The fields in which settings can stand: ``config``, and variables of the environment."""
