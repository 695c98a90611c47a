"""Namespaces with their Pod Security level, quotas and limits."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Namespace, Platform
from platc_compiler.objects.manifest import NAMESPACES, POLICIES, Manifest
from platc_compiler.objects.pod_template import amounts_data
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.templating.templates import Templates


def namespace_manifests(platform: Platform, templates: Templates) -> Iterator[Manifest]:
    """Yield each namespace, its ResourceQuota and its LimitRange."""
    for namespace in platform.namespaces:
        yield Manifest(NAMESPACES, _namespace(platform, templates, namespace), namespace.origin)
        yield from _limits(templates, namespace)


def _namespace(platform: Platform, templates: Templates, namespace: Namespace) -> dict[str, object]:
    labels = dict(namespace.labels)
    level, version = namespace.pod_security, f"v{platform.spec.cluster.kubernetes}"
    if level is not None:
        for mode in ("enforce", "audit", "warn"):
            labels[f"pod-security.kubernetes.io/{mode}"] = level
            # Without a pinned version, an upgraded cluster could refuse pods that run already.
            labels[f"pod-security.kubernetes.io/{mode}-version"] = version
    body: dict[str, object] = templates.data(
        "kubernetes/namespace.yaml.j2",
        metadata=metadata(
            templates, namespace.name, None, dict(sorted(labels.items())), namespace.annotations
        ),
    )
    return body


def _limits(templates: Templates, namespace: Namespace) -> Iterator[Manifest]:
    quota = namespace.quota
    if quota is None:
        return
    about = metadata(templates, "platc", namespace.name, {})
    hard = {
        **{f"requests.{name}": value for name, value in amounts_data(quota.requests).items()},
        **{f"limits.{name}": value for name, value in amounts_data(quota.limits).items()},
        "pods": str(quota.pods),
    }
    body = templates.data("kubernetes/resourcequota.yaml.j2", metadata=about, hard=hard)
    yield Manifest(POLICIES, body, namespace.origin)
    body = templates.data(
        "kubernetes/limitrange.yaml.j2",
        metadata=about,
        default=amounts_data(quota.container_default),
        maximum=amounts_data(quota.container_maximum),
    )
    yield Manifest(POLICIES, body, namespace.origin)
