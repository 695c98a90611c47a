"""The API server's rules of a container.

Source: pkg/apis/core/validation, validateContainerCommon, validateContainerPorts, ValidateEnv,
ValidateEnvFrom, ValidateVolumeMounts; in lists that are maps (env, ports, mounts), a server-side
apply refuses duplicate keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.quantities import requirements
from platc_compiler.admission.rules.values import (
    between,
    duplicates,
    named,
    one_of,
    required_name,
)
from platc_compiler.admission.wording import shown

FIELDS = frozenset(
    {
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    }
)
SUBSCRIPT = re.compile(r"metadata\.(labels|annotations)\['([^']+)'\]")
RESOURCES = tuple(
    f"{part}.{name}"
    for part in ("limits", "requests")
    for name in ("cpu", "memory", "ephemeral-storage")
)
SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
LARGEST_PORT = 65535


def identity(container: Node) -> Iterator[Finding]:
    """A container has a name, an image and known policies."""
    yield from required_name(container.at("name"), names.label)
    if container.at("image").text is None:
        yield container.at("image").wrong("must not be empty")
    yield from one_of(container.at("imagePullPolicy"), ("Always", "IfNotPresent", "Never"))
    yield from one_of(container.at("terminationMessagePolicy"), ("File", "FallbackToLogsOnError"))
    yield from one_of(container.at("restartPolicy"), ("Always", "OnFailure", "Never"))


def ports(container: Node) -> Iterator[Finding]:
    """Ports are in range, their names valid, and no two alike."""
    listed = list(container.each("ports"))
    for port in listed:
        yield from named(port.at("name"), names.port_name)
        yield from between(port.at("containerPort"), 1, LARGEST_PORT)
        yield from between(port.at("hostPort"), 0, LARGEST_PORT)
        yield from one_of(port.at("protocol"), ("TCP", "UDP", "SCTP"))
    yield from duplicates((port.at("name") for port in listed), "the port")
    seen: set[tuple[object, object]] = set()
    for port in listed:
        key = port.at("containerPort").number, port.at("protocol").text or "TCP"
        if key in seen:
            yield port.at("containerPort").wrong(f"{key[1]} port {key[0]} is there twice")
        seen.add(key)


def environment(container: Node) -> Iterator[Finding]:
    """Each variable has a valid name of its own, and one source of its value."""
    listed = list(container.each("env"))
    yield from duplicates((variable.at("name") for variable in listed), "the variable")
    for variable in listed:
        yield from required_name(variable.at("name"), names.env_name)
        yield from _value_source(variable)
    for source in container.each("envFrom"):
        yield from named(source.at("prefix"), names.env_name)
        given = [key for key in ("configMapRef", "secretRef") if source.at(key).is_set]
        if len(given) != 1:
            yield source.wrong("needs either 'configMapRef' or 'secretRef'")
        for key in given:
            yield from required_name(source.at(key, "name"), names.subdomain)


def _value_source(variable: Node) -> Iterator[Finding]:
    source = variable.at("valueFrom")
    if not source.is_set:
        return
    given = [key for key in SOURCES if source.at(key).is_set]
    if len(given) != 1:
        yield source.wrong(f"needs exactly one of {', '.join(SOURCES)}")
    if variable.at("value").text is not None:
        yield source.wrong("must not be given beside 'value'")
    for key in ("configMapKeyRef", "secretKeyRef"):
        if source.at(key).is_set:
            yield from required_name(source.at(key, "name"), names.subdomain)
            yield from required_name(source.at(key, "key"), names.config_key)
    if source.at("fieldRef").is_set:
        yield from field_path(source.at("fieldRef", "fieldPath"), FIELDS)
    if source.at("resourceFieldRef").is_set:
        yield from resource_field(source.at("resourceFieldRef", "resource"))


def field_path(node: Node, fields: Iterable[str]) -> Iterator[Finding]:
    """Yield a fault if a path of the downward API is not a field of a pod."""
    text = node.text or ""
    subscript = SUBSCRIPT.fullmatch(text)
    if subscript:
        check = names.label_key if subscript[1] == "labels" else names.annotation_key
        if problem := check(subscript[2]):
            yield node.wrong(f"{shown(subscript[2])} {problem}")
    elif text not in fields:
        yield node.wrong(
            f"must be one of {', '.join(sorted(fields))}, metadata.labels['KEY'] or "
            f"metadata.annotations['KEY'], is {shown(text)}"
        )


def resource_field(node: Node) -> Iterator[Finding]:
    """Yield a fault if a resource of the downward API does not exist."""
    if node.text is None:
        yield node.wrong("must not be empty")
    elif not node.text.startswith(("limits.hugepages-", "requests.hugepages-")):
        yield from one_of(node, RESOURCES)


def mounts(container: Node) -> Iterator[Finding]:
    """No two mounts share a path, and paths inside a volume stay inside it."""
    listed = list(container.each("volumeMounts"))
    yield from duplicates((mount.at("mountPath") for mount in listed), "the path")
    for mount in listed:
        if mount.at("mountPath").text is None:
            yield mount.at("mountPath").wrong("must not be empty")
        for key in ("subPath", "subPathExpr"):
            yield from relative_path(mount.at(key))
        if mount.at("subPath").text and mount.at("subPathExpr").text:
            yield mount.at("subPathExpr").wrong("must not be given beside 'subPath'")
        yield from one_of(
            mount.at("mountPropagation"), ("None", "HostToContainer", "Bidirectional")
        )


def relative_path(node: Node) -> Iterator[Finding]:
    """Yield a fault if a path begins with `/` or contains `..`."""
    text = node.text or ""
    if text.startswith("/"):
        yield node.wrong(f"must be a relative path, is {shown(text)}")
    if ".." in text.split("/"):
        yield node.wrong(f"must not contain '..', is {shown(text)}")


def resources(container: Node) -> Iterator[Finding]:
    """Requests are at most the limits, and all name existing resources."""
    yield from requirements(container.at("resources"))


RULES = (identity, ports, environment, mounts, resources)
