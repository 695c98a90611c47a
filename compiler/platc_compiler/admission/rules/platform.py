"""Rules of several objects: duplicate names, missing namespaces and missing accounts.

Source: the registry itself (one object of a kind, namespace and name); the admission plugins
NamespaceLifecycle, ServiceAccount and PodSecurity, which refuse objects in unknown namespaces, pods
of unknown accounts and pods that violate the level of their namespace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.admission.rules.metadata import CLUSTER_WIDE
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.pod_security import ENFORCED, violations
from platc_compiler.admission.rules.pods import TEMPLATES, pod_of
from platc_compiler.admission.wording import shown

PlatformFinding = tuple[int, "Finding"]
"""A finding and the position of its object."""

_AMONG_OTHERS = frozenset({"velero.io", "rbac.authorization.k8s.io"})
"""API groups whose objects may be in a namespace that others make: beside their operator, or where
Prometheus finds the pods of others."""

BUILT_IN = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})


def names_are_unique(manifests: Sequence[Node]) -> Iterator[PlatformFinding]:
    """No two objects have kind, namespace and name in common."""
    seen: set[tuple[object, ...]] = set()
    for index, manifest in enumerate(manifests):
        kind = _group(manifest), manifest.at("kind").text
        name, space = manifest.at("metadata", "name"), manifest.at("metadata", "namespace").text
        key = (*kind, space, name.text)
        if key in seen:
            where = f" in the namespace {shown(space)}" if space else ""
            yield index, name.wrong(f"{kind[1]} {shown(name.value)} is there twice{where}")
        seen.add(key)


def _group(manifest: Node) -> str:
    return str(manifest.at("apiVersion").value).rpartition("/")[0]


def namespaces_exist(manifests: Sequence[Node]) -> Iterator[PlatformFinding]:
    """Every used namespace is among the manifests, or exists in each cluster."""
    known = BUILT_IN | {
        manifest.at("metadata", "name").text
        for manifest in manifests
        if manifest.at("kind").value == "Namespace"
    }
    for index, manifest in enumerate(manifests):
        space = manifest.at("metadata", "namespace")
        if manifest.at("kind").text in CLUSTER_WIDE or _group(manifest) in _AMONG_OTHERS:
            continue
        if space.text and space.text not in known:
            yield index, space.wrong(f"no namespace {shown(space.value)} is among the objects")


def accounts_exist(manifests: Sequence[Node]) -> Iterator[PlatformFinding]:
    """Every pod's ServiceAccount is among the manifests, unless it is its namespace's default."""
    known = {
        (manifest.at("metadata", "namespace").text, manifest.at("metadata", "name").text)
        for manifest in manifests
        if manifest.at("kind").value == "ServiceAccount"
    }
    for index, manifest in enumerate(manifests):
        if manifest.at("kind").text not in TEMPLATES:
            continue
        space = manifest.at("metadata", "namespace").text
        account = pod_of(manifest).at("spec", "serviceAccountName")
        if account.text not in {None, "default"} and (space, account.text) not in known:
            yield (
                index,
                account.wrong(
                    f"no ServiceAccount {shown(account.value)} is in the namespace {shown(space)}"
                ),
            )


def pods_keep_to_their_level(manifests: Sequence[Node]) -> Iterator[PlatformFinding]:
    """Pods satisfy the Pod Security level of their namespace."""
    levels = {
        manifest.at("metadata", "name").text: manifest.at("metadata", "labels", ENFORCED).text
        for manifest in manifests
        if manifest.at("kind").value == "Namespace"
    }
    for index, manifest in enumerate(manifests):
        level = levels.get(manifest.at("metadata", "namespace").text)
        if level and manifest.at("kind").text in TEMPLATES:
            for finding in violations(pod_of(manifest), level):
                yield index, finding


def governing_services(manifests: Sequence[Node]) -> Iterator[PlatformFinding]:
    """A StatefulSet names a headless Service; only then its pods have DNS names of their own."""
    headless = {
        (manifest.at("metadata", "namespace").text, manifest.at("metadata", "name").text)
        for manifest in manifests
        if manifest.at("kind").value == "Service"
        and manifest.at("spec", "clusterIP").value == "None"
    }
    for index, manifest in enumerate(manifests):
        if manifest.at("kind").value != "StatefulSet":
            continue
        space, service = manifest.at("metadata", "namespace"), manifest.at("spec", "serviceName")
        if (space.text, service.text) not in headless:
            missing = "names no Service" if service.text is None else "is no headless Service here"
            yield index, service.wrong(f"{missing}: the pods get no names of their own in DNS")


RULES = (names_are_unique, namespaces_exist, accounts_exist, pods_keep_to_their_level)
WARNINGS = (governing_services,)
