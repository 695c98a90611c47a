"""Every value of platform.yaml that a pod is given, with the pods and what they may depend on.

These are the variables, commands, arguments, files and configurations of every service, whatever
its kind; those of the pipelines' tasks; and those that patches put into pods. A value that names a
secret is left out: what it holds is not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from pydantic import BaseModel

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Pods
from platc_compiler.ir.platform import Platform

_NO_ADDRESS = frozenset(
    {
        "admin", "backup", "controller", "depends_on", "exports", "expose", "git", "image",
        "images", "kind", "labels", "metrics", "namespace", "node_selector", "peers", "ports",
        "pull_secrets", "root_url", "external_url", "schedule", "secret_files", "service_account",
        "storage_class", "time_zone", "tolerations", "url", "version", "volumes",
    }
)  # fmt: skip
"""Fields of services and of their parts that name no host, or one that people or kubelets use, or
one whose edge follows from the field itself."""


class Speaker(Struct, frozen=True):
    """Who is given values."""

    path: Origin
    """Its place in platform.yaml; ``depends_on`` stands below it."""
    service: str
    """The service that it is part of."""
    kind: str
    namespace: str
    pods: frozenset[Pods]
    """Its pods, without their names."""


class Statement(Struct, frozen=True):
    """A value."""

    speaker: Speaker
    key: str
    text: str
    path: Origin


def anonymous(pods: Pods) -> Pods:
    """Return pods by what selects them alone."""
    return Pods("", pods.namespace, pods.labels, pods.lacking)


def statements(platform: Platform) -> Iterator[Statement]:
    """Yield every value, in the order of platform.yaml."""
    services = _speakers(platform)
    for name, service in platform.spec.services.items():
        speaker = services.get(name)
        if speaker is not None:
            yield from _of_model(service, speaker, speaker.path)
    started = {(pods.namespace, pods.name): pods for pods in platform.task_pods}
    for pipeline in platform.pipelines:
        stated = platform.spec.pipelines[pipeline.name].tasks
        for task in pipeline.tasks:
            runner = pipeline.runner
            worker = Pods("", runner.namespace, runner.worker_labels)
            own = started.get((runner.namespace, f"{pipeline.name}.{task.name}"), worker)
            pods = anonymous(own if task.pod is not None else worker)
            speaker = Speaker(
                task.origin, runner.service, "task", runner.namespace, frozenset({pods})
            )
            yield from _of_model(stated[task.name], speaker, task.origin)
    yield from _of_patches(platform, services)


def _speakers(platform: Platform) -> dict[str, Speaker]:
    pods: defaultdict[str, set[Pods]] = defaultdict(set)
    for workload in platform.workloads:
        pods[workload.service].add(Pods("", workload.namespace, workload.selector))
    for runner in platform.runners:
        pods[runner.service].add(Pods("", runner.namespace, runner.worker_labels))
    spec = platform.spec
    return {
        name: Speaker(
            ("services", name), name, service.kind, spec.namespace_of(service),
            frozenset(pods[name]),
        )
        for name, service in spec.services.items() if name in pods
    }  # fmt: skip


def _of_model(model: BaseModel, speaker: Speaker, path: Origin) -> Iterator[Statement]:
    for field in model.model_fields_set:
        if field in _NO_ADDRESS:
            continue
        value = getattr(model, field)
        if isinstance(value, BaseModel):
            yield from _of_model(value, speaker, (*path, field))
        else:
            yield from _of_data(value, field, speaker, (*path, field))


def _of_data(value: object, key: str, speaker: Speaker, path: Origin) -> Iterator[Statement]:
    """Yield the texts of plain data; an item of a list has the list's key, or the option's."""
    if isinstance(value, str):
        yield Statement(speaker, key, value, path)
    elif isinstance(value, int) and key.lower().endswith("port"):
        yield Statement(speaker, key, str(value), path)
    elif isinstance(value, Mapping):
        named = value.get("name")
        for name, item in value.items():
            if name in _METADATA:
                continue
            # A variable as Kubernetes has it, or a header: {name: DATABASE_URL, value: …}.
            own = named if name == "value" and isinstance(named, str) else str(name)
            yield from _of_data(item, own, speaker, (*path, name))
    elif isinstance(value, BaseModel):
        yield from _of_model(value, speaker, path)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for index, item in enumerate(value):
            yield from _of_data(item, _option(value, index) or key, speaker, (*path, index))
            if index + 1 < len(value) and str(value[index + 1]).isdigit():
                # ``nc postgres 5432``, each a word of its own.
                pair = f"{item} {value[index + 1]}"
                yield Statement(speaker, "", pair, (*path, index))


def _option(words: Sequence[Any], index: int) -> str:
    """Return the option of a command line that a word is the value of, empty where it is none."""
    before = words[index - 1] if index else None
    if isinstance(before, str) and before.startswith("-") and "=" not in before:
        return before if len(before) == 2 else before.lstrip("-")  # noqa: PLR2004 - such as -h
    return ""


def _of_patches(platform: Platform, services: Mapping[str, Speaker]) -> Iterator[Statement]:
    patches = platform.spec.patches
    if not patches:
        return
    owners: dict[tuple[str, str], str] = {}
    for workload in platform.workloads:
        for name in (workload.name, *(config.name for config in workload.configs)):
            owners[workload.namespace, name] = workload.service
    for index, patch in enumerate(patches):
        target = patch.target
        if target.kind not in _READ_BY_PODS:
            continue
        owner = owners.get((target.namespace or "", target.name)) or next(
            (s for (_, name), s in owners.items() if name == target.name), None
        )
        speaker = services.get(owner or "")
        if speaker is not None:
            place: Origin = ("patches", index)
            yield from _of_data(patch.merge or {}, "", speaker, (*place, "merge"))
            for number, operation in enumerate(patch.json_):
                key = operation.path.rpartition("/")[2]
                yield from _of_data(
                    operation.value, key, speaker, (*place, "json", number, "value")
                )


_METADATA = frozenset({"annotations", "image", "labels"})
"""Keys of objects, in patches and configurations, whose values no program connects to."""

_READ_BY_PODS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ConfigMap"})
