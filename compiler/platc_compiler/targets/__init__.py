"""Targets: a platform to documents. None knows of kinds, and none imports another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from platc_compiler.documents import Artefacts, Manifest
from platc_compiler.ir.platform import Platform
from platc_compiler.targets.alertmanager import alertmanager
from platc_compiler.targets.grafana import grafana
from platc_compiler.targets.kind_cluster import kind_cluster
from platc_compiler.targets.kubernetes.pod_templates import pod_templates
from platc_compiler.targets.network import network
from platc_compiler.targets.prometheus import prometheus
from platc_compiler.targets.report import report
from platc_compiler.targets.runbook import runbook
from platc_compiler.targets.sealed_secrets import sealed_secrets
from platc_compiler.targets.velero import velero, velero_files
from platc_compiler.templating import Templates

ArtefactTarget = Callable[[Platform, Templates], Artefacts]
ManifestTarget = Callable[[Platform, Templates], Iterator[Manifest]]

ARTEFACTS: tuple[ArtefactTarget, ...] = (
    pod_templates,
    prometheus,
    alertmanager,
    grafana,
    velero_files,
    kind_cluster,
    runbook,
    report,
)
"""Targets that write bare files; pods may read them by an ``ir.workloads.Artefact``."""

MANIFESTS: tuple[ManifestTarget, ...] = (network, sealed_secrets, velero)
"""Targets that yield Kubernetes objects, beside ``kubernetes`` itself, which embeds artefacts."""
