"""A receiver tells people through a service that Alertmanager may not connect to.

Why: the address of a webhook is in a secret, so nothing else shows which connection it needs.
Without the edge, every message of this receiver is lost, and so is the alert that reports it.

Bad:
```yaml
secrets: { slack: { namespace: shop, keys: [url] } }
notifications:
  receivers: { team: { slack: { channel: "#shop", webhook: slack/url } } }
services:
  slack: { kind: external, address: { host: hooks.slack.com }, ports: { https: 443 } }
```

Good:
```yaml
secrets: { slack: { namespace: shop, keys: [url] } }
notifications:
  receivers: { team: { slack: { service: slack, channel: "#shop", webhook: slack/url } } }
services:
  slack: { kind: external, address: { host: hooks.slack.com }, ports: { https: 443 } }
```

Fix: declare the server that takes the message as a service (``external`` where somebody else runs
it), and name it as the channel's ``service``. For receivers under ``config``, and where a service
takes several channels, ``depends_on`` of Alertmanager does the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from platc_compiler.checks.network.naming import to_add
from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.network import Edge, Outside
from platc_compiler.ir.platform import Platform
from platc_spec.channel import Channel
from platc_spec.kinds.external import External

CODE = "PLT308"

_DEFAULT_HOSTS = {
    "opsgenie_configs": "api.opsgenie.com",
    "pagerduty_configs": "events.pagerduty.com",
    "pushover_configs": "api.pushover.net",
    "telegram_configs": "api.telegram.org",
    "victorops_configs": "alert.victorops.com",
    "webex_configs": "webexapis.com",
    "wechat_configs": "qyapi.weixin.qq.com",
}
"""The default address of each type of receiver in Alertmanager's own configuration.
"""
_NAMES_ADDRESS = frozenset({"api_url", "url", "api_url_file", "url_file"})
_BY_FILE = {
    "discord_configs": "webhook_url_file",
    "incidentio_configs": "url_file",
    "mattermost_configs": "webhook_url_file",
    "msteams_configs": "webhook_url_file",
    "msteamsv2_configs": "webhook_url_file",
    "slack_configs": "api_url_file",
    "webhook_configs": "url_file",
}
"""The key of the file that holds the address, by type of receiver."""


class _Wanted(Struct, frozen=True):
    """The destination of a receiver."""

    kind: str
    host: str
    """Empty if the address is in a secret."""
    path: Origin
    service: str | None = None
    """The service that the channel names."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each receiver and each Alertmanager without an edge to its destination."""
    if not platform.notifiers:
        return
    outside = {
        name: service.address.host
        for name, service in platform.spec.services.items()
        if isinstance(service, External) and service.address.host
    }
    for notifier in platform.notifiers:
        pods = {w.selector for w in platform.workloads if w.service == notifier.service}
        edges = [
            edge
            for edge in platform.edges
            if getattr(edge.source, "labels", None) in pods and edge.reason == "depends_on"
        ]
        for wanted in (*_declared(platform), *_configured(notifier.config, notifier.service)):
            if wanted.service is not None:
                yield from _misled(wanted, outside)
            elif not _served(wanted, edges, outside):
                yield _told(wanted, notifier.service, platform, outside)


def _declared(platform: Platform) -> Iterator[_Wanted]:
    notifications = platform.spec.notifications
    for name, receiver in notifications.receivers.items() if notifications else ():
        for kind, channel in receiver.channels.items():
            place: Origin = ("notifications", "receivers", name, kind)
            yield _Wanted(kind, _host(kind, channel), place, channel.service)


def _host(kind: str, channel: Channel) -> str:
    """Return the host that takes the messages of a channel, empty if it is in a secret."""
    address = getattr(channel, "api_url", None)
    if kind == "pagerduty":
        address = getattr(channel, "url", None)
    if isinstance(address, str):
        return urlsplit(address).hostname or ""
    if kind == "slack":
        return "hooks.slack.com" if getattr(channel, "token", None) is None else "slack.com"
    if kind == "sns":
        return f"sns.{getattr(channel, 'region', '')}.amazonaws.com"
    return _DEFAULT_HOSTS.get(f"{kind}_configs", "")


