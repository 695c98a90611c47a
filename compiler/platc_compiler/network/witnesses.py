"""Pods of strangers that a policy lets in or out: one for each peer that it names.

A policy may speak of namespaces and labels that no pod of the platform has. What it opens is seen
by a pod that has exactly what the peer asks for, in a namespace that has what it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from msgspec import Struct

from platc_compiler.network.pods import Index, Pod, matches

_NAME = "kubernetes.io/metadata.name"
_MOST = 8
"""How many values of an ``In`` are tried: those that one rule names differ in nothing else."""

Labels = Mapping[str, str]


class Witness(Struct, frozen=True):
    """A pod of nobody's, and the labels of its namespace."""

    pod: Pod
    namespace: Labels


def witnesses(
    policies: Sequence[Mapping[str, Any]], namespaces: Mapping[str, Labels], index: Index
) -> Iterator[Witness]:
    """Yield a pod for each peer of each policy, unless a pod of the index stands for it already.

    Args:
        policies: NetworkPolicy objects.
        namespaces: The labels of the platform's own namespaces, by name.
        index: The pods that are known.
    """
    seen = {(pod.namespace, frozenset[tuple[str, str]]()) for pod in index.pods if not pod.labels}
    for policy in policies:
        own = policy["metadata"]["namespace"]
        for peer in _peers(policy):
            for labels in _satisfying(peer.get("podSelector") or {}):
                for place, marks in _places(peer, own, namespaces):
                    key = (place, frozenset(labels.items()))
                    if key in seen or (labels and index.labelled(place, labels.items())):
                        continue
                    seen.add(key)
                    yield Witness(Pod(_name(labels), place, labels), marks)


def _peers(policy: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    spec = policy.get("spec") or {}
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for rule in spec.get(direction) or ():
            for peer in rule.get(peers) or ():
                if peer.get("ipBlock") is None:
                    yield peer


def _places(
    peer: Mapping[str, Any], own: str, namespaces: Mapping[str, Labels]
) -> Iterator[tuple[str, Labels]]:
    selector = peer.get("namespaceSelector")
    if selector is None:
        yield own, namespaces.get(own, {_NAME: own})
        return
    for name, labels in namespaces.items():
        if matches(selector, labels):
            yield name, labels
    for labels in _satisfying(selector):
        name = labels.get(
            _NAME, f"a namespace labelled {_shown(labels)}" if labels else "elsewhere"
        )
        if name not in namespaces and matches(selector, {**labels, _NAME: name}):
            yield name, {**labels, _NAME: name}


def _satisfying(selector: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield labels that a selector matches, for each value that an ``In`` allows."""
    stated = dict(selector.get("matchLabels") or {})
    choices: list[list[tuple[str, str]]] = []
    for requirement in selector.get("matchExpressions") or ():
        key, values = requirement["key"], requirement.get("values") or ()
        if requirement["operator"] == "In":
            choices.append([(key, value) for value in values[:_MOST]])
        elif requirement["operator"] == "Exists" and key not in stated:
            choices.append([(key, "any")])
    for chosen in islice(product(*choices), _MOST * _MOST):
        labels = {**stated, **dict(chosen)}
        if matches(selector, labels):
            yield labels


def _name(labels: Labels) -> str:
    return f"a pod labelled {_shown(labels)}" if labels else "a pod of nobody's"


def _shown(labels: Labels) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
