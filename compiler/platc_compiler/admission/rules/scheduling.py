"""The API server's rules of affinities and topology spread constraints.

Source: pkg/apis/core/validation, validateAffinity, validatePodAffinityTerm,
ValidateNodeSelectorRequirement, validateTopologySpreadConstraints.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.selectors import requirement, selector
from platc_compiler.admission.rules.values import (
    at_least,
    between,
    one_of,
    required_name,
    required_one_of,
)
from platc_compiler.admission.wording import shown

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")
LARGEST_WEIGHT = 100


def pod_affinities(pod: Node) -> Iterator[Finding]:
    """Affinities and anti-affinities between pods."""
    for key in ("podAffinity", "podAntiAffinity"):
        affinity = pod.at("spec", "affinity", key)
        for term in affinity.each(REQUIRED):
            yield from _pod_term(term)
        for weighted in affinity.each(PREFERRED):
            yield from between(weighted.at("weight"), 1, LARGEST_WEIGHT)
            yield from _pod_term(weighted.at("podAffinityTerm"))


def _pod_term(term: Node) -> Iterator[Finding]:
    yield from selector(term.at("labelSelector"))
    yield from selector(term.at("namespaceSelector"))
    yield from required_name(term.at("topologyKey"), names.label_key)
    for namespace in term.each("namespaces"):
        yield from required_name(namespace, names.label)


def node_affinity(pod: Node) -> Iterator[Finding]:
    """Affinities to nodes."""
    affinity = pod.at("spec", "affinity", "nodeAffinity")
    terms = affinity.at(REQUIRED, "nodeSelectorTerms")
    if affinity.at(REQUIRED).is_set and not terms.value:
        yield terms.wrong("must hold at least one term")
    for term in terms.items():
        yield from _node_term(term)
    for preferred in affinity.each(PREFERRED):
        yield from between(preferred.at("weight"), 1, LARGEST_WEIGHT)
        yield from _node_term(preferred.at("preference"))


def _node_term(term: Node) -> Iterator[Finding]:
    for expression in term.each("matchExpressions"):
        yield from requirement(expression, OPERATORS)
        one = expression.at("operator").text in {"Gt", "Lt"}
        if one and len(expression.at("values").texts) != 1:
            yield expression.wrong("needs exactly one value with the operator Gt or Lt")


def spread(pod: Node) -> Iterator[Finding]:
    """Topology spread constraints."""
    seen: set[tuple[object, object]] = set()
    for constraint in pod.each("spec", "topologySpreadConstraints"):
        topology, action = constraint.at("topologyKey"), constraint.at("whenUnsatisfiable")
        yield from at_least(constraint.at("maxSkew"), 1)
        yield from required_name(topology, names.label_key)
        yield from required_one_of(action, ("DoNotSchedule", "ScheduleAnyway"))
        yield from selector(constraint.at("labelSelector"))
        if (topology.text, action.text) in seen:
            yield constraint.wrong(f"{shown(topology.value)} is there twice with {action.value}")
        seen.add((topology.text, action.text))
        domains = constraint.at("minDomains")
        yield from at_least(domains, 1)
        if domains.is_set and action.value != "DoNotSchedule":
            yield domains.wrong("must be given only with whenUnsatisfiable: DoNotSchedule")
        for key in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            yield from one_of(constraint.at(key), ("Honor", "Ignore"))


RULES = (pod_affinities, node_affinity, spread)
