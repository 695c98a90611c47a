"""The pods that the proof is about: those of the emitted objects, and those that meet them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from platc_compiler.ir.network import Dns, Endpoint, Pods
from platc_compiler.ir.platform import Platform
from platc_compiler.network.pods import Index, Pod
from platc_compiler.network.witnesses import witnesses

STRANGER = "a pod of nobody's"
_OWN_NAME = "kubernetes.io/metadata.name"
"""The label by which the API server names every namespace."""


class Source(Struct, frozen=True):
    """A pod, and the object that it comes from."""

    pod: Pod
    manifest: int | None = None
    """The number of the object; ``None`` for pods that others start."""
    meant: Mapping[str, str] = field(default_factory=dict)
    """The labels that the platform gave it, whatever a patch made of them: by these the edges find
    it, so that a pod which policies no longer find is missed."""


class Universe(Struct, frozen=True):
    """The pods, and the labels of the namespaces that they are in."""

    sources: tuple[Source, ...]
    namespaces: Mapping[str, Mapping[str, str]]


def universe(manifests: Sequence[Mapping[str, Any]], platform: Platform) -> Universe:
    """Return a pod for each template among the objects, and for those that meet them.

    These are a pod for each group that something else starts (tasks, external services, DNS), a
    stranger in every namespace of the platform and in one that is not, and one for each peer of a
    policy that none of these is.
    """
    lowered = {
        (w.namespace, type(w.controller).__name__, w.name): dict((*w.selector, *w.pod.labels))
        for w in platform.workloads
    }
    found = []
    for number, body in enumerate(manifests):
        pod = pod_of(body)
        if pod is not None:
            given = lowered.get((pod.namespace, body["kind"], pod.name), {})
            found.append(Source(pod, number, {**pod.labels, **given}))
    index = index_by_meaning(found)
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    for end in _ends(platform):
        if (end.namespace, end.labels) not in seen:
            seen.add((end.namespace, end.labels))
            if not index.labelled(end.namespace, end.labels):
                labels = dict(end.labels)
                found.append(Source(Pod(end.name, end.namespace, labels), meant=labels))
    own = [namespace.name for namespace in platform.namespaces]
    elsewhere = next(name for name in _names("elsewhere") if name not in own)
    found += [Source(Pod(STRANGER, name, {})) for name in (*own, elsewhere)]
    labels_of = _namespaces(manifests, own)
    policies = [body for body in manifests if body["kind"] == "NetworkPolicy"]
    index = Index([source.pod for source in found], labels_of)
    for witness in witnesses(policies, labels_of, index):
        found.append(Source(witness.pod, meant=witness.pod.labels))
        labels_of.setdefault(witness.pod.namespace, witness.namespace)
    return Universe(tuple(found), labels_of)


def _namespaces(
    manifests: Sequence[Mapping[str, Any]], own: Sequence[str]
) -> dict[str, Mapping[str, str]]:
    """Return the labels of the platform's namespaces as they are written, and their names."""
    stated = {
        body["metadata"]["name"]: body["metadata"].get("labels") or {}
        for body in manifests
        if body["kind"] == "Namespace"
    }
    return {name: {**stated.get(name, {}), _OWN_NAME: name} for name in own}


def index_by_meaning(sources: Sequence[Source]) -> Index:
    """Return an index of pods by the labels that they are meant to have."""
    return Index([replace(source.pod, labels=source.meant) for source in sources], {})


def _ends(platform: Platform) -> Iterator[Pods]:
    yield from platform.task_pods
    for edge in platform.edges:
        for end in (edge.source, edge.target):
            selected = as_pods(end)
            if selected is not None:
                yield selected


def as_pods(end: Endpoint) -> Pods | None:
    """Return the pods of an end, ``None`` where there are only addresses."""
    if isinstance(end, Dns):
        return Pods(end.name, end.namespace, end.labels)
    return end if isinstance(end, Pods) else None


def _names(name: str) -> Iterator[str]:
    while True:
        yield name
        name += "-"


def pod_of(body: Mapping[str, Any]) -> Pod | None:
    """Return the pod of an object with a pod template, ``None`` for any other."""
    spec = body.get("spec") or {}
    if body["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template = spec.get("template") if isinstance(spec, Mapping) else None
    if body["kind"] not in _CONTROLLERS or not isinstance(template, Mapping):
        return None
    pod = template["spec"]
    return Pod(
        name=body["metadata"]["name"], namespace=body["metadata"]["namespace"],
        labels=template.get("metadata", {}).get("labels") or {},
        ports={
            (port["name"], port.get("protocol", "TCP")): port["containerPort"]
            for container in (*(pod.get("initContainers") or ()), *pod["containers"])
            for port in container.get("ports") or () if "name" in port
        },
        host_network=bool(pod.get("hostNetwork")),
    )  # fmt: skip


_CONTROLLERS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})
