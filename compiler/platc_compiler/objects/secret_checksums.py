"""Checksums of sealed values: pods restart when a value that they read is sealed again.

A container reads a variable only when it starts, and most programs read their files only then. So
the pod template has a checksum of the ciphertext: with another ciphertext the template changes, and
the controller replaces the pods. The ciphertext does not reveal the value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec.structs import replace

from platc_compiler.ir.pods import Pod
from platc_compiler.ir.secret_uses import uses_of_pod
from platc_compiler.objects.manifest import Manifest
from platc_compiler.objects.secret_references import SecretName, secret_names

ANNOTATION = "platc.dev/secret-checksum"
_CONTROLLERS = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
"""Kinds whose pods keep running. A Job's template cannot be changed, and a CronJob makes new
pods."""

Ciphertexts: TypeAlias = Mapping[tuple[str, str], Mapping[str, str]]
"""Ciphertext by key, for each namespace and name of a secret."""


def ciphertexts(sealed: Iterable[Mapping[str, Any]]) -> Ciphertexts:
    """Return the ciphertexts of the SealedSecret objects of a platform."""
    return {
        (each["metadata"]["namespace"], each["metadata"]["name"]): each["spec"]["encryptedData"]
        for each in sealed
    }


def checksum(names: Iterable[SecretName], namespace: str, known: Ciphertexts) -> str | None:
    """Return the checksum of the named keys in a namespace, ``None`` if none is sealed."""
    read = sorted(set(_read(names, namespace, known)))
    text = "\0".join(part for entry in read for part in entry)
    return hashlib.sha256(text.encode()).hexdigest()[:32] if read else None


def _read(
    names: Iterable[SecretName], namespace: str, known: Ciphertexts
) -> Iterator[tuple[str, str, str]]:
    for name in names:
        held = known.get((namespace, name.secret), {})
        for key in held if name.key is None else {name.key} & held.keys():
            yield name.secret, key, held[key]


def with_secret_checksum(pod: Pod, namespace: str, known: Ciphertexts) -> Pod:
    """Return a pod with the checksum of the sealed values that it uses, if any."""
    uses = (SecretName(use.secret, use.key) for use in uses_of_pod(pod, namespace, ()))
    digest = checksum(uses, namespace, known)
    if digest is None:
        return pod
    others = (each for each in pod.annotations if each[0] != ANNOTATION)
    return replace(pod, annotations=(*others, (ANNOTATION, digest)))


def with_secret_checksums(
    patched: Sequence[Manifest], sealed: Iterable[Mapping[str, Any]]
) -> list[Manifest]:
    """Return the patched objects; pods that read a secret because of a patch get its checksum
    too.
    """
    known = ciphertexts(sealed)
    return [_annotated(manifest, known) for manifest in patched]


def _annotated(manifest: Manifest, known: Ciphertexts) -> Manifest:
    spec = manifest.body.get("spec")
    template = spec.get("template") if isinstance(spec, dict) else None
    if (
        manifest.kind not in _CONTROLLERS
        or not isinstance(spec, dict)
        or not isinstance(template, dict)
    ):
        return manifest
    digest = checksum(secret_names(template.get("spec")), manifest.namespace or "", known)
    about = template.get("metadata") or {}
    stated = about.get("annotations") or {} if isinstance(about, dict) else None
    # A patch may have changed its type: the checks report that.
    if digest is None or not isinstance(stated, dict) or stated.get(ANNOTATION) == digest:
        return manifest
    annotations = {**stated, ANNOTATION: digest}
    metadata = {**about, "annotations": dict(sorted(annotations.items()))}
    rolled = {**spec, "template": {**template, "metadata": metadata}}
    return replace(manifest, body={**manifest.body, "spec": rolled})
