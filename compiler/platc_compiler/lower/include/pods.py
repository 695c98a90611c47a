"""Included pods as the rest of the compiler knows pods: what they request, mount and use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import Any

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import (
    Amounts,
    Claim,
    Container,
    EmptyDir,
    Env,
    HostPath,
    Pod,
    Port,
    Resources,
    SecretFiles,
    SecretKey,
    Volume,
)
from platc_compiler.ir.taints import Toleration
from platc_compiler.ir.workloads import (
    Controller,
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    StatefulSet,
)
from platc_compiler.lower.include.objects import Object, template
from platc_compiler.lower.include.raw import Raw, mapping, mappings, number, text
from platc_spec.quantities import parse_bytes, parse_millicores, parse_quantity

_WITHOUT_END = timedelta(days=7)
"""How long a run is counted that states no deadline: longer than between two runs."""
_SURGE = "25%"
"""The default of ``maxSurge`` (pkg/apis/apps/v1/defaults.go)."""

Keys = Mapping[tuple[str, str], tuple[str, ...]]
"""The keys of declared secrets by namespace and name."""


def pod_of(found: Object, among: Sequence[Object], secrets: Keys) -> Pod:
    """Return the pods of an object.

    Args:
        found: the object that makes them.
        among: all objects of its entry, for the claims and secrets that they name.
        secrets: the keys of declared secrets.
    """
    stated, place = found.pod, found.pod_path
    context = mapping(stated, "securityContext")
    known = _Secrets(found.namespace, secrets)
    return Pod(
        containers=tuple(_containers(stated, "containers", place, known)),
        init=tuple(_containers(stated, "initContainers", place, known)),
        volumes=tuple(_volumes(found, among, known)),
        user=number(context, "runAsUser", 0), group=number(context, "runAsGroup", 0),
        service_account=text(stated, "serviceAccountName") or "default",
        host_network=stated.get("hostNetwork") is True, host_pid=stated.get("hostPID") is True,
        tolerations=tuple(map(_toleration, mappings(stated, "tolerations"))),
        node_selector=tuple(sorted(mapping(stated, "nodeSelector").items())),
        pull_secrets=tuple(
            known.key(text(each, "name"), "", (*place, "imagePullSecrets"))
            for each in mappings(stated, "imagePullSecrets")
            if known.declared(text(each, "name"))
        ),
        restart="Always" if found.kind not in {"Job", "CronJob"} else "OnFailure",
        grace=number(stated, "terminationGracePeriodSeconds", 30),
        security=_level(template(found.body)),
    )  # fmt: skip


def _level(pod: Raw) -> str:
    """Return the strictest Pod Security level that a pod satisfies."""
    from platc_compiler.admission.rules.node import Node
    from platc_compiler.admission.rules.pod_security import violations

    levels = ("restricted", "baseline")
    return next((each for each in levels if not any(violations(Node(pod), each))), "privileged")


class _Secrets:
    """The declared secrets of a namespace."""

    def __init__(self, namespace: str, keys: Keys) -> None:
        self._namespace, self._keys = namespace, keys

    def declared(self, secret: str) -> bool:
        return (self._namespace, secret) in self._keys

    def all(self, secret: str) -> tuple[str, ...]:
        return self._keys.get((self._namespace, secret), ())

    def key(self, secret: str, key: str, place: Origin) -> SecretKey:
        return SecretKey(secret, key or next(iter(self.all(secret)), ""), place)


def _containers(pod: Raw, group: str, place: Origin, secrets: _Secrets) -> Iterator[Container]:
    for index, stated in enumerate(mappings(pod, group)):
        here = (*place, group, index)
        yield Container(
            name=text(stated, "name"), image=text(stated, "image"),
            command=_texts(stated.get("command")), args=_texts(stated.get("args")),
            env=tuple(_env(stated, here, secrets)),
            ports=tuple(
                Port(text(port, "name"), number(port, "containerPort", 0))
                for port in mappings(stated, "ports")
            ),
            resources=_resources(mapping(stated, "resources"), here),
            sidecar=group == "initContainers" and stated.get("restartPolicy") == "Always",
            origin=here,
        )  # fmt: skip


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _env(container: Raw, place: Origin, secrets: _Secrets) -> Iterator[Env]:
    for source in mappings(container, "envFrom"):
        name = text(mapping(source, "secretRef"), "name")
        for key in secrets.all(name):
            yield Env(f"{text(source, 'prefix')}{key}", secrets.key(name, key, (*place, "envFrom")))
    for index, variable in enumerate(mappings(container, "env")):
        name, chosen = text(variable, "name"), mapping(variable, "valueFrom", "secretKeyRef")
        if "value" in variable:
            yield Env(name, str(variable["value"]))
        elif chosen and secrets.declared(text(chosen, "name")):
            at = (*place, "env", index)
            yield Env(name, secrets.key(text(chosen, "name"), text(chosen, "key"), at))


def _resources(stated: Raw, place: Origin) -> Resources:
    return Resources(
        requests=_amounts(mapping(stated, "requests")), limits=_amounts(mapping(stated, "limits")),
        origin=(*place, "resources") if stated else place,
    )  # fmt: skip


def _amounts(stated: Raw) -> Amounts:
    return Amounts(
        cpu=parse_millicores(stated["cpu"]) if "cpu" in stated else None,
        memory=parse_bytes(stated["memory"]) if "memory" in stated else None,
        ephemeral_storage=(
            parse_bytes(stated["ephemeral-storage"]) if "ephemeral-storage" in stated else None
        ),
        extended=tuple(
            sorted((name, int(parse_quantity(n))) for name, n in stated.items() if "/" in name)
        ),
    )


def _volumes(found: Object, among: Sequence[Object], secrets: _Secrets) -> Iterator[Volume]:
    claims = {
        each.name: each
        for each in among
        if each.kind == "PersistentVolumeClaim" and each.namespace == found.namespace
    }
    place = found.pod_path
    for index, volume in enumerate(mappings(found.pod, "volumes")):
        name, here = text(volume, "name"), (*place, "volumes", index)
        claimed = claims.get(text(mapping(volume, "persistentVolumeClaim"), "claimName"))
        own = mapping(volume, "ephemeral", "volumeClaimTemplate", "spec")
        if claimed is not None:
            yield Volume(name, _claim(mapping(claimed.body, "spec"), claimed.origin))
        elif own:
            yield Volume(name, _claim(own, here))
        elif "emptyDir" in volume:
            scratch = mapping(volume, "emptyDir")
            size = parse_bytes(scratch["sizeLimit"]) if "sizeLimit" in scratch else 0
            yield Volume(name, EmptyDir(size=size, memory=scratch.get("medium") == "Memory"))
        elif "hostPath" in volume:
            yield Volume(name, HostPath(text(mapping(volume, "hostPath"), "path")))
        yield from _secret_volumes(volume, name, here, secrets)
    for index, stated in enumerate(mappings(mapping(found.body, "spec"), "volumeClaimTemplates")):
        here = (*found.origin, "spec", "volumeClaimTemplates", index)
        name = text(mapping(stated, "metadata"), "name")
        yield Volume(name, _claim(mapping(stated, "spec"), here))


def _secret_volumes(volume: Raw, name: str, place: Origin, secrets: _Secrets) -> Iterator[Volume]:
    whole = mapping(volume, "secret")
    sources = [(text(whole, "secretName"), whole)] if whole else []
    sources += [
        (text(mapping(each, "secret"), "name"), mapping(each, "secret"))
        for each in mappings(mapping(volume, "projected"), "sources")
        if "secret" in each
    ]
    for secret, source in sources:
        if secrets.declared(secret):
            chosen = tuple(text(item, "key") for item in mappings(source, "items"))
            yield Volume(name, SecretFiles(secret, chosen or secrets.all(secret), place))


def _claim(stated: Raw, place: Origin) -> Claim:
    modes = stated.get("accessModes") or ()
    storage_class = stated.get("storageClassName")
    return Claim(
        size=parse_bytes(mapping(stated, "resources", "requests").get("storage", 0)),
        storage_class=storage_class if isinstance(storage_class, str) else None,
        access="ReadWriteMany" if "ReadWriteMany" in modes else "ReadWriteOnce", origin=place,
    )  # fmt: skip


def _toleration(stated: Raw) -> Toleration:
    return Toleration(
        text(stated, "key"), stated.get("operator") == "Exists", text(stated, "value"),
        text(stated, "effect"),
    )  # fmt: skip


def controller(found: Object, among: Sequence[Object]) -> Controller:
    """Return the controller of an object's pods, an autoscaled one at its maximum."""
    stated = mapping(found.body, "spec")
    replicas = _at_most(found, among) or number(stated, "replicas", 1)
    match found.kind:
        case "Deployment":
            strategy = mapping(stated, "strategy")
            recreate = strategy.get("type") == "Recreate"
            surge = _surge(mapping(strategy, "rollingUpdate").get("maxSurge", _SURGE), replicas)
            return Deployment(
                replicas=replicas, recreate=recreate, surge=0 if recreate else surge, alone=True
            )
        case "StatefulSet":
            return StatefulSet(replicas=replicas)
        case "DaemonSet":
            return DaemonSet()
        case "Job":
            return _job(stated)
        case _:
            return _cron_job(stated)


