"""The Alertmanager target: ``alertmanager.yml``, own templates, and planned silences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platc_compiler.ir.observability import TEMPLATES, Notifier
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.source.emit import yaml_text
from platc_compiler.targets.alertmanager.inhibition import inhibitions
from platc_compiler.targets.alertmanager.own import merged, own_routes
from platc_compiler.targets.alertmanager.receivers import receivers
from platc_compiler.targets.alertmanager.routes import routes
from platc_compiler.templating.templates import Templates
from platc_spec.observability import Notifications


def alertmanager(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield the files of the platform's Alertmanager, nothing when it has none."""
    notifications = platform.spec.notifications
    if not platform.notifiers or notifications is None:
        return
    notifier = platform.notifiers[0]
    config = _configuration(platform, notifier, notifications, templates)
    yield File("alertmanager/alertmanager.yml", yaml_text(config))
    if notifications.silences:
        from platc_compiler.targets.alertmanager.silences import script

        text = script(platform, notifier, notifications, templates)
        if text:
            yield File("alertmanager/silences.sh", text)
    for name, text in notifier.templates:
        yield File(f"alertmanager/templates/{name}", text)


def _configuration(
    platform: Platform, notifier: Notifier, notifications: Notifications, templates: Templates
) -> dict[str, Any]:
    smtp = notifications.smtp
    password = f"{notifier.secrets}/{smtp.password}" if smtp and smtp.password else None
    own = own_routes(notifier.config)
    generated: dict[str, Any] = templates.data(
        "alertmanager/alertmanager.yaml.j2",
        notifications=notifications, smtp=smtp, smarthost=notifier.smarthost, password=password,
        group_by=list(notifications.group_by), routes=list(routes(notifications, own, templates)),
        inhibitions=list(inhibitions(platform, templates)),
        receivers=list(receivers(notifications, notifier, templates)),
        time_intervals=[
            {"name": name, "time_intervals": [each.model_dump(exclude_defaults=True, mode="json")
                                              for each in intervals]}
            for name, intervals in notifications.time_intervals.items()
        ],
        templates=[f"{TEMPLATES}/{name}" for name, _ in notifier.templates],
    )  # fmt: skip
    return merged(generated, notifier.config)
