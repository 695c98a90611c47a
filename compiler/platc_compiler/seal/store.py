"""Reads ``sealed-secrets.yaml`` strictly, and writes it in one canonical form.

Each document of the file is one SealedSecret. Documents are sorted by namespace and name, keys by
name. The ciphertext does not say for which certificate a value was sealed, so an annotation says:

* ``platc.dev/certificate-sha256: "FP"``: every key is sealed for the certificate FP;
* ``platc.dev/certificate-sha256: "FP1: key, key; FP2: key"``: it differs by key.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from platc_compiler.seal.declared import (
    Scope,
    is_key,
    is_label,
    is_namespace,
    is_secret_name,
    is_type,
)
from platc_compiler.seal.documents import documents
from platc_compiler.seal.errors import SealError
from platc_compiler.source import written
from platc_compiler.source.load import LARGEST_FILE

API_VERSION = "bitnami.com/v1alpha1"
KIND = "SealedSecret"
CERTIFICATE_ANNOTATION = "platc.dev/certificate-sha256"
SCOPE_ANNOTATIONS = {
    Scope.NAMESPACE_WIDE: "sealedsecrets.bitnami.com/namespace-wide",
    Scope.CLUSTER_WIDE: "sealedsecrets.bitnami.com/cluster-wide",
}
MANAGED_BY = "app.kubernetes.io/managed-by"
PART_OF = "app.kubernetes.io/part-of"
MOST_BYTES = LARGEST_FILE
"""A build reads no more of the file, so sealing must not write more."""

_HEADER = """\
# Written by `platc seal`, which merges into it: do not edit. The values are encrypted, and only
# the cluster's Sealed Secrets controller can open them: this file is meant to be committed.
"""
_REMAKE = "delete it (git keeps it) and let `platc seal` write it again"
_FOREIGN = "platc seal would lose it: remove it, or keep this object in a file of its own"
_LEAKED = "delete that line; if it held the value itself, replace that value wherever it is used"

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_PREFIX_BYTES = 2
# RSA keys of 2048 to 16384 bits.
_RSA_BYTES = range(256, 2049)
_TAG_BYTES = 16

# What can stand unquoted and is text for every reader of YAML 1.1 and 1.2.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/+=-]*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

_Document: TypeAlias = dict[str, "str | _Document"]


class SealedKey(Struct, frozen=True):
    """An encrypted value.

    Attributes:
        ciphertext: in base64, kept byte for byte.
        certificate: fingerprint of the certificate that it was sealed for; ``None`` when it is
            unknown, as for objects that kubeseal wrote.
    """

    ciphertext: str
    certificate: str | None

    @property
    def plaintext_bytes(self) -> int:
        """Length of the encrypted value, in bytes."""
        raw = base64.b64decode(self.ciphertext)
        wrapped = int.from_bytes(raw[:_PREFIX_BYTES], "big")
        return len(raw) - _PREFIX_BYTES - wrapped - _TAG_BYTES


class SealedObject(Struct, frozen=True):
    """A SealedSecret.

    Attributes:
        namespace: of the object, and of the Secret that the controller makes of it.
        name: of both.
        keys: the encrypted values by key of the Secret.
        scope: where the values may be opened.
        type: of the Secret.
        part_of: name of the platform; empty where no label names it.
        line: of the document in the file that was read, counted from 1; 0 when it was not read.
    """

    namespace: str
    name: str
    keys: Mapping[str, SealedKey]
    scope: Scope
    type: str
    part_of: str
    line: int = 0

    @property
    def identity(self) -> tuple[str, str]:
        """The namespace and the name."""
        return self.namespace, self.name


def render(objects: Iterable[SealedObject]) -> str:
    """Return the text of the file: the same bytes for the same objects in any order.

    Raises:
        SealError: it is larger than ``MOST_BYTES``.
    """
    lines = [_HEADER]
    for sealed in sorted(objects, key=lambda each: each.identity):
        lines.append("---\n")
        lines.extend(_yaml(document(sealed), 0))
    text = "".join(lines)
    if len(text) > MOST_BYTES:
        message = f"all sealed values together come to more than {MOST_BYTES >> 20} MiB"
        raise SealError(message, "declare fewer secrets in this platform")
    return text


def document(sealed: SealedObject) -> _Document:
    """Return the Kubernetes object, with its keys in the order in which they are written.

    The template repeats the scope, as in what kubeseal writes: the Secret in the cluster then says
    how it was sealed.
    """
    scope: _Document = {}
    if sealed.scope in SCOPE_ANNOTATIONS:
        scope[SCOPE_ANNOTATIONS[sealed.scope]] = "true"
    labels: _Document = {MANAGED_BY: "platc"}
    if sealed.part_of:
        labels[PART_OF] = sealed.part_of
    certificates = _certificates_text(sealed.keys)
    known: _Document = {CERTIFICATE_ANNOTATION: certificates} if certificates else {}
    names: _Document = {"name": sealed.name, "namespace": sealed.namespace}
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {**names, "labels": labels} | _annotations(known | scope),
        "spec": {
            "encryptedData": {key: sealed.keys[key].ciphertext for key in sorted(sealed.keys)},
            "template": {
                "metadata": {**names, "labels": labels} | _annotations(scope),
                "type": sealed.type,
            },
        },
    }


def _annotations(annotations: _Document) -> _Document:
    return {"annotations": annotations} if annotations else {}


def _certificates_text(keys: Mapping[str, SealedKey]) -> str:
    by_certificate: dict[str, list[str]] = {}
    for key in sorted(keys):
        by_certificate.setdefault(keys[key].certificate or "", []).append(key)
    unknown = by_certificate.pop("", [])
    if len(by_certificate) == 1 and not unknown:
        return next(iter(by_certificate))
    return "; ".join(
        f"{known}: {', '.join(by_certificate[known])}" for known in sorted(by_certificate)
    )


def _yaml(entries: _Document, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for key, value in entries.items():
        if isinstance(value, str):
            yield f"{indent}{_scalar(key)}: {_scalar(value)}\n"
        else:
            yield f"{indent}{_scalar(key)}:\n"
            yield from _yaml(value, depth + 1)


def _scalar(text: str) -> str:
    # Nothing that gets here holds a quote, a backslash or a line break: all of it is matched
    # against what Kubernetes allows in that place, by ``declared`` or by ``parse``.
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else f'"{text}"'


def parse(text: str) -> tuple[SealedObject, ...]:
    """Return the objects of the file, sorted by namespace and name.

    Raises:
        SealError: with the line. A document is no SealedSecret, two have the same name, one has a
            field that would be lost when the file is written again, or a value is not sealed.
    """
    found: dict[tuple[str, str], SealedObject] = {}
    for node in documents(text):
        if isinstance(node, written.Scalar) and node.null:
            continue
        sealed = _object(node)
        earlier = found.setdefault(sealed.identity, sealed)
        if earlier is not sealed:
            message = f"{sealed.namespace}/{sealed.name} stands at line {earlier.line} already"
            raise SealError(message, "keep one of the two", line=sealed.line)
    return tuple(found[identity] for identity in sorted(found))


def _object(node: written.Node) -> SealedObject:
    top = _mapping(node, "a SealedSecret", {"apiVersion", "kind", "metadata", "spec"})
    for field, wanted in (("apiVersion", API_VERSION), ("kind", KIND)):
        if _text(top, field, "a SealedSecret") != wanted:
            message = f"not a SealedSecret: {field} must be {wanted}"
            raise SealError(message, _FOREIGN, line=node.line)
    metadata = _metadata(top, "metadata")
    spec = _mapping(_get(top, "spec", "a SealedSecret"), "spec", {"encryptedData", "template"})
    template = _template(spec, node.line)
    namespace = _text(metadata, "namespace", "metadata")
    name = _text(metadata, "name", "metadata")
    if not is_namespace(namespace) or not is_secret_name(name):
        raise SealError("a name that Kubernetes does not take", _REMAKE, line=metadata.line)
    annotations = _strings(
        metadata, "annotations", {CERTIFICATE_ANNOTATION, *SCOPE_ANNOTATIONS.values()}
    )
    part_of = _strings(metadata, "labels", {MANAGED_BY, PART_OF}).get(PART_OF, "")
    kind = _text(template, "type", "template") if "type" in template.entries else "Opaque"
    if not is_type(kind) or (part_of and not is_label(part_of)):
        raise SealError("a type or label that Kubernetes does not take", _REMAKE, line=node.line)
    return SealedObject(
        namespace=namespace,
        name=name,
        keys=_keys(spec, annotations.get(CERTIFICATE_ANNOTATION, ""), metadata.line),
        scope=_scope(annotations),
        type=kind,
        part_of=part_of,
        line=node.line,
    )


def _metadata(parent: written.Mapping, where: str) -> written.Mapping:
    fields = {"name", "namespace", "labels", "annotations"}
    return _mapping(_get(parent, "metadata", where), where, fields)


def _template(spec: written.Mapping, line: int) -> written.Mapping:
    if "template" not in spec.entries:
        return written.Mapping({}, line)
    template = _mapping(spec.entries["template"], "template", {"metadata", "type"})
    if "metadata" in template.entries:
        metadata = _metadata(template, "template.metadata")
        _strings(metadata, "annotations", set(SCOPE_ANNOTATIONS.values()))
        _strings(metadata, "labels", {MANAGED_BY, PART_OF})
    return template


def _keys(spec: written.Mapping, annotation: str, line: int) -> dict[str, SealedKey]:
    node = _get(spec, "encryptedData", "spec")
    if not isinstance(node, written.Mapping) or not node.entries:
        raise SealError("encryptedData must map keys to sealed values", _REMAKE, line=node.line)
    certificates = _certificates(annotation, node.entries, line)
    keys: dict[str, SealedKey] = {}
    for key, value in node.entries.items():
        if not is_key(key):
            raise SealError("a key that Kubernetes does not take", _REMAKE, line=value.line)
        if not isinstance(value, written.Scalar) or not _is_sealed(value.text):
            message = f"the value of '{key}' is not sealed"
            raise SealError(message, _LEAKED, line=value.line)
        keys[key] = SealedKey(value.text, certificates.get(key))
    return keys


def _is_sealed(text: str) -> bool:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    wrapped = int.from_bytes(raw[:_PREFIX_BYTES], "big")
    return wrapped in _RSA_BYTES and len(raw) >= _PREFIX_BYTES + wrapped + _TAG_BYTES


def _certificates(annotation: str, keys: Iterable[str], line: int) -> dict[str, str]:
    if not annotation:
        return {}
    if _FINGERPRINT.fullmatch(annotation):
        return dict.fromkeys(keys, annotation)
    certificates: dict[str, str] = {}
    for entry in annotation.split("; "):
        certificate, separator, listed = entry.partition(": ")
        if not separator or not _FINGERPRINT.fullmatch(certificate):
            message = f"{CERTIFICATE_ANNOTATION} is not a SHA-256 in lower-case hexadecimal"
            raise SealError(message, _REMAKE, line=line)
        certificates |= dict.fromkeys(listed.split(", "), certificate)
    return certificates


def _scope(annotations: Mapping[str, str]) -> Scope:
    # The order in which the controller looks (SecretScope in its sealedsecret_expansion.go).
    for scope in (Scope.CLUSTER_WIDE, Scope.NAMESPACE_WIDE):
        if annotations.get(SCOPE_ANNOTATIONS[scope]) == "true":
            return scope
    return Scope.STRICT


def _mapping(node: written.Node, where: str, fields: set[str]) -> written.Mapping:
    """Return the node without the nulls that kubeseal writes for what is not set."""
    if not isinstance(node, written.Mapping):
        raise SealError(f"{where} must be a mapping", _REMAKE, line=node.line)
    entries = {
        key: value
        for key, value in node.entries.items()
        if not (isinstance(value, written.Scalar) and value.null)
    }
    for key, value in entries.items():
        if key not in fields:
            known = ", ".join(sorted(fields))
            message = f"{where} holds a field that is not kept (kept are: {known})"
            raise SealError(message, _FOREIGN, line=value.line)
    return written.Mapping(entries, node.line)


def _strings(parent: written.Mapping, field: str, known: set[str]) -> dict[str, str]:
    if field not in parent.entries:
        return {}
    node = _mapping(parent.entries[field], field, known)
    return {key: _text(node, key, field) for key in node.entries}


def _get(parent: written.Mapping, field: str, where: str) -> written.Node:
    if field not in parent.entries:
        raise SealError(f"{where} lacks {field}", _REMAKE, line=parent.line)
    return parent.entries[field]


def _text(parent: written.Mapping, field: str, where: str) -> str:
    node = _get(parent, field, where)
    if not isinstance(node, written.Scalar) or node.binary:
        raise SealError(f"{where}.{field} must be text", _REMAKE, line=node.line)
    return node.text
