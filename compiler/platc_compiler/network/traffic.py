"""Where the values that pods are given name what no edge leads to.

Each host that a value names (``network/mentions.py``) is looked up (``network/names.py``) and held
against the edges of the pods that are given the value. A bare word counts only where its key means
a host, or in a URL, or beside a port that the service of that name offers: ``web`` in a sentence,
an image's name or a path says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.network import Offer, Outside, Pods
from platc_compiler.ir.platform import Platform
from platc_compiler.network.mentions import (
    Mentioned,
    means_host,
    mentions,
    not_called,
    shown_to_people,
)
from platc_compiler.network.names import Found, Names, as_address, in_cluster, of_the_pod
from platc_compiler.network.pairs import Pairs, port_number
from platc_compiler.network.statements import Statement, anonymous, statements
from platc_spec.kinds.external import External

Fault: TypeAlias = Literal["no edge", "no such name", "no such port", "undeclared", "perhaps"]
"""No edge leads to the service; the name means none in this namespace; the service has no such
port; the address is nobody's that is declared; as before, and it may not be connected to at all."""

_SHOWN_SCHEMES = frozenset({"http", "https", "ftp", "git", "ssh", "ws", "wss", "sftp"})
"""Schemes of addresses that may stand in a value for people to read."""
_API_SERVER = frozenset(
    {"kubernetes", "kubernetes.default", "kubernetes.default.svc",
     "kubernetes.default.svc.cluster.local"}
)  # fmt: skip
_CALLERS = {
    "prometheus": frozenset(
        {
            "url",
            "urls",
            "targets",
            "server",
            "servers",
            "api_server",
            "endpoint",
            "proxy_url",
            "names",
        }
    ),
    "alertmanager": frozenset(
        {
            "url",
            "urls",
            "api_url",
            "webhook_url",
            "slack_api_url",
            "pagerduty_url",
            "opsgenie_api_url",
            "proxy_url",
            "smarthost",
            "smtp_smarthost",
            "victorops_api_url",
            "wechat_api_url",
            "telegram_api_url",
        }
    ),
}
"""Keys of a server's own configuration whose addresses it certainly connects to, by kind."""


class Finding(Struct, frozen=True):
    """A value, and what is wrong with a host that it names."""

    fault: Fault
    statement: Statement
    mention: Mentioned
    service: str = ""
    dependency: str = ""
    """What to add to ``depends_on``: ``kafka:broker``."""
    host: str = ""
    """The name that is good from here."""
    ports: tuple[str, ...] = ()
    """What the service offers."""


@cached_by_identity
def findings(platform: Platform) -> tuple[Finding, ...]:
    """Return what is wrong with the hosts that values name, in the order of platform.yaml."""
    stated = tuple(statements(platform))
    judge = _Judge(platform, Pairs(stated))
    return tuple(f for statement in stated for f in judge.of(statement))


