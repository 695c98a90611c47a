"""The jobs of ``prometheus.yml``: one template for each way of finding targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from platc_compiler.ir.labels import COMPONENT, INSTANCE, NAME
from platc_compiler.ir.observability import (
    TOKEN,
    Federated,
    NodeTargets,
    PodTargets,
    ProbeTargets,
    ScrapeJob,
    ServiceTargets,
    StaticTargets,
)
from platc_compiler.ir.platform import Platform
from platc_compiler.templating.templates import Templates

_OWN_LABELS = (
    COMPONENT,
    INSTANCE,
    NAME,
)


def jobs(platform: Platform, templates: Templates) -> Iterator[dict[str, Any]]:
    """Yield every job; discovery by annotation skips the pods that another job names."""
    named = _named(platform)
    for job in platform.scrapes:
        base: dict[str, Any] = templates.data(
            "prometheus/job.yaml.j2",
            job=job, drop=list(job.drop), keep=None if job.keep is None else "|".join(job.keep),
        )  # fmt: skip
        found: dict[str, Any] = templates.data(
            f"prometheus/targets-{_kind(job)}.yaml.j2",
            job=job, discovery=job.discovery, named=named, token=TOKEN, **_selection(job),
        )  # fmt: skip
        yield {**base, **found, **_relabelling(job, (base, found), templates)}


def _kind(job: ScrapeJob) -> str:
    match job.discovery:
        case StaticTargets():
            return "static"
        case NodeTargets():
            return "nodes"
        case ServiceTargets():
            return "annotated-services"
        case ProbeTargets():
            return "probes"
        case Federated():
            return "federated"
        case PodTargets(annotated=annotated):
            return "annotated-pods" if annotated else "pods"


def _selection(job: ScrapeJob) -> dict[str, Any]:
    """Return the labels that select pods: names of labels of the discovery, and their values."""
    labels = job.discovery.labels if isinstance(job.discovery, PodTargets) else ()
    sources = [
        f"__meta_kubernetes_pod_label_{re.sub(r'[^a-zA-Z0-9_]', '_', key)}" for key, _ in labels
    ]
    values = ";".join(re.escape(value) for _, value in labels)
    return {"sources": sources, "values": values.replace(r"\-", "-")}


def _named(platform: Platform) -> str:
    """Return a regular expression of namespace and labels of pods that have a job of their own."""
    found = []
    for job in platform.scrapes:
        match job.discovery:
            case PodTargets((namespace,), labels, annotated=False) if (
                tuple(key for key, _ in labels) == _OWN_LABELS
            ):
                found.append(";".join([namespace, *(value for _, value in labels)]))
    return "|".join(re.escape(text).replace(r"\-", "-") for text in sorted(found))


def _relabelling(
    job: ScrapeJob, parts: tuple[dict[str, Any], ...], templates: Templates
) -> dict[str, Any]:
    """Return the rules for samples: which to drop, and what their label ``service`` is."""
    rules = [rule for part in parts for rule in part.get("metric_relabel_configs", ())]
    if job.foreign:
        rules.append(templates.data("prometheus/foreign.yaml.j2", service=job.service))
    return {"metric_relabel_configs": rules} if rules else {}
