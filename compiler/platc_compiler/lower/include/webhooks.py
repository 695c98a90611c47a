"""The Service objects that the API server calls: of webhooks, conversions and APIs of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.ir.network import ApiServer, Edge, Pods
from platc_compiler.lower.include.objects import Object, pod_labels
from platc_compiler.lower.include.ports import reached
from platc_compiler.lower.include.raw import Raw, mapping, mappings, number, text

_PORT = 443
"""The port that a configuration means if it states none (admissionregistration.k8s.io/v1)."""


def calls(entry: str, found: Sequence[Object]) -> Iterator[Edge]:
    """Yield the connections from the API server to the pods that answer it."""
    ports = reached(found)
    for each in found:
        for service in _called(each):
            wanted = (text(service, "namespace"), text(service, "name"))
            for port in ports:
                own = port.service
                if own is None or (own.namespace, own.name) != wanted:
                    continue
                if port.public == number(service, "port", _PORT):
                    end = port.pods
                    pods = Pods(end.name, end.namespace, pod_labels(entry, end))
                    yield Edge(ApiServer(), pods, port.target, "TCP", "webhook", each.origin)


def _called(found: Object) -> Iterator[Raw]:
    if found.kind in {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}:
        for webhook in mappings(found.body, "webhooks"):
            yield mapping(webhook, "clientConfig", "service")
    elif found.kind == "CustomResourceDefinition":
        yield mapping(found.body, "spec", "conversion", "webhook", "clientConfig", "service")
    elif found.kind == "APIService":
        yield mapping(found.body, "spec", "service")