def _misled(wanted: _Wanted, outside: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield an error if the named service has another host than the messages need.

    A service of the cluster may pass them on, and a Slack webhook may belong to another server.
    """
    host = outside.get(wanted.service or "")
    if host and wanted.host and wanted.kind != "slack" and not _is_below(host, wanted.host):
        message = (
            f"'{wanted.service}' is {host}, and this receiver sends its messages to {wanted.host}"
        )
        hint = f"name a service with address: {{ host: {wanted.host} }}"
        yield error(CODE, message, (*wanted.path, "service"), hint)


def _configured(config: Mapping[str, object], service: str) -> Iterator[_Wanted]:
    """Yield the destinations of receivers under ``config`` that no value names.

    A host in a value is found by the checks of implied traffic.
    """
    for path, kind, each in _own_channels(config, ("services", service, "config", "receivers")):
        name = kind.removesuffix("_configs")
        file = _BY_FILE.get(kind)
        if file is not None and file in each:
            yield _Wanted(name, "hooks.slack.com" if name == "slack" else "", path)
        elif kind in _DEFAULT_HOSTS and _NAMES_ADDRESS.isdisjoint(each):
            yield _Wanted(name, _DEFAULT_HOSTS[kind], path)


def _own_channels(
    config: Mapping[str, object], at: Origin
) -> Iterator[tuple[Origin, str, Mapping[str, object]]]:
    receivers = config.get("receivers")
    for index, receiver in enumerate(receivers if isinstance(receivers, list) else ()):
        for kind, stated in receiver.items() if isinstance(receiver, Mapping) else ():
            for number, each in enumerate(stated if isinstance(stated, list) else ()):
                if isinstance(each, Mapping):
                    yield (*at, index, kind, number), kind, each


def _served(wanted: _Wanted, edges: list[Edge], outside: Mapping[str, str]) -> bool:
    """Return whether an edge leads to the host, or may lead to the address in a secret.

    A Slack webhook may belong to another server with Slack's API, unless Slack is declared. A mail
    service is not the destination of a webhook, and Slack is not the destination of a webhook of
    another type.
    """
    below = _below(wanted.host)
    named = {name for name, host in outside.items() if below and _is_below(host, below)}
    reached = {
        edge.target.name if isinstance(edge.target, Outside) else str(edge.target)
        for edge in edges
        if edge.origin[:1] == ("services",) or edge.origin[-1:] == ("service",)
    }
    if wanted.host and (named or wanted.kind != "slack"):
        return not reached.isdisjoint(named)
    mail = {edge.target.name for edge in edges if isinstance(edge.target, Outside)
            and edge.port in _MAIL}  # fmt: skip
    slack = {name for name, host in outside.items() if _is_below(host, "slack.com")}
    return bool(reached - mail - (slack if wanted.kind == "webhook" else set()))


_MAIL = frozenset({25, 465, 587, 2525})
"""Ports of mail servers."""


def _below(host: str) -> str:
    """Return the domain whose hosts take the messages: Slack's are all below slack.com."""
    return "slack.com" if host.endswith(".slack.com") else host


def _is_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _told(
    wanted: _Wanted, alertmanager: str, platform: Platform, outside: Mapping[str, str]
) -> Diagnostic:
    host = wanted.host or "the host of its URL"
    message = f"'{alertmanager}' is cut off from {host}, where this receiver sends its messages"
    below = _below(wanted.host)
    known = next((name for name, each in outside.items() if below and _is_below(each, below)), None)
    name = known or wanted.kind
    hint = f"add service: {name}"
    if wanted.path[0] == "services":
        hint = to_add(name, ("services", alertmanager), platform)
    declaration = (
        f"declare under services: {wanted.kind}: {{ kind: external, "
        f"address: {{ host: {wanted.host or _USUAL.get(wanted.kind, 'HOST')} }}, "
        "ports: { https: 443 } }"
    )
    notes = () if known else (declaration,)
    return Diagnostic(CODE, "error", message, wanted.path, hint, notes, on_key=True)


_USUAL = {"discord": "discord.com", "incidentio": "api.incident.io"}
"""Where the URL of a secret mostly leads to."""
