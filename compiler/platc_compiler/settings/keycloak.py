"""Keycloak's settings that platc decides, in ``config`` and as ``KC_…`` in ``env``.

There is no catalogue: providers have settings of their own.
Source of the names: keycloak.org/server/all-config, 26.7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.settings.program import Decided, Program, Stated, flat
from platc_spec.kinds.keycloak import Keycloak

_DATABASE = "remove it, and write database: and schema:"
_PROBES = "remove it: the probes and Prometheus ask port 9000"
_CLUSTER = "remove it, and write replicas:"
_DECIDED = {
    "db": Decided(_DATABASE, ("postgres",)),
    **{
        name: Decided(_DATABASE)
        for name in (
            "db-url", "db-url-host", "db-url-port", "db-url-database", "db-username",
            "db-password", "db-schema",
        )
    },
    "db-pool-max-size": Decided("remove it, and write connections:"),
    "http-enabled": Decided("remove it: an ingress terminates TLS", ("true",)),
    "http-port": Decided("remove it: the port is 8080", ("8080",)),
    "http-relative-path": Decided("remove it: it is the path of url:"),
    "http-management-port": Decided(_PROBES, ("9000",)),
    "http-management-relative-path": Decided(_PROBES, ("/",)),
    "http-management-scheme": Decided(_PROBES, ("http",)),
    "health-enabled": Decided(_PROBES, ("true",)),
    "metrics-enabled": Decided(_PROBES, ("true",)),
    "hostname": Decided("remove it, and write url:"),
    "cache": Decided(_CLUSTER),
    "cache-stack": Decided(_CLUSTER, ("jdbc-ping",)),
    "bootstrap-admin-username": Decided("remove it, and write admin: { user: … }"),
    "bootstrap-admin-password": Decided("remove it: admin.password names the secret"),
}  # fmt: skip


def _version(service: Keycloak, _services: Mapping[str, Any]) -> str:
    return service.version


def _stated(name: str, service: Keycloak) -> Iterator[Stated]:
    yield from flat(service.config, ("services", name, "config"))
    for variable, value in service.env.items():
        if variable.startswith("KC_"):
            setting = variable.removeprefix("KC_").lower().replace("_", "-")
            yield Stated(setting, value, ("services", name, "env", variable))


PROGRAM = Program(title="Keycloak", version=_version, stated=_stated, decided=_DECIDED)