class _Judge:
    def __init__(self, platform: Platform, pairs: Pairs) -> None:
        self._names = Names(platform)
        self._pairs = pairs
        self._services = platform.spec.services
        reached = [
            (anonymous(edge.source), _key(edge.target), edge)
            for edge in platform.edges
            if isinstance(edge.source, Pods)
        ]
        self._reached = {(source, target, edge.port) for source, target, edge in reached}
        self._wide = {(source, target) for source, target, edge in reached if edge.last}
        self._metrics = {
            name: service.metrics.port
            for name, service in platform.spec.services.items()
            if isinstance(service, External) and service.metrics is not None
        }

    def of(self, statement: Statement) -> Iterator[Finding]:
        """Yield what is wrong with one value, each service once for each port."""
        if not_called(statement.key) or self._is_probed(statement):
            return
        seen: set[tuple[str, int | None]] = set()
        found = mentions(statement.key, statement.text)
        beside = self._pairs.port_of(statement) if found else None
        with_port = {mention.host for mention in found if mention.port is not None}
        for mention in found:
            if mention.port is None and mention.host in with_port:
                continue
            if (mention.host, mention.port) in seen:
                continue
            if beside is not None and mention.form == "word" and mention.port is None:
                finding = self._of_two_values(statement, mention, beside)
            else:
                finding = list(self._judged(statement, mention))
            if finding or mention.form != "address":
                seen.add((mention.host, mention.port))
            yield from finding

    def _of_two_values(
        self, statement: Statement, mention: Mentioned, beside: Statement
    ) -> list[Finding]:
        """Return what is wrong with a host and the port beside it; a wrong port is where it is."""
        whole = replace(mention, port=port_number(beside))
        return [
            replace(f, statement=beside) if f.fault == "no such port" else f
            for f in self._judged(statement, whole)
        ]

    def _is_probed(self, statement: Statement) -> bool:
        """Say whether a target is only told to an exporter, which relabelling puts in its place."""
        speaker, path = statement.speaker, statement.path
        if statement.key != "targets" or path[2:4] != ("config", "scrape_configs"):
            return False
        config: Mapping[str, Any] = getattr(self._services[speaker.service], "config", {})
        rules = config["scrape_configs"][path[4]].get("relabel_configs")
        return speaker.kind == "prometheus" and any(
            isinstance(rule, Mapping) and rule.get("target_label") == "__address__"
            for rule in (rules if isinstance(rules, list) else ())
        )

    def _judged(self, statement: Statement, mention: Mentioned) -> Iterator[Finding]:
        speaker = statement.speaker
        meant = self._names.find(mention.host, speaker.namespace)
        if not meant:
            fault = self._undeclared(statement, mention)
            if fault:
                yield Finding(fault, statement, mention, host=mention.host)
            return
        if any(found.service == speaker.service for found in meant):
            return
        offers = [o for f in meant for o in self._names.offers[f.service]]
        fitting = [
            o for o in offers if mention.port is None or mention.port in {o.number, o.public}
        ]
        first = meant[0]
        if not fitting:
            if first.how == "full" or mention.form in {"url", "word"}:
                ports = tuple(f"{o.port} ({o.public or o.number})" for o in offers)
                yield Finding(
                    "no such port", statement, mention, first.service, host=first.host, ports=ports
                )
            return
        yield from self._of_service(statement, mention, first, fitting)

    def _of_service(
        self, statement: Statement, mention: Mentioned, found: Found, fitting: list[Offer]
    ) -> Iterator[Finding]:
        speaker = statement.speaker
        if not any(self._reaches(speaker.pods, offer) for offer in fitting):
            yield Finding(
                "no edge", statement, mention, fitting[0].service,
                self._dependency(fitting[0]), found.host,
            )  # fmt: skip
        if found.how == "alias" or (found.how == "short" and found.namespace != speaker.namespace):
            yield Finding("no such name", statement, mention, found.service, host=found.host)

    def _reaches(self, pods: Iterable[Pods], offer: Offer) -> bool:
        target = _key(offer.endpoint)
        return any(
            (source, target, offer.number) in self._reached or (source, target) in self._wide
            for source in pods
        )

    def _dependency(self, offer: Offer) -> str:
        offers = self._names.offers[offer.service]
        if offers[0] != offer:
            return f"{offer.service}:{offer.port}"
        # Of an external service with several ports, one must be chosen; metrics are scraped.
        metrics = self._metrics.get(offer.service)
        alone = not isinstance(self._services[offer.service], External) or all(
            other.port == metrics for other in offers[1:]
        )
        return offer.service if alone else f"{offer.service}:{offer.port}"

    def _undeclared(self, statement: Statement, mention: Mentioned) -> Fault | None:
        host = mention.host
        if of_the_pod(host) or host in _API_SERVER or self._names.owned(host):
            return None
        if in_cluster(host) or (_is_address(host) and _is_called(statement, mention)):
            return "undeclared"
        return _in_a_value(statement, mention) if _is_address(host) else None


def _in_a_value(statement: Statement, mention: Mentioned) -> Fault | None:
    """Return what an address in a variable, an argument or a file is; in a sentence it is none."""
    key, text = statement.key, statement.text
    if "\n" in text:
        return "perhaps" if mention.keyed else None
    if shown_to_people(key):
        return None
    whole = not any(mark in text for mark in " \t")
    if mention.form == "url" and (whole or "curl " in text):
        return "perhaps" if mention.scheme in _SHOWN_SCHEMES else "undeclared"
    return "perhaps" if mention.form != "pair" and whole and means_host(key) else None


def _is_called(statement: Statement, mention: Mentioned) -> bool:
    """Say whether a server certainly connects to the addresses under a key of its configuration."""
    keys = _CALLERS.get(statement.speaker.kind, frozenset())
    return (
        statement.key in keys
        and "config" in statement.path[2:3]
        and mention.form in {"url", "address", "word"}
    )


def _is_address(host: str) -> bool:
    """Say whether a host is written in full: an address, or a name with a domain."""
    return as_address(host) is not None or (
        "." in host and host.rpartition(".")[2].isalpha() and len(host.rpartition(".")[2]) > 1
    )


def _key(end: object) -> object:
    if isinstance(end, Pods):
        return anonymous(end)
    return end.name if isinstance(end, Outside) else end
