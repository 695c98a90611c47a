"""Grafana's settings that platc decides, in ``config`` and as ``GF_SECTION_KEY`` in ``env``.

Grafana ignores settings that it does not know, and plug-ins have settings of their own: only what
is nearly the name of a known one is told, as a warning. The catalogue has the names of
conf/defaults.ini of a state between the releases 12.3 and 13: Grafana is in no registry, so that
the file of the pinned release is not at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from platc_compiler.diagnostics import Edit, Hint
from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.settings.catalogue import Catalogue
from platc_compiler.settings.program import (
    Decided,
    Program,
    Stated,
    Verdict,
    flat,
    from_environment,
)
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

EVALUATES = ("unified_alerting.enabled", "unified_alerting.execute_alerts")
"""The settings without which Grafana evaluates no alert."""
MAILS = "smtp.enabled"
"""The setting without which it sends no mail."""
_VARIABLES = {
    f"GF_{name.upper().replace('.', '_')}": name for name in (*_DECIDED, *EVALUATES, MAILS)
}
"""The variables of settings whose section has an underscore or a dot."""
_NEARLY = 0.8
"""How alike a name and a known one must be, from 0 to 1."""


def _unknown(
    catalogue: Catalogue, near: tuple[int, ...], stated: Stated, version: str
) -> Verdict | None:
    """Return what a section or a key was meant to be, if that is nearly known."""
    section, _, key = stated.name.rpartition(".")
    if "env" in stated.place or section in catalogue.lists["open"] or section.startswith("plugin."):
        return None
    names = [name.rpartition(".") for name in catalogue.names(near)]
    sections = {known for known, _, _ in names}
    if section in sections:
        keys = [each for known, _, each in names if known == section]
        meant, message = _near(key, keys), f"Grafana {version} has no '{key}' in [{section}]"
        edit = Edit("rename", meant, key)
    else:
        meant = _near(section, (*sections, *catalogue.lists["open"]))
        message = f"Grafana {version} has no section [{section}]"
        edit = Edit("rename", meant, section, path=stated.place[:-1])
    return Verdict(message, Hint(f"did you mean '{meant}'?", edit), "warning") if meant else None


def _near(word: str, known: Collection[str]) -> str:
    """Return the known name that a word is nearly, empty if it is none."""
    from difflib import SequenceMatcher

    close = closest_match(word, known) or ""
    alike = SequenceMatcher(None, word.lower(), close.lower()).ratio() >= _NEARLY
    return close if alike else ""


def _version(service: Grafana, _services: Mapping[str, Any]) -> str:
    return service.version


def _stated(name: str, service: Grafana) -> Iterator[Stated]:
    yield from flat(service.config, ("services", name, "config"))
    place = ("services", name, "env")
    known = {key: value for key, value in service.env.items() if key in _VARIABLES}
    yield from (Stated(_VARIABLES[key], value, (*place, key)) for key, value in known.items())
    others = {key: value for key, value in service.env.items() if key not in known}
    yield from from_environment(others, place, "GF_", "_")


PROGRAM = Program(
    title="Grafana", version=_version, stated=_stated, decided=_DECIDED, data="grafana",
    unknown=_unknown, strict=False,
)  # fmt: skip
