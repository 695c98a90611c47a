"""The API server's rules of a pod's volumes and of the mounts of its containers.

Source: pkg/apis/core/validation, ValidateVolumes, validateVolumeSource, validateKeyToPath,
validateProjectionSources, ValidateVolumeMounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.containers import (
    FIELDS,
    field_path,
    relative_path,
    resource_field,
)
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.pods import containers_of, pod_of
from platc_compiler.admission.rules.quantities import not_negative
from platc_compiler.admission.rules.values import between, duplicates, one_of, required_name
from platc_compiler.admission.wording import shown

LARGEST_MODE = 0o777
LARGEST_TOKEN_LIFE = 2**32
SMALLEST_TOKEN_LIFE = 600
VOLUME_FIELDS = FIELDS & {"metadata.name", "metadata.namespace", "metadata.uid"} | {
    "metadata.labels",
    "metadata.annotations",
}
HOST_PATH_TYPES = (
    "DirectoryOrCreate",
    "Directory",
    "FileOrCreate",
    "File",
    "Socket",
    "CharDevice",
    "BlockDevice",
)
REQUIRED = {
    "configMap": "name",
    "hostPath": "path",
    "persistentVolumeClaim": "claimName",
    "secret": "secretName",
    "csi": "driver",
}
PROJECTIONS = (
    "clusterTrustBundle",
    "configMap",
    "downwardAPI",
    "podCertificate",
    "secret",
    "serviceAccountToken",
)


def volumes(pod: Node) -> Iterator[Finding]:
    """Each volume has a unique name and exactly one source.

    The API server accepts a volume without source as an emptyDir; platc refuses it.
    """
    listed = list(pod.each("spec", "volumes"))
    yield from duplicates((volume.at("name") for volume in listed), "the volume")
    for volume in listed:
        yield from required_name(volume.at("name"), names.label)
        sources = [(key, node) for key, node in volume.entries() if key != "name" and node.is_set]
        if len(sources) != 1:
            has = " and ".join(key for key, _ in sources) or "none"
            yield volume.wrong(f"needs exactly one source such as emptyDir, has {has}")
        for key, source in sources:
            yield from _source(key, source)


def _source(key: str, source: Node) -> Iterator[Finding]:
    if key in REQUIRED and source.at(REQUIRED[key]).text is None:
        yield source.at(REQUIRED[key]).wrong("must not be empty")
    yield from between(source.at("defaultMode"), 0, LARGEST_MODE)
    match key:
        case "emptyDir":
            yield from not_negative(source.at("sizeLimit"))
        case "hostPath":
            yield from one_of(source.at("type"), HOST_PATH_TYPES)
            if ".." in (source.at("path").text or "").split("/"):
                yield source.at("path").wrong("must not contain '..'")
        case "configMap" | "secret":
            yield from _items(source)
        case "downwardAPI":
            yield from _downward_api(source)
        case "projected":
            yield from _projected(source)
        case _:
            pass


def _items(source: Node) -> Iterator[Finding]:
    for item in source.each("items"):
        yield from required_name(item.at("key"), names.config_key)
        yield from _file(item)


def _file(item: Node) -> Iterator[Finding]:
    if item.at("path").text is None:
        yield item.at("path").wrong("must not be empty")
    yield from relative_path(item.at("path"))
    first, _, _ = (item.at("path").text or "").partition("/")
    if first.startswith("..") and first != "..":
        yield item.at("path").wrong("must not begin with '..'")
    yield from between(item.at("mode"), 0, LARGEST_MODE)


def _downward_api(source: Node) -> Iterator[Finding]:
    for item in source.each("items"):
        yield from _file(item)
        field, resource = item.at("fieldRef"), item.at("resourceFieldRef")
        if field.is_set == resource.is_set:
            yield item.wrong("needs either 'fieldRef' or 'resourceFieldRef'")
        if field.is_set:
            yield from field_path(field.at("fieldPath"), VOLUME_FIELDS)
        if resource.is_set:
            yield from resource_field(resource.at("resource"))
            if resource.at("containerName").text is None:
                yield resource.at("containerName").wrong("must not be empty")


def _projected(source: Node) -> Iterator[Finding]:
    paths: list[Node] = []
    for part in source.each("sources"):
        given = [key for key in PROJECTIONS if part.at(key).is_set]
        if len(given) > 1:
            yield part.wrong(f"needs one source only, has {' and '.join(given)}")
        for key in ("configMap", "secret"):
            if part.at(key).is_set:
                yield from required_name(part.at(key, "name"), names.subdomain)
                yield from _items(part.at(key))
                paths += [item.at("path") for item in part.each(key, "items")]
        yield from _downward_api(part.at("downwardAPI"))
        paths += [item.at("path") for item in part.each("downwardAPI", "items")]
        token = part.at("serviceAccountToken")
        if token.is_set:
            life = token.at("expirationSeconds")
            yield from between(life, SMALLEST_TOKEN_LIFE, LARGEST_TOKEN_LIFE)
            yield from _file(token)
    yield from duplicates(paths, "the path")


def mounted_volumes_exist(manifest: Node) -> Iterator[Finding]:
    """Every mount and device names a volume of the pod, or a claim template."""
    pod = pod_of(manifest)
    claims = manifest.each("spec", "volumeClaimTemplates")
    known = {volume.at("name").text for volume in pod.each("spec", "volumes")}
    known |= {claim.at("metadata", "name").text for claim in claims}
    for container, _ in containers_of(pod):
        for mount in chain(container.each("volumeMounts"), container.each("volumeDevices")):
            if mount.at("name").text not in known:
                yield mount.at("name").wrong(
                    f"the pod has no volume {shown(mount.at('name').value)}"
                )


RULES = (volumes,)
