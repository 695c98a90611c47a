"""Controllers, with their claims, Service objects and disruption budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Claim
from platc_compiler.ir.workloads import (
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    StatefulSet,
    Workload,
)
from platc_compiler.objects.labels import workload_labels
from platc_compiler.objects.manifest import STORAGE, WORKLOADS, Manifest
from platc_compiler.objects.pod_template import pod_template
from platc_compiler.targets.kubernetes.config import checksum
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.targets.kubernetes.priorities import priority
from platc_compiler.targets.kubernetes.scalers import scaler_manifests
from platc_compiler.templating.templates import Templates

_SEVERAL = 2


def workload_manifests(
    platform: Platform, templates: Templates, artefacts: Mapping[str, str]
) -> Iterator[Manifest]:
    """Yield the controller of each workload and the objects around it."""
    for workload in platform.workloads:
        if workload.selected_by:
            continue
        labels = workload_labels(platform.name, workload)
        yield from _claims(templates, workload, labels)
        yield from _exposures(templates, workload, labels)
        yield Manifest(
            WORKLOADS,
            _controller(platform, templates, workload, labels, artefacts),
            workload.origin,
        )
        yield from scaler_manifests(templates, workload, labels)
        if _replicas(workload) >= _SEVERAL and not workload.pod.leaves_with_others:
            about = metadata(templates, workload.name, workload.namespace, labels)
            body = templates.data(
                "kubernetes/poddisruptionbudget.yaml.j2",
                metadata=about,
                selector=dict(workload.selector),
            )
            yield Manifest(WORKLOADS, body, workload.origin)


def _replicas(workload: Workload) -> int:
    return getattr(workload.controller, "replicas", 1)


def _standalone_claims(workload: Workload) -> dict[str, str]:
    """Return the names of claims by volume; a StatefulSet creates its claims from templates."""
    if isinstance(workload.controller, StatefulSet):
        return {}
    return {
        volume.name: f"{workload.name}-{volume.name}"
        for volume in workload.pod.volumes
        if isinstance(volume.source, Claim)
    }


def _claims(
    templates: Templates, workload: Workload, labels: Mapping[str, str]
) -> Iterator[Manifest]:
    names = _standalone_claims(workload)
    for volume in workload.pod.volumes:
        if isinstance(volume.source, Claim) and volume.name in names:
            body = templates.data(
                "kubernetes/persistentvolumeclaim.yaml.j2",
                metadata=metadata(templates, names[volume.name], workload.namespace, labels),
                claim=_claim(templates, volume.source),
            )
            yield Manifest(STORAGE, body, volume.source.origin or workload.origin)


def _claim(templates: Templates, claim: Claim) -> dict[str, Any]:
    data: dict[str, Any] = templates.data("kubernetes/claim.yaml.j2", claim=claim)
    return data


def _exposures(
    templates: Templates, workload: Workload, labels: Mapping[str, str]
) -> Iterator[Manifest]:
    for exposure in workload.exposures:
        body = templates.data(
            "kubernetes/service.yaml.j2",
            metadata=metadata(templates, exposure.name, workload.namespace, labels),
            exposure=exposure,
            selector=dict(workload.selector),
        )
        yield Manifest(WORKLOADS, body, workload.origin)


def _pod_annotations(workload: Workload, artefacts: Mapping[str, str]) -> dict[str, str]:
    annotations = {}
    digest = checksum(workload, artefacts)
    if digest is not None:
        annotations["platc.dev/config-checksum"] = digest
    scrape = workload.scrape
    if scrape is not None:
        annotations |= {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": str(scrape.port),
            "prometheus.io/path": scrape.path,
        }
    return annotations


def _controller(
    platform: Platform,
    templates: Templates,
    workload: Workload,
    labels: Mapping[str, str],
    artefacts: Mapping[str, str],
) -> dict[str, Any]:
    selector = dict(workload.selector)
    template = pod_template(
        templates, workload.pod,
        account=workload.pod.service_account or workload.name, labels=labels,
        annotations=_pod_annotations(workload, artefacts), selector=selector,
        spread=_replicas(workload) >= _SEVERAL, priority=priority(platform, workload),
        claims=_standalone_claims(workload),
    )  # fmt: skip
    about = metadata(templates, workload.name, workload.namespace, labels)
    common = {"metadata": about, "selector": selector, "template": template}
    scaled = workload.scaling is not None
    body: dict[str, Any]
    match workload.controller:
        case Deployment() as controller:
            body = templates.data(
                "kubernetes/deployment.yaml.j2", controller=controller, scaled=scaled, **common
            )
        case StatefulSet() as controller:
            body = templates.data(
                "kubernetes/statefulset.yaml.j2", controller=controller, scaled=scaled,
                headless=_headless(workload),
                claims=_claim_templates(templates, workload), **common,
            )  # fmt: skip
        case DaemonSet():
            body = templates.data("kubernetes/daemonset.yaml.j2", **common)
        case Job() as job:
            spec = templates.data(
                "kubernetes/job-spec.yaml.j2", job=job, bare=True, template=template
            )
            body = templates.data("kubernetes/job.yaml.j2", metadata=about, job=spec)
        case CronJob() as cron:
            spec = templates.data(
                "kubernetes/job-spec.yaml.j2", job=cron.job, bare=False, template=template
            )
            body = templates.data(
                "kubernetes/cronjob.yaml.j2",
                metadata=about,
                controller=cron,
                labels=labels,
                job=spec,
            )
    return body


def _headless(workload: Workload) -> str:
    return next((e.name for e in workload.exposures if e.headless), workload.name)


def _claim_templates(templates: Templates, workload: Workload) -> list[dict[str, Any]]:
    return [
        {
            "name": volume.name,
            "labels": dict(workload.selector),
            "spec": _claim(templates, volume.source),
        }
        for volume in workload.pod.volumes
        if isinstance(volume.source, Claim)
    ]
