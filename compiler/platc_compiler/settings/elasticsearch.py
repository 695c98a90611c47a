"""Elasticsearch's settings: those that the classes of its server know.

A node does not start with a setting that it does not know (``AbstractScopedSettings.validate``),
nor with one of an index. The names of X-Pack's settings, of other modules' and of plug-ins' are not
in the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.settings.catalogue import Catalogue, Setting
from platc_compiler.settings.program import Decided, Program, Stated, Verdict, flat
from platc_spec.kinds.elasticsearch import Elasticsearch

_PATHS = "remove it: the paths in the container are platc's"
_ONE = "remove it: platc's Elasticsearch is a single node"
_PLAIN = "remove it: the others connect over HTTP, and the network policies decide who may"
_DECIDED = {
    "network.host": Decided("remove it: it is 0.0.0.0", ("0.0.0.0",)),  # noqa: S104 - in a pod
    "http.host": Decided("remove it: network.host is 0.0.0.0", ("0.0.0.0",)),  # noqa: S104
    "http.port": Decided("remove it: the port is 9200", ("9200",)),
    "readiness.port": Decided("remove it: the probes ask 9399", ("9399",)),
    "discovery.type": Decided(_ONE, ("single-node",)),
    "discovery.seed_hosts": Decided(_ONE, ("[]",)),
    "cluster.initial_master_nodes": Decided(_ONE, ("[]",)),
    "path.data": Decided(_PATHS, ("/usr/share/elasticsearch/data",)),
    "path.logs": Decided(_PATHS, ("/usr/share/elasticsearch/logs",)),
    "action.auto_create_index": Decided(
        "remove it: every index but those of the logs is created automatically"
    ),
    "xpack.security.autoconfiguration.enabled": Decided(_PLAIN, ("false",)),
    "xpack.security.enrollment.enabled": Decided(_PLAIN, ("false",)),
    "xpack.security.http.ssl.enabled": Decided(_PLAIN, ("false",)),
}
_NANOSECONDS = {
    "nanos": 1, "micros": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
    "d": 86_400 * 10**9,
}  # fmt: skip
_TIME = re.compile(r"\s*(?P<number>-?\d+)\s*(?P<unit>nanos|micros|ms|s|m|h|d)\s*", re.ASCII)
_SIZE = re.compile(r"\s*(?P<number>\d+(\.\d+)?)\s*(?P<unit>[kmgtp]?b|[kmgtp])\s*", re.ASCII)
_SHARE = re.compile(r"(100(\.0*)?|\d{1,2}(\.\d+)?)%", re.ASCII)
_NONE = re.compile(r"\s*(-1|0)\s*b?\s*", re.ASCII)
"""Two amounts that may stand without a unit."""
_NUMBERS = {
    "int": ("a whole number", re.compile(r"([+-]?\d{1,19})", re.ASCII)),
    # Double.parseDouble takes a letter for the type after a number.
    "real": (
        "a number", re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[dDfF]?", re.ASCII)
    ),
}  # fmt: skip
_NEARLY = 0.8
"""How alike a part of a name and that of a known one must be, from 0 to 1."""


def _version(service: Elasticsearch, _services: Mapping[str, Any]) -> str:
    return service.version


def _stated(name: str, service: Elasticsearch) -> Iterator[Stated]:
    yield from flat(service.config, ("services", name, "config"))


def _unknown(
    catalogue: Catalogue, near: tuple[int, ...], stated: Stated, version: str
) -> Verdict | None:
    """Return why a node does not start with a setting that the server's classes do not know.

    It may be one of X-Pack, of another module or of a plug-in: only what is nearly the name of a
    known one, and what another release has, is certain.
    """
    name, known = stated.name, catalogue.names(near)
    if name.startswith("index."):
        # SettingsModule: "node settings must not contain any index level settings".
        message = f"'{name}' is a setting of an index, and elasticsearch.yml may not have it"
        return Verdict(message, "remove it, and put it into an index template")
    if _open(name, known):
        return None
    message = f"Elasticsearch {version} has no setting '{name}'"
    if catalogue.lines(name):
        first, last = catalogue.span(name)
        gone = last is not None and last in catalogue.releases[: near[0]]
        return Verdict(message, "remove it: it is gone" if gone else f"remove it: {first} has it")
    # Comparing with every name would take some milliseconds for each setting of X-Pack.
    close = closest_match(name, [each for each in known if _differing(name, each)])
    if close is not None and _misspelt(name, close):
        return Verdict(message, f"did you mean '{close}'?")
    return None


def _open(name: str, known: frozenset[str]) -> bool:
    """Return whether a name belongs to a group of settings, such as ``node.attr.*``."""
    return any(
        name.startswith(each) if each.endswith(".") else fnmatchcase(name, each)
        for each in known
        if each.endswith(".") or "*" in each
    )


def _misspelt(name: str, known: str) -> bool:
    """Return whether a name is another one but for a letter or two of one of its parts."""
    from difflib import SequenceMatcher

    differing = _differing(name, known)
    return differing is not None and SequenceMatcher(None, *differing).ratio() >= _NEARLY


def _differing(name: str, known: str) -> tuple[str, str] | None:
    """Return the only part that is another in both names, ``None`` unless it is one."""
    parts, others = name.split("."), known.split(".")
    if len(parts) != len(others):
        return None
    found = [(one, other) for one, other in zip(parts, others, strict=True) if one != other]
    return found[0] if len(found) == 1 else None


def judge(setting: Setting, value: Any) -> str:  # noqa: ANN401 - a setting of the component's own
    """Return why a node does not start with a value, empty if it does or if that is not known."""
    if isinstance(value, (list, tuple)):
        return "" if setting.type in _LISTS else "it is a single value"
    return _of_type(setting, str(value).lower() if isinstance(value, bool) else str(value))


_LISTS = ("list", "open", "other", "text")


def _of_type(setting: Setting, text: str) -> str:
    if setting.type in ("bool", "enum"):
        choices = setting.choices or ("true", "false")
        taken = (text if setting.type == "bool" else text.lower()) in choices
        return "" if taken else f"it is one of {', '.join(choices)}"
    if setting.type == "secure":
        return "it is a secret, which Elasticsearch takes from its keystore only"
    return _number(setting, text) if setting.type in _NUMBERS else _measured(setting, text)


def _measured(setting: Setting, text: str) -> str:
    if setting.type == "time":
        return _amount(setting, text, nanoseconds, "a time with its unit, such as 30s")
    if setting.type == "size":
        return _amount(setting, text, octets, "an amount with its unit, such as 100mb")
    if setting.type == "memory" and _SHARE.fullmatch(text) is None:
        return _amount(setting, text, octets, "an amount such as 100mb, or a share such as 10%")
    return ""


def nanoseconds(text: str) -> int | None:
    """Return a time of Elasticsearch's, ``None`` for a text that is none (``TimeValue``)."""
    match = _TIME.fullmatch(text.lower())
    if match is None:
        return int(text) if _NONE.fullmatch(text) and "b" not in text else None
    return int(match["number"]) * _NANOSECONDS[match["unit"]]


