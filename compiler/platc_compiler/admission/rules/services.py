"""The API server's rules of Services and Ingresses.

Source: pkg/apis/core/validation, validateService, validateServicePort; pkg/apis/networking/
validation, ValidateIngressSpec, validateHTTPIngressPath, validateIngressBackend.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.selectors import labels
from platc_compiler.admission.rules.values import (
    between,
    duplicates,
    named,
    one_of,
    port,
    required_name,
    required_one_of,
)
from platc_compiler.admission.wording import shown

TYPES = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
LARGEST_PORT = 65535
LONGEST_AFFINITY = 86400


def service(manifest: Node) -> Iterator[Finding]:
    """A Service's type, ports and selector are consistent."""
    spec = manifest.at("spec")
    kind = spec.at("type").text or "ClusterIP"
    headless = spec.at("clusterIP").value == "None"
    yield from one_of(spec.at("type"), TYPES)
    if not spec.at("ports").value and not headless and kind != "ExternalName":
        yield spec.at("ports").wrong("must hold at least one port")
    if kind == "ExternalName":
        host = spec.at("externalName")
        yield from required_name(host, lambda text: names.subdomain(text.removesuffix(".")))
    if headless and kind in {"NodePort", "LoadBalancer"}:
        yield spec.at("clusterIP").wrong(f"must not be 'None' with the type {kind}")
    yield from labels(spec.at("selector"))
    yield from one_of(spec.at("sessionAffinity"), ("None", "ClientIP"))
    lasting = spec.at("sessionAffinityConfig", "clientIP", "timeoutSeconds")
    yield from between(lasting, 1, LONGEST_AFFINITY)
    yield from one_of(spec.at("externalTrafficPolicy"), ("Cluster", "Local"))
    yield from one_of(spec.at("internalTrafficPolicy"), ("Cluster", "Local"))
    if spec.at("externalTrafficPolicy").is_set and kind == "ClusterIP":
        yield spec.at("externalTrafficPolicy").wrong("must not be given with the type ClusterIP")


def service_ports(manifest: Node) -> Iterator[Finding]:
    """Ports of a Service are in range, unique, and named if there are several."""
    listed = list(manifest.each("spec", "ports"))
    kind = manifest.at("spec", "type").text or "ClusterIP"
    for each in listed:
        if len(listed) > 1 and each.at("name").text is None:
            yield each.wrong("needs 'name', as there are several ports")
        yield from named(each.at("name"), names.label)
        yield from between(each.at("port"), 1, LARGEST_PORT)
        yield from port(each.at("targetPort"))
        yield from one_of(each.at("protocol"), ("TCP", "UDP", "SCTP"))
        yield from named(each.at("appProtocol"), names.label_key)
        if each.at("nodePort").value and kind == "ClusterIP":
            yield each.at("nodePort").wrong("must not be given with the type ClusterIP")
    yield from duplicates((each.at("name") for each in listed), "the port")
    seen: set[tuple[object, object]] = set()
    for each in listed:
        key = each.at("port").number, each.at("protocol").text or "TCP"
        if key in seen:
            yield each.at("port").wrong(f"{key[1]} port {key[0]} is there twice")
        seen.add(key)


def ingress(manifest: Node) -> Iterator[Finding]:
    """An Ingress is complete: hosts are names, paths are absolute, backends are stated."""
    spec = manifest.at("spec")
    default = spec.at("defaultBackend")
    if not spec.at("rules").value and not default.is_set:
        yield spec.wrong("needs 'rules' or 'defaultBackend'")
    if default.is_set:
        yield from _backend(default)
    if spec.at("ingressClassName").is_set:
        yield from required_name(spec.at("ingressClassName"), names.subdomain)
    for rule in spec.each("rules"):
        yield from _host(rule.at("host"))
        if rule.at("http").is_set and not rule.at("http", "paths").value:
            yield rule.at("http", "paths").wrong("must hold at least one path")
        for path in rule.each("http", "paths"):
            yield from _path(path)
            yield from _backend(path.at("backend"))
    for encrypted in spec.each("tls"):
        yield from named(encrypted.at("secretName"), names.subdomain)
        for host in encrypted.each("hosts"):
            yield from required_name(host, names.wildcard_subdomain)


def _host(node: Node) -> Iterator[Finding]:
    from ipaddress import ip_address

    yield from named(node, names.wildcard_subdomain)
    try:
        ip_address(node.text or "")
    except ValueError:
        return
    yield node.wrong(f"must be a name, is the address {shown(node.value)}")


def _path(node: Node) -> Iterator[Finding]:
    kind, path = node.at("pathType"), node.at("path")
    text = path.text or ""
    yield from required_one_of(kind, ("Exact", "Prefix", "ImplementationSpecific"))
    if not text.startswith("/") and (text or kind.value != "ImplementationSpecific"):
        yield path.wrong(f"must begin with '/', is {shown(text)}")
    if kind.text in {"Exact", "Prefix"}:
        bad = [part for part in ("//", "/./", "/../", "%2f", "%2F") if part in text]
        bad += [end for end in ("/..", "/.") if text.endswith(end)]
        if bad:
            yield path.wrong(f"must not contain {shown(bad[0])}, is {shown(text)}")


def _backend(node: Node) -> Iterator[Finding]:
    target, resource = node.at("service"), node.at("resource")
    if target.is_set == resource.is_set:
        yield node.wrong("needs either 'service' or 'resource'")
    if not target.is_set:
        return
    yield from required_name(target.at("name"), names.service)
    number, name = target.at("port", "number"), target.at("port", "name")
    if bool(number.value) == bool(name.value):
        yield target.at("port").wrong("needs either 'number' or 'name'")
    yield from between(number, 1, LARGEST_PORT)
    yield from named(name, names.port_name)