def _at_most(found: Object, among: Sequence[Object]) -> int:
    """Return the maximum of the autoscaler of an object, 0 if it has none."""
    for each in among:
        target = mapping(each.body, "spec", "scaleTargetRef")
        if (
            each.kind == "HorizontalPodAutoscaler"
            and each.namespace == found.namespace
            and (target.get("kind"), target.get("name")) == (found.kind, found.name)
        ):
            return number(mapping(each.body, "spec"), "maxReplicas", 0)
    return 0


def _surge(stated: Any, replicas: int) -> int:  # noqa: ANN401 - a number or a share
    if isinstance(stated, int):
        return stated
    share = str(stated).removesuffix("%")
    return ceil(int(share) * replicas / 100) if share.isdecimal() else replicas


def _job(stated: Raw) -> Job:
    seconds = stated.get("activeDeadlineSeconds")
    kept = stated.get("ttlSecondsAfterFinished")
    return Job(
        retries=number(stated, "backoffLimit", 6),
        deadline=timedelta(seconds=seconds) if isinstance(seconds, int) else _WITHOUT_END,
        keep=timedelta(seconds=kept) if isinstance(kept, int) else timedelta(hours=1),
    )


def _cron_job(stated: Raw) -> CronJob:
    late = stated.get("startingDeadlineSeconds")
    return CronJob(
        schedule=text(stated, "schedule"), job=_job(mapping(stated, "jobTemplate", "spec")),
        time_zone=text(stated, "timeZone") or "Etc/UTC",
        replaces=stated.get("concurrencyPolicy") == "Replace",
        kept=number(stated, "successfulJobsHistoryLimit", 3),
        kept_failed=number(stated, "failedJobsHistoryLimit", 1),
        starting_deadline=timedelta(seconds=late) if isinstance(late, int) else timedelta(0),
        suspended=stated.get("suspend") is True,
    )  # fmt: skip
