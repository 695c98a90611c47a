"""Checksums of patched ConfigMaps on the pods that read them when they start."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Manifest

ANNOTATION = "platc.dev/patched-config-checksum"
_CONTROLLERS = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_REFERENCES = frozenset({"configMap", "configMapRef", "configMapKeyRef"})


def with_config_checksums(
    generated: Sequence[Manifest], patched: Sequence[Manifest], platform: Platform
) -> list[Manifest]:
    """Return the patched objects; pods that read a patched ConfigMap carry its checksum.

    Pods have the checksum of a generated ConfigMap already. Programs that reread their files get
    none, and neither do Jobs, whose pods cannot be changed.
    """
    reloaded = {
        (workload.namespace, config.name)
        for workload in platform.workloads for config in workload.configs if config.reloads
    }  # fmt: skip
    contents = {
        (after.namespace, after.name): _content(after.body)
        for before, after in zip(generated, patched, strict=True)
        if after.kind == "ConfigMap" and _content(before.body) != _content(after.body)
    }
    contents = {place: each for place, each in contents.items() if place not in reloaded}
    return [_annotated(manifest, contents) for manifest in patched] if contents else [*patched]


def _content(body: dict[str, Any]) -> str:
    content = [body.get("data"), body.get("binaryData")]
    return json.dumps(content, sort_keys=True, default=str)


def _annotated(manifest: Manifest, contents: dict[tuple[str | None, str], str]) -> Manifest:
    template = manifest.body.get("spec", {}).get("template") if _has_pods(manifest) else None
    if not isinstance(template, dict):
        return manifest
    read = {(manifest.namespace, name) for name in config_maps(template.get("spec"))}
    changed = sorted(contents[place] for place in read & contents.keys())
    if not changed:
        return manifest
    digest = hashlib.sha256("\0".join(changed).encode()).hexdigest()[:32]
    about = template.get("metadata") or {}
    stated = about.get("annotations") or {} if isinstance(about, dict) else None
    if not isinstance(stated, dict):
        return manifest  # a patch has replaced the pod by another type; the checks report it
    annotations = {**stated, ANNOTATION: digest}
    metadata = {**about, "annotations": dict(sorted(annotations.items()))}
    spec = {**manifest.body["spec"], "template": {**template, "metadata": metadata}}
    return replace(manifest, body={**manifest.body, "spec": spec})


def _has_pods(manifest: Manifest) -> bool:
    return manifest.kind in _CONTROLLERS and isinstance(manifest.body.get("spec"), dict)


def config_maps(part: object) -> Iterator[str]:
    """Yield the names of all ConfigMaps that a pod refers to."""
    if isinstance(part, dict):
        for key, value in part.items():
            if (
                key in _REFERENCES
                and isinstance(value, dict)
                and isinstance(value.get("name"), str)
            ):
                yield value["name"]
            yield from config_maps(value)
    elif isinstance(part, list):
        for item in part:
            yield from config_maps(item)
