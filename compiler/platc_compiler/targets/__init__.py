"""Targets turn a platform into objects and files. A target knows no kinds and no other target."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Artefacts, File, Manifest
from platc_compiler.targets.alertmanager import alertmanager
from platc_compiler.targets.coverage_report import coverage_report
from platc_compiler.targets.dags import dags
from platc_compiler.targets.dashboard_pictures import dashboard_pictures
from platc_compiler.targets.external_secrets import external_secrets
from platc_compiler.targets.grafana import grafana
from platc_compiler.targets.included import included
from platc_compiler.targets.kind_cluster import kind_cluster
from platc_compiler.targets.kubernetes import kubernetes
from platc_compiler.targets.kubernetes.pod_templates import pod_templates
from platc_compiler.targets.metrics_modules import metrics_modules
from platc_compiler.targets.metrics_report import metrics_report
from platc_compiler.targets.network import network
from platc_compiler.targets.prometheus import prometheus
from platc_compiler.targets.prometheus_adapter import prometheus_adapter
from platc_compiler.targets.report import report
from platc_compiler.targets.runbook import runbook
from platc_compiler.targets.sealed_secrets import sealed_secrets
from platc_compiler.targets.series_report import series_report
from platc_compiler.targets.velero import velero
from platc_compiler.templating.templates import Templates

Target = Callable[[Platform, Templates, Artefacts], Iterator[Manifest | File]]
"""A target takes the platform, the templates, and the files below ``out/`` of earlier targets."""

TARGETS: tuple[Target, ...] = (
    pod_templates,
    prometheus,
    prometheus_adapter,
    alertmanager,
    grafana,
    velero,
    kind_cluster,
    runbook,
    report,
    coverage_report,
    metrics_report,
    metrics_modules,
    series_report,
    dashboard_pictures,
    dags,
    kubernetes,  # Its ConfigMaps hold files of the targets before it.
    network,
    sealed_secrets,
    included,
    external_secrets,
)
