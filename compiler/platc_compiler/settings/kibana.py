"""Kibana's settings that platc decides, and those of its core that are known.

Kibana does not start with a key that no part of it knows, or with a value of another type. The
catalogue has the schemas ``server``, ``elasticsearch`` and ``csp`` of a state of its sources on the
way to 9.5, as Kibana is in no registry: what they do not have is told as a warning. The settings of
its plug-ins (``xpack``, and others) are not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.settings.catalogue import Catalogue, Setting
from platc_compiler.settings.program import Decided, Program, Stated, Verdict, flat
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


def _version(service: Kibana, services: Mapping[str, Any]) -> str:
    """Return its version, or that of its Elasticsearch, which is the only one that works."""
    store = services.get(service.depends_on[0].partition(":")[0]) if service.depends_on else None
    return str(service.version or getattr(store, "version", ""))


def _stated(name: str, service: Kibana) -> Iterator[Stated]:
    yield from flat(service.config, ("services", name, "config"))


def _unknown(
    catalogue: Catalogue, near: tuple[int, ...], stated: Stated, version: str
) -> Verdict | None:
    """Return what a key of the core was meant to be; other parts have keys that are not known."""
    names = catalogue.names(near)
    message = f"Kibana {version} has no '{stated.name}'"
    key = stated.name.lower()
    if same := next((name for name in names if name.lower() == key), None):
        return Verdict(message, f"capital letters count: write {same}", "warning")
    words = stated.name.split(".")
    above = [".".join(words[:length]) for length in range(1, len(words))]
    free = any(each.type == "open" for name in above for each in catalogue.find(name, near))
    if free or not any(name.startswith(f"{words[0]}.") for name in names):
        return None
    if any(name.lower().startswith(f"{key}.") for name in names):
        message = f"Kibana {version} has settings below '{stated.name}', and takes no value for it"
        return Verdict(message, "write a mapping of settings, or remove it")
    known = [name.rpartition(".")[2] for name in names if name.rpartition(".")[0] == above[-1]]
    return Verdict(message, did_you_mean(words[-1], known, "remove it"), "warning")


def _judge(setting: Setting, value: Any) -> str:  # noqa: ANN401 - a setting of the component's own
    """Return why Kibana does not start with a value, empty if it does."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if setting.type == "bool":
        return "" if text in {"true", "false"} else "it is true or false"
    if setting.type == "enum" and text not in setting.choices:
        return f"write one of {', '.join(setting.choices)}"
    return ""


PROGRAM = Program(
    title="Kibana", version=_version, stated=_stated, decided=_DECIDED, data="kibana",
    unknown=_unknown, judge=_judge, exact=True,
)  # fmt: skip
