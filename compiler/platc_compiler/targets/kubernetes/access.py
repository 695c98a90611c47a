"""Service accounts and what they may do."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.labels import workload_labels
from platc_compiler.objects.manifest import RBAC, Manifest
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.templating.templates import Templates


def account_manifests(platform: Platform, templates: Templates) -> Iterator[Manifest]:
    """Yield a ServiceAccount for each workload, and one for each account that workloads share."""
    seen: set[tuple[str, str]] = set()
    for workload in platform.workloads:
        if workload.selected_by:
            continue
        account = workload.pod.service_account or workload.name
        if (workload.namespace, account) in seen:
            continue
        seen.add((workload.namespace, account))
        shared = account != workload.name
        labels = {} if shared else workload_labels(platform.name, workload)
        noted = workload.account_annotations
        about = metadata(templates, account, workload.namespace, labels, noted)
        body = templates.data("kubernetes/serviceaccount.yaml.j2", metadata=about, mounted=False)
        yield Manifest(RBAC, body, workload.origin)
    for rights in platform.rights:
        if (rights.namespace, rights.account) not in seen:
            seen.add((rights.namespace, rights.account))
            noted = rights.account_annotations
            about = metadata(templates, rights.account, rights.namespace, {}, noted)
            body = templates.data(
                "kubernetes/serviceaccount.yaml.j2", metadata=about, mounted=rights.mounted
            )
            yield Manifest(RBAC, body, rights.origin)


def rights_manifests(platform: Platform, templates: Templates) -> Iterator[Manifest]:
    """Yield a role and its binding for each account that may do something."""
    for rights in platform.rights:
        if not rights.rules:
            continue
        at_home = not rights.cluster and rights.within in {"", rights.namespace}
        # Elsewhere the platform's name keeps it apart from roles of other platforms and accounts.
        name = rights.account if at_home else f"{platform.name}-{rights.account}"
        namespace = None if rights.cluster else rights.within or rights.namespace
        about = metadata(templates, name, namespace, {})
        body = templates.data(
            "kubernetes/role.yaml.j2", metadata=about, cluster=rights.cluster, rules=rights.rules
        )
        yield Manifest(RBAC, body, rights.origin)
        body = templates.data(
            "kubernetes/rolebinding.yaml.j2",
            metadata=about, cluster=rights.cluster, role=name,
            account=rights.account, account_namespace=rights.namespace,
        )  # fmt: skip
        yield Manifest(RBAC, body, rights.origin)
