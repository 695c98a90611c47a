"""The API server's rules of roles and their bindings.

Source: pkg/apis/rbac/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.selectors import selector
from platc_compiler.admission.rules.values import one_of, required_name, required_one_of

GROUP = "rbac.authorization.k8s.io"


def role(manifest: Node) -> Iterator[Finding]:
    """Each rule has verbs, and either resources with their API groups or non-resource URLs."""
    namespaced = manifest.at("kind").value == "Role"
    for rule in manifest.each("rules"):
        if not rule.at("verbs").value:
            yield rule.at("verbs").wrong("must not be empty")
        paths = rule.at("nonResourceURLs")
        if not paths.value:
            for key in ("apiGroups", "resources"):
                if not rule.at(key).value:
                    yield rule.at(key).wrong("must not be empty")
            continue
        if namespaced:
            yield paths.wrong("must not be given in a Role: paths belong to the cluster")
        if any(rule.at(key).value for key in ("apiGroups", "resources", "resourceNames")):
            yield paths.wrong("must not be given beside resources: write two rules")
    aggregation = manifest.at("aggregationRule")
    if aggregation.is_set and not aggregation.at("clusterRoleSelectors").value:
        yield aggregation.wrong("needs 'clusterRoleSelectors'")
    for each in aggregation.each("clusterRoleSelectors"):
        yield from selector(each)


def binding(manifest: Node) -> Iterator[Finding]:
    """A binding names a valid role and valid subjects."""
    namespaced = manifest.at("kind").value == "RoleBinding"
    granted = manifest.at("roleRef")
    yield from required_name(granted.at("name"), names.path_segment)
    yield from one_of(granted.at("apiGroup"), (GROUP,))
    kinds = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)
    yield from required_one_of(granted.at("kind"), kinds)
    for subject in manifest.each("subjects"):
        kind, group = subject.at("kind"), subject.at("apiGroup")
        yield from required_one_of(kind, ("ServiceAccount", "User", "Group"))
        if kind.value == "ServiceAccount":
            yield from required_name(subject.at("name"), names.subdomain)
            if group.text is not None:
                yield group.wrong("must be empty for a ServiceAccount")
            if subject.at("namespace").text is None and not namespaced:
                yield subject.wrong("needs 'namespace'")
        else:
            yield from one_of(group, (GROUP,))
            if subject.at("name").text is None:
                yield subject.at("name").wrong("must not be empty")
