"""The commands of each step of a procedure, by action and subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from platc_compiler.ir.network import Pods
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.recovery import DatabaseBackup
from platc_compiler.ir.workloads import Job
from platc_compiler.objects.manifest import CONFIG
from platc_compiler.source.emit import yaml_text
from platc_compiler.targets.runbook import parts
from platc_compiler.targets.runbook.inventory import holds_volumes
from platc_compiler.templating.templates import Templates
from platc_spec.quantities import human_bytes, millicores_text
from platc_spec.recovery import Step
from platc_spec.routes import receiver_of

_BROKER = 9092
_Values = dict[str, Any]
_Answer = tuple[str, _Values]
"""The name of a template below ``runbook/steps/``, and its values."""


def step_text(platform: Platform, templates: Templates, step: Step) -> str:
    """Return the text and commands of a step, in Markdown."""
    name, values = _ACTIONS[step.action](platform, getattr(step, step.action))
    return templates.text(f"runbook/steps/{name}.md.j2", **values).strip("\n")


def _create(platform: Platform, _what: str) -> _Answer:
    cluster = platform.spec.cluster
    nodes = [
        f"{pool.count} × {human_bytes(pool.memory)}, {millicores_text(pool.cpu)} CPUs ({name})"
        for name, pool in cluster.nodes.items()
    ]
    return "create-cluster", {
        "kind": cluster.distribution == "kind", "distribution": cluster.distribution,
        "kubernetes": cluster.kubernetes, "name": platform.name, "nodes": nodes,
        "sealed": any(secret.sealed for secret in platform.secrets),
    }  # fmt: skip


def _stop(platform: Platform, what: str) -> _Answer:
    return _pause(platform, "pause") if what == "pipelines" else _scale(platform, what, stop=True)


def _resume(platform: Platform, what: str) -> _Answer:
    if what == "pipelines":
        return _pause(platform, "unpause")
    return _scale(platform, what, stop=False)


def _pause(platform: Platform, verb: str) -> _Answer:
    pipelines = []
    for pipeline in platform.pipelines:
        part = parts.scheduler(platform, pipeline.runner)
        if part is not None:
            pipelines.append(
                {"name": pipeline.name, "namespace": part.namespace, "reference": part.reference,
                 "container": part.container}
            )  # fmt: skip
    runners = [
        {"namespace": runner.namespace, "selector": parts.selector_text(runner.worker_labels)}
        for runner in platform.runners
    ]
    return "pipelines", {"verb": verb, "pipelines": pipelines, "runners": runners}


def _scale(platform: Platform, service: str, *, stop: bool) -> _Answer:
    own = [parts.part(workload) for workload in parts.of_service(platform, service)]
    namespace = next((e.namespace for e in platform.externals if e.name == service), None)
    values = {"parts": own, "service": service, "stop": stop, "namespace": namespace}
    return "scale-service", values


def _deploy(platform: Platform, what: str) -> _Answer:
    if what == "platform":
        workloads, kind = platform.workloads, "platform"
    elif what in platform.spec.namespaces:
        workloads = tuple(w for w in platform.workloads if w.namespace == what)
        kind = "namespace"
    else:
        workloads, kind = parts.of_service(platform, what), "service"
    return "deploy", {"what": kind, "name": what, "parts": parts.running(workloads)}


def _restore(platform: Platform, what: str) -> _Answer:
    if what == "cluster":
        parts_by_file = {
            part.manifest: part
            for dump in platform.database_backups
            for part in parts.held_back(platform, dump)
        }
        return "restore-cluster", {
            "backups": platform.cluster_backups, "held_back": list(parts_by_file.values()),
            "volumes": any(holds_volumes(platform, b) for b in platform.cluster_backups),
            "sealed": any(secret.sealed for secret in platform.secrets),
        }  # fmt: skip
    backup = _backup(platform, what)
    if backup is None:
        return _deploy(platform, what)
    if backup.operated:
        return "restore-operated", _operated(platform, backup)
    return "restore-database", {**_dumped(platform, backup), "upgrade": False}


def _upgrade(platform: Platform, what: str) -> _Answer:
    backup = _backup(platform, what)
    assert backup is not None  # noqa: S101 - PLT604 has refused it
    if backup.operated:
        return "upgrade-operated", _operated(platform, backup)
    own = [w for w in platform.workloads if (w.namespace, w.name) == (backup.namespace, what)]
    folder = f"out/manifests/{CONFIG}/{backup.namespace}"
    configs = [f"{folder}/configmap-{each.name}.yaml" for w in own for each in w.configs]
    return "upgrade-database", {
        **_dumped(platform, backup), "upgrade": True,
        "files": [*configs, *(parts.part(w).manifest for w in own)],
        "longest": int(backup.longest.total_seconds()),
    }  # fmt: skip


def _dumped(platform: Platform, backup: DatabaseBackup) -> _Values:
    """Return the values of the commands that restore the dumps of a database."""
    bucket, _, prefix = backup.bucket.removeprefix("s3://").partition("/")
    folder = f"{prefix.rstrip('/')}/" if prefix else ""
    return {
        **_database(platform, backup), "held_back": parts.held_back(platform, backup),
        "job": _bootstrap(platform, backup), "location": f"s3://{bucket}/{folder}",
        "bucket": bucket, "prefix": folder,
    }  # fmt: skip


def _bootstrap(platform: Platform, backup: DatabaseBackup) -> str:
    """Return the name of the job that makes the roles and the rights of a database."""
    return next(
        w.name
        for w in platform.workloads
        if w.service == backup.service and isinstance(w.controller, Job)
    )


def _operated(platform: Platform, backup: DatabaseBackup) -> _Values:
    """Return the values of the commands that make a server anew which an operator runs.

    The operator reads where to begin from only when it makes a Cluster, and archives the log of the
    new one into another folder: both follow from a patch, which platform.yaml then has.
    """
    cluster = next(
        each
        for each in platform.operated
        if (each.namespace, each.name, each.kind) == (backup.namespace, backup.workload, "Cluster")
    )
    store = cluster.spec["backup"]["barmanObjectStore"]
    known = cluster.spec["bootstrap"]["initdb"]
    recovery = {
        "source": "before", "recoveryTarget": {"targetTime": "TO"},
        **{key: known[key] for key in ("database", "owner", "secret")},
    }  # fmt: skip
    patch = {
        "target": {"kind": "Cluster", "namespace": backup.namespace, "name": backup.workload},
        "merge": {"spec": {
            "bootstrap": {"initdb": None, "recovery": recovery},
            "externalClusters": [
                {"name": "before", "barmanObjectStore": {**store, "serverName": backup.workload}}
            ],
            "backup": {"barmanObjectStore": {"serverName": f"{backup.workload}-AFTER"}},
        }},
    }  # fmt: skip
    return {
        **_database(platform, backup), "held_back": parts.held_back(platform, backup),
        "job": _bootstrap(platform, backup), "patch": yaml_text({"patches": [patch]}).rstrip(),
    }  # fmt: skip


def _backup(platform: Platform, service: str) -> DatabaseBackup | None:
    return next((b for b in platform.database_backups if b.service == service), None)


def _database(platform: Platform, backup: DatabaseBackup) -> _Values:
    owned = [d for d in platform.databases if d.service == backup.service]
    workload = next(
        w
        for w in platform.workloads
        if w.namespace == backup.namespace and w.name == backup.workload
    )
    return {
        "backup": backup,
        "container": workload.pod.containers[0].name,
        "databases": sorted(owned, key=lambda d: d.name),
    }


def _replay(platform: Platform, service: str) -> _Answer:
    offer = next((o for o in platform.offers if o.service == service), None)
    if offer is None or _BROKER not in {o.number for o in platform.offers if o.service == service}:
        return "replay-other", {"service": service, "address": offer.address if offer else ""}
    broker = next(o for o in platform.offers if o.service == service and o.number == _BROKER)
    namespace = broker.endpoint.namespace if isinstance(broker.endpoint, Pods) else None
    pod = f"{broker.host.partition('.')[0]}-0" if namespace else None
    values = {"service": service, "address": broker.address, "namespace": namespace, "pod": pod}
    return "replay-kafka", values


def _verify(platform: Platform, what: str) -> _Answer:
    if what == "platform":
        runners = [parts.scheduler(platform, runner) for runner in platform.runners]
        return "verify-platform", {
            "platform": platform.name, "parts": parts.running(platform.workloads),
            "runners": [runner for runner in runners if runner is not None],
        }  # fmt: skip
    if what in {"alerts", "notifications"}:
        return _verify_alerting(platform, what)
    backup = _backup(platform, what)
    if backup is not None:
        return "verify-database", _database(platform, backup)
    own = parts.running(parts.of_service(platform, what))
    return "verify-service", {"service": what, "parts": own}


def _verify_alerting(platform: Platform, what: str) -> _Answer:
    notifiers = {notifier.service: notifier.url for notifier in platform.notifiers}
    workload = next((w for w in platform.workloads if w.service in notifiers), None)
    notifications = platform.spec.notifications
    if workload is None or notifications is None:
        return "verify-service", {"service": what, "parts": []}
    routes = notifications.routes
    receivers = {
        "critical": receiver_of(routes.critical or routes.default),
        "warning": receiver_of(routes.warning or routes.default),
    }
    return f"verify-{what}", {
        "part": parts.part(workload), "url": notifiers[workload.service],
        "severities": list(receivers), "receivers": receivers,
    }  # fmt: skip


def _run(_platform: Platform, commands: tuple[str, ...]) -> _Answer:
    return "run", {"commands": commands}


_ACTIONS: Mapping[str, Callable[[Platform, Any], _Answer]] = {
    "create": _create,
    "stop": _stop,
    "deploy": _deploy,
    "restore": _restore,
    "upgrade": _upgrade,
    "replay": _replay,
    "verify": _verify,
    "resume": _resume,
    "run": _run,
}
