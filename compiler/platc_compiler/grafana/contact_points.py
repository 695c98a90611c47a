"""Contact points: how Grafana itself tells the receivers of alerts.

Source: grafana.com, "Use configuration files to provision alerting resources" (contact points), and
pkg/services/provisioning/values of grafana/grafana: ``$__file{PATH}`` is read from the file, and
``$$`` is a dollar. Texts of receivers are templates of Alertmanager, whose names Grafana does not
have: it sends its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from platc_spec.channel import Channel, Email
from platc_spec.observability import Receiver

_LONGEST = 40
"""Characters of a uid. Source: pkg/util/shortid_generator.go."""


class _Type(Struct, frozen=True):
    """A type of contact point, and its settings by the field of the channel."""

    name: str
    secrets: Mapping[str, str]
    settings: Mapping[str, str] = {}


_TYPES: Mapping[str, _Type] = {
    "slack": _Type("slack", {"webhook": "url", "token": "token"}, {"channel": "recipient"}),
    "webhook": _Type(
        "webhook",
        {"url": "url", "token": "authorization_credentials"},
        {"max_alerts": "maxAlerts"},
    ),
    "pagerduty": _Type("pagerduty", {"routing_key": "integrationKey"}),
    "opsgenie": _Type("opsgenie", {"api_key": "apiKey"}, {"api_url": "apiUrl"}),
    "telegram": _Type(
        "telegram",
        {"bot_token": "bottoken"},
        {"chat_id": "chatid", "message_thread_id": "message_thread_id"},
    ),
    "discord": _Type("discord", {"webhook": "url"}),
    "msteams": _Type("teams", {"webhook": "url"}),
    "msteamsv2": _Type("teams", {"webhook": "url"}),
    "pushover": _Type("pushover", {"user_key": "userKey", "token": "apiToken"}),
    "webex": _Type("webex", {"token": "bot_token"}, {"room_id": "room_id"}),
}
"""By type of channel."""


def is_known(kind: str, channel: Channel) -> bool:
    """Return whether Grafana can tell somebody by this channel."""
    known = _TYPES.get(kind)
    return known is not None and any(getattr(channel, key) for key in known.secrets)


def uid(*parts: str) -> str:
    """Return a uid that follows from names, of at most as many characters as Grafana allows."""
    whole = "-".join(parts)
    if len(whole) <= _LONGEST:
        return whole
    from hashlib import sha256

    return f"{whole[: _LONGEST - 9]}-{sha256(whole.encode()).hexdigest()[:8]}"


def literal(text: str) -> str:
    """Return a text whose dollars are no variables."""
    return text.replace("$", "$$")


def channels(name: str, receiver: Receiver, secrets: str) -> Iterator[dict[str, Any]]:
    """Yield uid, type and settings of each channel that Grafana knows.

    Args:
        name: the receiver.
        receiver: its channels.
        secrets: the folder in which credentials are mounted.
    """
    if receiver.email is not None:
        yield {"uid": uid(name, "email"), "type": "email", "settings": _mail(receiver.email)}
    for kind, channel in receiver.channels.items():
        known = _TYPES.get(kind)
        if known is not None:
            settings = _settings(kind, known, channel, secrets)
            yield {"uid": uid(name, kind), "type": known.name, "settings": settings}


def _mail(stated: str | Email) -> dict[str, Any]:
    address = stated if isinstance(stated, str) else stated.to
    return {"addresses": literal(address), "singleEmail": True}


def _settings(kind: str, known: _Type, channel: Channel, secrets: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        setting: f"$__file{{{secrets}/{value}}}"
        for key, setting in known.secrets.items()
        if (value := getattr(channel, key))
    }
    for key, setting in known.settings.items():
        value = getattr(channel, key)
        if value is not None:
            found[setting] = literal(str(value))
    if "authorization_credentials" in found:
        found["authorization_scheme"] = "Bearer"
    if kind == "opsgenie" and "apiUrl" in found:
        # Alertmanager adds this path to the address; Grafana does not.
        found["apiUrl"] = f"{found['apiUrl'].rstrip('/')}/v2/alerts"
    return found
