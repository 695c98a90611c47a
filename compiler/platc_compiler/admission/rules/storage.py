"""The API server's rules of ConfigMaps, Secrets and volumes.

Source: pkg/apis/core/validation, ValidateConfigMap, ValidateSecret,
ValidatePersistentVolumeClaimSpec, ValidatePersistentVolumeSpec; pkg/apis/storage/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.quantities import positive
from platc_compiler.admission.rules.selectors import selector
from platc_compiler.admission.rules.values import (
    duplicates,
    named,
    one_of,
    required_name,
    required_one_of,
)
from platc_compiler.admission.wording import shown

LARGEST = 1024 * 1024
OF_VOLUMES = frozenset(
    {
        "accessModes",
        "capacity",
        "claimRef",
        "mountOptions",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeAttributesClassName",
        "volumeMode",
    }
)
"""Fields of a PersistentVolume that are not a source of its data."""
ACCESS_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
KEYS_OF_TYPES = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}


def config_map(manifest: Node) -> Iterator[Finding]:
    """Keys are valid and unique, binary data is base64, the whole is at most 1 MiB."""
    binary = manifest.at("binaryData")
    size = 0
    for key, value in manifest.at("data").entries():
        yield from _key(key, value)
        size += len(value.value.encode()) if isinstance(value.value, str) else 0
        if binary.at(key).is_set:
            yield value.wrong("must not be given in both 'data' and 'binaryData'")
    for key, value in binary.entries():
        yield from _key(key, value)
        decoded = _decoded(value)
        if decoded is None:
            yield value.wrong("must be base64")
        size += len(decoded or b"")
    yield from _not_too_large(manifest, size)


def secret(manifest: Node) -> Iterator[Finding]:
    """Keys are valid, data is base64, the type's keys exist, the whole is at most 1 MiB."""
    plain = manifest.at("stringData").strings
    size = sum(len(value.encode()) for value in plain.values())
    for key, value in manifest.at("stringData").entries():
        yield from _key(key, value)
    for key, value in manifest.at("data").entries():
        yield from _key(key, value)
        decoded = _decoded(value)
        if decoded is None:
            yield value.wrong("must be base64")
        if key not in plain:
            size += len(decoded or b"")
    yield from _not_too_large(manifest, size)
    kind = manifest.at("type").text
    for key in KEYS_OF_TYPES.get(kind or "", ()):
        if key not in plain and not manifest.at("data", key).is_set:
            yield manifest.at("data").wrong(f"needs {shown(key)} for the type {kind}")


def sealed_secret(manifest: Node) -> Iterator[Finding]:
    """Encrypted values are base64, under valid keys of a Secret.

    The API server accepts any text; the controller of Sealed Secrets then cannot unseal it.
    """
    for key, value in manifest.at("spec", "encryptedData").entries():
        yield from _key(key, value)
        if not _decoded(value):
            yield value.wrong("must be what kubeseal or 'platc seal' wrote: it is no base64")


def _key(key: str, value: Node) -> Iterator[Finding]:
    if problem := names.config_key(key):
        yield value.wrong(f"the key {shown(key)} {problem}")


def _decoded(value: Node) -> bytes | None:
    from base64 import b64decode

    try:
        return b64decode(value.value or "", validate=True)
    except (ValueError, TypeError):
        return None


def _not_too_large(manifest: Node, size: int) -> Iterator[Finding]:
    if size > LARGEST:
        yield manifest.wrong(f"must hold at most {LARGEST} bytes (1 MiB), holds {size}")


def claim(manifest: Node) -> Iterator[Finding]:
    """A PersistentVolumeClaim states its access modes and its size."""
    yield from _claim(manifest.at("spec"))


def claim_templates(manifest: Node) -> Iterator[Finding]:
    """Claim templates of a StatefulSet are valid claims with unique names."""
    templates = list(manifest.each("spec", "volumeClaimTemplates"))
    for template in templates:
        yield from required_name(template.at("metadata", "name"), names.label)
        yield from _claim(template.at("spec"))
    yield from duplicates((each.at("metadata", "name") for each in templates), "the claim")


def _claim(spec: Node) -> Iterator[Finding]:
    yield from _access(spec.at("accessModes"))
    size = spec.at("resources", "requests", "storage")
    if not size.is_set:
        yield spec.at("resources").wrong("needs 'requests.storage'")
    else:
        yield from positive(size)
    yield from named(spec.at("storageClassName"), names.subdomain)
    yield from one_of(spec.at("volumeMode"), ("Filesystem", "Block"))
    yield from selector(spec.at("selector"))


def _access(modes: Node) -> Iterator[Finding]:
    if not modes.value:
        yield modes.wrong("must hold at least one mode")
    for mode in modes.items():
        yield from required_one_of(mode, ACCESS_MODES)
    if "ReadWriteOncePod" in modes.texts and set(modes.texts) != {"ReadWriteOncePod"}:
        yield modes.wrong("must not hold another mode beside ReadWriteOncePod")


def volume(manifest: Node) -> Iterator[Finding]:
    """A PersistentVolume states its access modes and its size."""
    spec = manifest.at("spec")
    yield from _access(spec.at("accessModes"))
    if not any(key not in OF_VOLUMES and node.is_set for key, node in spec.entries()):
        yield spec.wrong("needs a source such as 'nfs' or 'csi'")
    if list(dict(spec.at("capacity").entries())) != ["storage"]:
        yield spec.at("capacity").wrong("must name 'storage' and nothing else")
    yield from positive(spec.at("capacity", "storage"))
    yield from one_of(spec.at("persistentVolumeReclaimPolicy"), ("Retain", "Delete", "Recycle"))


def storage_class(manifest: Node) -> Iterator[Finding]:
    """A StorageClass has a provisioner."""
    yield from required_name(manifest.at("provisioner"), lambda text: names.label_key(text.lower()))
    yield from one_of(manifest.at("reclaimPolicy"), ("Retain", "Delete"))
    yield from one_of(manifest.at("volumeBindingMode"), ("Immediate", "WaitForFirstConsumer"))


def priority_class(manifest: Node) -> Iterator[Finding]:
    """A PriorityClass of a user has a lower value than those of the system.

    Source: pkg/apis/scheduling/validation, ValidatePriorityClass.
    """
    value, largest = manifest.at("value"), 1_000_000_000
    if value.number is not None and value.number > largest:
        yield value.wrong(f"must be at most {largest}, is {value.value}")
    if (manifest.at("metadata", "name").text or "").startswith("system-"):
        yield manifest.at("metadata", "name").wrong("must not begin with 'system-'")
    yield from one_of(manifest.at("preemptionPolicy"), ("PreemptLowerPriority", "Never"))
