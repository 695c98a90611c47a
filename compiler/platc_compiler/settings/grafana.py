"""Grafana's settings that platc decides, in ``config`` and as ``GF_SECTION_KEY`` in ``env``.

There is no catalogue: Grafana is in no registry, and it ignores settings that it does not know.
Source of the names: conf/defaults.ini.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.settings.program import Decided, Program, Stated, flat, from_environment
from platc_spec.kinds.grafana import Grafana

_PATHS = "remove it: the paths in the container are platc's"
_SCRAPED = "remove it: Prometheus scrapes /metrics without a login"
_STORE = "remove it: database: says where its tables are"
_LOGIN = "remove it: login: says who logs in, and as what"
_DECIDED = {
    "server.http_port": Decided("remove it: the port is 3000", ("3000",)),
    "server.http_addr": Decided("remove it: it listens on every address", ("", "0.0.0.0")),  # noqa: S104
    "server.protocol": Decided(
        "remove it: the probes ask over HTTP; an ingress terminates TLS", ("http",)
    ),
    "server.root_url": Decided("write root_url: above config"),
    "security.admin_user": Decided("write admin: { user: … }"),
    "security.admin_password": Decided("remove it: admin.password names the secret"),
    "security.secret_key": Decided("remove it, and write secret_key:"),
    "paths.data": Decided(_PATHS, ("/var/lib/grafana",)),
    "paths.provisioning": Decided(_PATHS, ("/etc/grafana/provisioning",)),
    "metrics.enabled": Decided(_SCRAPED, ("true",)),
    "metrics.basic_auth_username": Decided(_SCRAPED, ("",)),
    "metrics.basic_auth_password": Decided(_SCRAPED, ("",)),
    **{
        f"database.{key}": Decided(_STORE, when=lambda service: service.database is not None)
        for key in ("type", "host", "name", "user", "password", "url", "connection_string")
    },
    **{
        f"auth.generic_oauth.{key}": Decided(_LOGIN, when=lambda service: service.login is not None)
        for key in (
            "enabled",
            "client_id",
            "client_secret",
            "auth_url",
            "token_url",
            "api_url",
            "role_attribute_path",
            "role_attribute_strict",
            "use_pkce",
        )
    },
    "database.max_open_conn": Decided(
        "remove it, and write connections:", when=lambda service: service.database is not None
    ),
}


def _version(service: Grafana, _services: Mapping[str, Any]) -> str:
    return service.version


def _stated(name: str, service: Grafana) -> Iterator[Stated]:
    yield from flat(service.config, ("services", name, "config"))
    yield from from_environment(service.env, ("services", name, "env"), "GF_", "_")


PROGRAM = Program(title="Grafana", version=_version, stated=_stated, decided=_DECIDED, strict=False)
