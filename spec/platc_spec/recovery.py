"""Backups of the cluster, objectives of recovery, and the procedures of the runbook."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import Cron, Duration, Model, Name, ServiceName


class Backup(Model):
    """Backups of Kubernetes objects and volumes by Velero."""

    schedule: Cron
    """The schedule, in UTC."""
    namespaces: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The namespaces of the backup."""
    exclude: tuple[str, ...] = ()
    """Resources that are excluded, such as ``pods``."""
    keep: Duration
    """How long a backup is kept (Velero's ``ttl``)."""
    location: str = "default"
    """Velero's BackupStorageLocation."""
    velero_namespace: Name = "velero"
    """The namespace of Velero itself."""
    rpo: Duration | None = None
    """How much may be lost of the data that only these backups protect: objects, which are also in
    platform.yaml, and volumes without dumps of their own. Default: ``recovery.rpo``."""


class Step(Model):
    """A step of a procedure: one action, for which the runbook gives this platform's commands."""

    title: str | None = None
    """The title of the step; default: the name of the action."""
    create: Literal["cluster"] | None = None
    """Create the cluster again from the declared nodes."""
    stop: Literal["pipelines"] | ServiceName | None = None
    """Stop all pipelines, or scale a service to zero."""
    deploy: Literal["platform"] | Name | ServiceName | None = None
    """Apply the platform, a namespace of it, or a service."""
    restore: Literal["cluster"] | ServiceName | None = None
    """Restore the cluster's objects from Velero, or a database from its dump."""
    upgrade: ServiceName | None = None
    """Bring a database to another major version, by its last dump."""
    replay: ServiceName | None = None
    """Read a log or queue again from the point of the backup."""
    verify: Literal["platform", "alerts", "notifications"] | ServiceName | None = None
    """Prove that the target works again."""
    resume: Literal["pipelines"] | ServiceName | None = None
    """Start the stopped target again."""
    run: tuple[Annotated[str, Field(pattern=r"^[^\n]*$")], ...] = ()
    """Commands of your own, one on each line."""

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        actions = [name for name in ACTIONS if getattr(self, name)]
        if len(actions) != 1:
            raise ValueError(f"a step has exactly one of {', '.join(ACTIONS)}")
        return self

    @property
    def action(self) -> str:
        """The name of the stated action."""
        return next(name for name in ACTIONS if getattr(self, name))


ACTIONS = ("create", "stop", "deploy", "restore", "upgrade", "replay", "verify", "resume", "run")


class Procedure(Model):
    """The procedure for one kind of disaster."""

    when: str = ""
    """Its symptoms."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """The steps, in order."""


class Recovery(Model):
    """How soon the platform must be back, how much data may be lost, and the procedures."""

    rto: Duration
    """Recovery time objective: the longest downtime."""
    rpo: Duration
    """Recovery point objective: how much of the latest data may be lost."""
    contacts: tuple[str, ...] = ()
    """The people to call, in this order."""
    procedures: dict[str, Procedure] = {}
    """The procedures, by the name of the disaster."""
