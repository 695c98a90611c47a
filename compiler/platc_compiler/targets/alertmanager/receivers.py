"""Receivers: who is notified, through which channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platc_compiler.ir.observability import Notifier
from platc_compiler.templating.templates import Templates
from platc_spec.observability import Email, Notifications, Receiver


def receivers(
    notifications: Notifications, notifier: Notifier, templates: Templates
) -> Iterator[dict[str, Any]]:
    """Yield the receivers by name; secrets are read from the files they are mounted as."""
    for name, receiver in sorted(notifications.receivers.items()):
        data: dict[str, Any] = templates.data(
            "alertmanager/receiver.yaml.j2",
            name=name, receiver=receiver, email=_email(receiver), secrets=notifier.secrets,
        )  # fmt: skip
        yield data


def _email(receiver: Receiver) -> Email | None:
    email = receiver.email
    return Email(to=email) if isinstance(email, str) else email