def octets(text: str) -> int | None:
    """Return an amount of Elasticsearch's in bytes, ``None`` for none (``ByteSizeValue``)."""
    match = _SIZE.fullmatch(text.lower())
    if match is None:
        return -1 if (none := _NONE.fullmatch(text.lower())) and none[1] == "-1" else _zero(text)
    return int(float(match["number"]) * 1024 ** " kmgtp".index(match["unit"].rstrip("b") or " "))


def _zero(text: str) -> int | None:
    return 0 if text.strip() == "0" else None


def _amount(setting: Setting, text: str, read: Callable[[str], int | None], form: str) -> str:
    value = read(text)
    if value is None:
        return f"it is {form}"
    least, most = (read(bound) if bound else None for bound in (setting.least, setting.most))
    if least is not None and value < least:
        return f"it is {setting.least} at least"
    if most is not None and value > most:
        return f"it is {setting.most} at most"
    return ""


def _number(setting: Setting, text: str) -> str:
    kind, form = _NUMBERS[setting.type]
    match = form.fullmatch(text)
    if match is None:
        return f"it is {kind}"
    value = float(match[1])
    if setting.least and value < float(setting.least):
        return f"it is {kind}, {setting.least} at least"
    if setting.most and value > float(setting.most):
        return f"it is {kind}, {setting.most} at most"
    return ""


PROGRAM = Program(
    title="Elasticsearch", version=_version, stated=_stated, decided=_DECIDED,
    data="elasticsearch", unknown=_unknown, judge=judge,
)  # fmt: skip
