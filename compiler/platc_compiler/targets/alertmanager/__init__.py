"""The Alertmanager target: ``alertmanager.yml`` from ``notifications``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platc_compiler.ir.observability import Notifier
from platc_compiler.ir.platform import Platform
from platc_compiler.merging import overlay
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.source.emit import yaml_text
from platc_compiler.targets.alertmanager.inhibition import inhibitions
from platc_compiler.targets.alertmanager.receivers import receivers
from platc_compiler.targets.alertmanager.routes import routes
from platc_compiler.templating.templates import Templates
from platc_spec.observability import Notifications


def alertmanager(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield the configuration of the platform's Alertmanager, nothing when it has none."""
    notifications = platform.spec.notifications
    if not platform.notifiers or notifications is None:
        return
    config = _configuration(platform, platform.notifiers[0], notifications, templates)
    yield File("alertmanager/alertmanager.yml", yaml_text(config))


def _configuration(
    platform: Platform, notifier: Notifier, notifications: Notifications, templates: Templates
) -> dict[str, Any]:
    smtp = notifications.smtp
    password = f"{notifier.secrets}/{smtp.password}" if smtp and smtp.password else None
    generated: dict[str, Any] = templates.data(
        "alertmanager/alertmanager.yaml.j2",
        notifications=notifications, smtp=smtp, smarthost=notifier.smarthost, password=password,
        group_by=list(notifications.group_by), routes=list(routes(notifications, templates)),
        inhibitions=list(inhibitions(platform, templates)),
        receivers=list(receivers(notifications, notifier, templates)),
    )  # fmt: skip
    return overlay(generated, notifier.config)
