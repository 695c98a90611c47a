"""Pods as network policies see them, found by their labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field


class Pod(Struct, frozen=True):
    """A pod, standing for all of its kind."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    ports: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Container ports by name and protocol."""
    address: str | None = None
    """Its address, where it is known: only then does an ipBlock match it."""
    host_network: bool = False
    """No selector matches it, and no policy holds for it."""


class Index:
    """Pods by namespace and label."""

    def __init__(self, pods: Sequence[Pod], namespaces: Mapping[str, Mapping[str, str]]) -> None:
        self.pods = pods
        self._namespaces = dict(namespaces)
        self._in: defaultdict[str, list[int]] = defaultdict(list)
        self._with: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
        for number, pod in enumerate(pods):
            if not pod.host_network:
                self._in[pod.namespace].append(number)
                for key, value in pod.labels.items():
                    self._with[pod.namespace, key, value].append(number)
        for name in self._in:
            self._namespaces.setdefault(name, {"kubernetes.io/metadata.name": name})
        self._bearing: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for name, labels in self._namespaces.items():
            for label in labels.items():
                self._bearing[label].append(name)

    def namespaces(self, selector: Mapping[str, Any]) -> list[str]:
        """Return the namespaces that a selector matches."""
        lists = [self._bearing[label] for label in (selector.get("matchLabels") or {}).items()]
        candidates = min(lists, key=len) if lists else list(self._namespaces)
        return [name for name in candidates if matches(selector, self._namespaces[name])]

    def labelled(self, namespace: str, labels: Iterable[tuple[str, str]]) -> list[int]:
        """Return the pods of a namespace that carry all labels."""
        wanted = list(labels)
        lists = [self._with.get((namespace, key, value), []) for key, value in wanted]
        # Only the pods with the rarest label are looked at.
        shortest = min(lists, key=len) if lists else self._in.get(namespace, [])
        return [
            number
            for number in shortest
            if all(self.pods[number].labels.get(key) == value for key, value in wanted)
        ]

    def select(self, namespace: str, selector: Mapping[str, Any]) -> list[int]:
        """Return the pods of a namespace that a selector matches."""
        found = self.labelled(namespace, (selector.get("matchLabels") or {}).items())
        if selector.get("matchExpressions"):
            return [number for number in found if matches(selector, self.pods[number].labels)]
        return found


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Say whether labels satisfy a LabelSelector: all of its labels and expressions.

    Source: ``LabelSelectorRequirement`` in k8s.io/apimachinery/pkg/apis/meta/v1 and
    ``Requirement.Matches`` in pkg/labels: ``NotIn`` holds for a label that is missing.
    """
    return all(labels.get(k) == v for k, v in (selector.get("matchLabels") or {}).items()) and all(
        _holds(requirement, labels) for requirement in selector.get("matchExpressions") or ()
    )


def _holds(requirement: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = requirement["key"], requirement.get("values") or ()
    match requirement["operator"]:
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case operator:
            raise ValueError(f"unknown operator {operator!r} in a label selector")
