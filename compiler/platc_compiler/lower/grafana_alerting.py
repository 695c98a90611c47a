"""Alerts that Grafana evaluates and sends: its connections, its secrets, its mail server.

Source: conf/defaults.ini (``smtp``) and pkg/services/provisioning/values of grafana/grafana: the
value ``$__file{PATH}`` of a contact point is read from the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from platc_compiler.ir.network import Link, Pods
from platc_compiler.ir.pods import SecretKey
from platc_compiler.language.references import references
from platc_compiler.lower.kind import Context
from platc_compiler.lower.observability import evaluated_by
from platc_compiler.lower.secret_keys import secret_key
from platc_compiler.lower.secret_volumes import keys_of
from platc_spec.observability import Notifications, Receiver, Smtp
from platc_spec.routes import receiver_of

SECRETS = "/etc/grafana-receivers"
"""Where the credentials of receivers are mounted, as ``SECRET/KEY`` below it."""
_SMTPS = 465


class Alerting(Struct, frozen=True, kw_only=True):
    """What Grafana needs to evaluate alerts and to send them."""

    folder: str = ""
    """Where the credentials of receivers are, empty if it evaluates no alert."""
    settings: dict[str, dict[str, Any]] = {}
    """Of grafana.ini, by section."""
    password: SecretKey | None = None
    """That of the mail server."""
    keys: tuple[SecretKey, ...] = ()
    """Those that contact points read."""
    links: tuple[Link, ...] = ()


def alerting(pods: Pods, context: Context) -> Alerting:
    """Return it for the alerts of the platform that are Grafana's."""
    spec = context.spec
    if spec.notifications is None or not any(
        evaluated_by(alert, spec) == "grafana" for alert in spec.alerts.values()
    ):
        return Alerting()
    receivers = told(spec.notifications)
    smtp = spec.notifications.smtp if any(r.email for r in receivers.values()) else None
    return Alerting(
        folder=SECRETS, settings=_mail(smtp, context), password=_password(smtp),
        keys=_keys(receivers), links=tuple(_links(receivers, smtp, pods)),
    )  # fmt: skip


def told(notifications: Notifications) -> dict[str, Receiver]:
    """Return the receivers that routes name: no other is told by Grafana."""
    routes = notifications.routes
    named = (routes.default, routes.critical, routes.warning, routes.info)
    names = dict.fromkeys(receiver_of(route) for route in named if route is not None)
    return {
        name: notifications.receivers[name] for name in names if name in notifications.receivers
    }


def _links(receivers: Mapping[str, Receiver], smtp: Smtp | None, pods: Pods) -> Iterator[Link]:
    """Yield the connections to the mail server, and to the service of each channel."""
    if smtp is not None:
        yield Link(pods, smtp.service, None, ("notifications", "smtp", "service"))
    for name, receiver in receivers.items():
        for kind, channel in receiver.channels.items():
            if channel.service is not None:
                place = ("notifications", "receivers", name, kind, "service")
                yield Link(pods, channel.service, None, place)


def _keys(receivers: Mapping[str, Receiver]) -> tuple[SecretKey, ...]:
    """Return the keys of secrets that contact points read from files, each once."""
    return keys_of(
        (each.name, ("notifications", "receivers", name, *each.path))
        for name, receiver in receivers.items()
        for each in references(receiver)
        if each.to == "secret"
    )


def _password(smtp: Smtp | None) -> SecretKey | None:
    if smtp is None or smtp.password is None:
        return None
    return secret_key(smtp.password, ("notifications", "smtp", "password"))


def _mail(smtp: Smtp | None, context: Context) -> dict[str, dict[str, Any]]:
    """Return the section of grafana.ini; on port 465 Grafana speaks TLS from the first byte."""
    if smtp is None:
        return {}
    offer = context.offer(smtp.service)
    policy = "MandatoryStartTLS" if smtp.require_tls else "OpportunisticStartTLS"
    start = {} if (offer.public or offer.number) == _SMTPS else {"startTLS_policy": policy}
    user = {"user": smtp.username} if smtp.username else {}
    stated = {"enabled": True, "host": offer.address, "from_address": smtp.sender}
    return {"smtp": {**stated, **user, **start}}
