"""From a pod of the intermediate representation to a PodTemplateSpec of Kubernetes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platc_compiler.ir.labels import HOSTNAME, ZONE, Labels
from platc_compiler.ir.pods import (
    Amounts,
    Claim,
    Container,
    Env,
    FieldRef,
    Pod,
    Probe,
    Resources,
    SecretKey,
    Volume,
)
from platc_compiler.templating.templates import Templates
from platc_spec.quantities import bytes_text, millicores_text


def pod_template(  # noqa: PLR0913 - each is a part of the template
    templates: Templates,
    pod: Pod,
    *,
    account: str,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    selector: Mapping[str, str],
    spread: bool = False,
    priority: str | None = None,
    claims: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return a PodTemplateSpec.

    ``claims`` maps volumes to names of claims, for volumes without a template of a StatefulSet.
    """
    names = claims or {}
    templated = {v.name for v in pod.volumes if isinstance(v.source, Claim) and v.name not in names}
    data: dict[str, Any] = templates.data(
        "kubernetes/pod.yaml.j2",
        pod=pod, account=account, labels=dict(sorted({**labels, **dict(pod.labels)}.items())),
        annotations=dict(sorted({**annotations, **dict(pod.annotations)}.items())),
        selector=selector, spread=spread, priority=priority, node_selector=dict(pod.node_selector),
        apart=dict(pod.apart), near=_terms(pod, near=True), away=_terms(pod, near=False),
        init=[container_data(templates, container) for container in pod.init],
        containers=[container_data(templates, container) for container in pod.containers],
        volumes=[
            volume_data(templates, volume, names.get(volume.name))
            for volume in pod.volumes if volume.name not in templated
        ],
    )  # fmt: skip
    return data


def _terms(pod: Pod, *, near: bool) -> dict[str, list[dict[str, Any]]]:
    """Return the terms of the affinity or the anti-affinity, the required and the preferred."""
    found: dict[str, list[dict[str, Any]]] = {"required": [], "preferred": []}
    if pod.together and near:
        found["required"].append(_beside(HOSTNAME, pod.together))
    for each in pod.neighbours:
        if each.near is near:
            term = _beside(ZONE if each.zone else HOSTNAME, each.labels, each.namespace)
            found["required" if each.required else "preferred"].append(term)
    return found


def _beside(topology: str, labels: Labels, namespace: str = "") -> dict[str, Any]:
    """Return a term of the places with such pods, of the pod's own namespace if none is stated."""
    return {
        "topologyKey": topology,
        **({"namespaces": [namespace]} if namespace else {}),
        "labelSelector": {"matchLabels": dict(labels)},
    }


def container_data(templates: Templates, container: Container) -> dict[str, Any]:
    """Return a container."""
    probes = {
        "startup": _probe(templates, container.startup),
        "readiness": _probe(templates, container.readiness),
        "liveness": _probe(templates, container.liveness),
    }
    data: dict[str, Any] = templates.data(
        "kubernetes/container.yaml.j2",
        container=container, probes=probes, env=[_env(variable) for variable in container.env],
        resources=resources_data(container.resources),
    )  # fmt: skip
    return data


def resources_data(resources: Resources) -> dict[str, dict[str, str]]:
    """Return requests and limits in Kubernetes' notation."""
    both = {"requests": amounts_data(resources.requests), "limits": amounts_data(resources.limits)}
    return {name: amounts for name, amounts in both.items() if amounts}


def amounts_data(amounts: Amounts) -> dict[str, str]:
    """Return the stated amounts in Kubernetes' notation."""
    data = {}
    if amounts.cpu is not None:
        data["cpu"] = millicores_text(amounts.cpu)
    if amounts.memory is not None:
        data["memory"] = bytes_text(amounts.memory)
    if amounts.ephemeral_storage is not None:
        data["ephemeral-storage"] = bytes_text(amounts.ephemeral_storage)
    data.update((name, str(number)) for name, number in amounts.extended)
    return data


def _env(variable: Env) -> dict[str, Any]:
    match variable.value:
        case SecretKey(secret, key):
            return {
                "name": variable.name,
                "valueFrom": {"secretKeyRef": {"name": secret, "key": key}},
            }
        case FieldRef(path):
            return {"name": variable.name, "valueFrom": {"fieldRef": {"fieldPath": path}}}
        case text:
            return {"name": variable.name, "value": text}


def _probe(templates: Templates, probe: Probe | None) -> dict[str, Any] | None:
    if probe is None:
        return None
    data: dict[str, Any] = templates.data(
        "kubernetes/probe.yaml.j2", probe=probe, kind=type(probe.handler).__name__
    )
    return data


def volume_data(templates: Templates, volume: Volume, claim: str | None) -> dict[str, Any]:
    """Return a volume of a pod."""
    data: dict[str, Any] = templates.data(
        "kubernetes/volume.yaml.j2",
        volume=volume, source=volume.source, kind=type(volume.source).__name__, claim=claim,
    )  # fmt: skip
    return data
