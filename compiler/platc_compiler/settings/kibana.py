"""Kibana's settings that platc decides.

There is no catalogue: Kibana is in no registry, and its settings are spread over its plug-ins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.settings.program import Decided, Program, Stated, flat
from platc_spec.kinds.kibana import Kibana

_STORE = "remove it: the first of depends_on is its Elasticsearch"
_LOGIN = "remove it, and write password:"
_KEY = "remove it, and write encryption_key:"
_PLAIN = "remove it: the probes ask over HTTP; an ingress terminates TLS"


def _keyed(service: Kibana) -> bool:
    return service.encryption_key is not None


def _logs_in(service: Kibana) -> bool:
    return service.password is not None


_DECIDED = {
    "server.host": Decided("remove it: it is 0.0.0.0", ("0.0.0.0",)),  # noqa: S104 - in a pod
    "server.port": Decided("remove it: the port is 5601", ("5601",)),
    "server.ssl.enabled": Decided(_PLAIN, ("false",)),
    "server.rewritebasepath": Decided(
        "remove it: the probes ask without a path; let the ingress remove the path", ("false",)
    ),
    "path.data": Decided("remove it: the paths in the container are platc's"),
    "elasticsearch.hosts": Decided(_STORE),
    "elasticsearch.username": Decided(_LOGIN, ("kibana_system",), _logs_in),
    "elasticsearch.password": Decided(_LOGIN),
    "xpack.encryptedsavedobjects.encryptionkey": Decided(_KEY, (), _keyed),
    "xpack.security.encryptionkey": Decided(_KEY, (), _keyed),
    "xpack.reporting.encryptionkey": Decided(_KEY, (), _keyed),
}


def _version(service: Kibana, _services: Mapping[str, Any]) -> str:
    return service.version or ""


def _stated(name: str, service: Kibana) -> Iterator[Stated]:
    yield from flat(service.config, ("services", name, "config"))


PROGRAM = Program(title="Kibana", version=_version, stated=_stated, decided=_DECIDED)
