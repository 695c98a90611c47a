"""Receivers: who is notified, through which channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.ir.observability import Notifier
from platc_compiler.templating.templates import Templates
from platc_spec.channel import Channel, Email
from platc_spec.durations import duration_text
from platc_spec.observability import Notifications, Receiver

_FILES: Mapping[str, Mapping[str, str]] = {
    "slack": {"webhook": "api_url_file", "token": "app_token_file"},
    "webhook": {"url": "url_file"},
    "pagerduty": {"routing_key": "routing_key_file", "service_key": "service_key_file"},
    "opsgenie": {"api_key": "api_key_file"},
    "telegram": {"bot_token": "bot_token_file"},
    "discord": {"webhook": "webhook_url_file"},
    "msteams": {"webhook": "webhook_url_file"},
    "msteamsv2": {"webhook": "webhook_url_file"},
    "mattermost": {"webhook": "webhook_url_file"},
    "pushover": {"user_key": "user_key_file", "token": "token_file"},
    "victorops": {"api_key": "api_key_file"},
    "wechat": {"api_secret": "api_secret_file"},
    "rocketchat": {"token": "token_file", "token_id": "token_id_file"},
    "incidentio": {"url": "url_file", "token": "alert_source_token_file"},
}
"""Alertmanager's keys for files of credentials, by channel and field."""
_BEARER = frozenset({"webhook", "webex", "jira"})
"""Channels whose ``token`` is sent by the HTTP client: they have no key for it."""

_GO_DURATIONS = {"retry", "expire", "ttl"}
"""Durations of Pushover."""


def receivers(
    notifications: Notifications, notifier: Notifier, templates: Templates
) -> Iterator[dict[str, Any]]:
    """Yield the receivers by name; credentials are read from the files they are mounted as."""
    for name, receiver in sorted(notifications.receivers.items()):
        data: dict[str, Any] = templates.data(
            "alertmanager/receiver.yaml.j2",
            name=name, receiver=receiver, email=_email(receiver),
            channels={
                kind: templates.data(
                    "alertmanager/channel.yaml.j2",
                    kind=kind, settings=settings(kind, channel, notifier.secrets),
                    send_resolved=receiver.send_resolved,
                )
                for kind, channel in receiver.channels.items()
            },
        )  # fmt: skip
        yield data


def _email(receiver: Receiver) -> Email | None:
    email = receiver.email
    return Email(to=email) if isinstance(email, str) else email


def settings(kind: str, channel: Channel, secrets: str) -> dict[str, Any]:
    """Return the keys of a channel as Alertmanager has them.

    Args:
        kind: the name of the channel's type, such as ``slack``.
        channel: the channel.
        secrets: the folder in which secrets are mounted.
    """
    stated: dict[str, Any] = channel.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude_defaults=True, exclude={"service"}
    )
    if kind == "pushover":
        # Go reads these: it has no unit above the hour.
        for key in _GO_DURATIONS & stated.keys():
            stated[key] = duration_text(getattr(channel, key), "h")
    made: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for key, value in stated.items():
        file = _FILES.get(kind, {}).get(key)
        if file is not None:
            files[file] = f"{secrets}/{value}"
        elif not (key in {"user", "token"} and kind in _BEARER) and kind != "sns":
            made[key] = value
    if kind in _BEARER and "token" in stated:
        made["http_config"] = _client(stated, f"{secrets}/{stated['token']}")
    return _of_sns(stated) if kind == "sns" else {**files, **made}


def _client(stated: Mapping[str, Any], file: str) -> dict[str, Any]:
    if "user" in stated:
        return {"basic_auth": {"username": stated["user"], "password_file": file}}
    return {"authorization": {"credentials_file": file}}


def _of_sns(stated: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of SNS; the key of AWS is in the environment of the pod."""
    sigv4 = {key: stated.pop(key) for key in ("region", "role_arn") if key in stated}
    stated.pop("keys", None)
    return {"sigv4": sigv4, **stated}
