"""The runbook: ``RECOVERY.md``, the procedures with this platform's commands, and ``ALERTS.md``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from platc_compiler.ir.platform import Platform
from platc_compiler.monitoring.runbook import is_wanted
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.targets.runbook.inventory import (
    holds_volumes,
    inventory,
    volumes_without_backup,
)
from platc_compiler.targets.runbook.steps import step_text
from platc_compiler.templating.templates import Templates
from platc_spec.durations import duration_text


def runbook(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield the procedures when platform.yaml has a ``recovery``, and the alerts it links to."""
    if is_wanted(platform):
        from platc_compiler.targets.runbook.alerts import alerts_page

        yield from alerts_page(platform, templates)
    recovery = platform.spec.recovery
    if recovery is None:
        return
    text = templates.text(
        "runbook/recovery.md.j2",
        platform=platform.name, rto=duration_text(recovery.rto), rpo=duration_text(recovery.rpo),
        worst=_worst(platform), contacts=recovery.contacts, inventory=inventory(platform),
        databases=[each for each in platform.database_backups if not each.operated],
        sealed=any(secret.sealed for secret in platform.secrets),
        volumes=any(holds_volumes(platform, backup) for backup in platform.cluster_backups),
        hooks=any(backup.takes_pods for backup in platform.cluster_backups),
        empty=volumes_without_backup(platform),
        procedures=[
            {
                "name": name,
                "when": procedure.when,
                "steps": [
                    {"title": step.title or _words(step.action, getattr(step, step.action)),
                     "text": step_text(platform, templates, step)}
                    for step in procedure.steps
                ],
            }
            for name, procedure in recovery.procedures.items()
        ],
    )  # fmt: skip
    yield File("runbook/RECOVERY.md", text)


def _words(action: str, what: object) -> str:
    return "Run" if action == "run" else f"{action.capitalize()} {what}"


def _worst(platform: Platform) -> str:
    losses = [backup.most_lost for backup in platform.database_backups]
    if not losses:
        return "nothing: no database is dumped"
    known = [loss for loss in losses if loss is not None]
    if len(known) < len(losses):
        return "everything: a schedule never fires"
    return f"{duration_text(max(known, default=timedelta(0)))} of a database"
