"""Names of Jobs after patches.

Kubernetes refuses a change of a Job's pod template, so that the name of a Job ends in a digest of
what its pod runs (``lower/job_names.py``). A patch can change what it runs: the Job then gets a
digest of the patched template and of the patched ConfigMaps that it reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.objects.config_checksums import config_maps
from platc_compiler.objects.digests import data_digest
from platc_compiler.objects.manifest import Manifest

_DIGEST = re.compile(r"-[0-9a-f]{8}\Z")


class Renamed(Struct, frozen=True):
    """The objects of a platform after patches, and which Jobs have another name for that."""

    manifests: list[Manifest]
    names: Mapping[str, str]
    """The new name by the generated one."""

    def text(self, text: str) -> str:
        """Return a text, such as the runbook, that names the Jobs as they are called now."""
        for old, new in self.names.items():
            text = text.replace(old, new)
        return text


def without_digest(name: str) -> str:
    """Return the name of a Job without the digest at its end, which a change replaces."""
    return _DIGEST.sub("", name)


def renamed(generated: Sequence[Manifest], patched: Sequence[Manifest]) -> Renamed:
    """Return the patched objects; a Job of which a patch changed what it runs has another name."""
    before, after = _texts(generated), _texts(patched)
    found, names = [], {}
    for old, new in zip(generated, patched, strict=True):
        runs = _runs(new, after) if new.kind == "Job" else None
        base = without_digest(new.name)
        if runs is None or base == new.name or runs == _runs(old, before):
            found.append(new)
            continue
        name = f"{base}-{data_digest(runs)}"
        names[new.name] = name
        metadata = {**new.body["metadata"], "name": name}
        found.append(replace(new, body={**new.body, "metadata": metadata}))
    return Renamed(found, names)


def _texts(manifests: Sequence[Manifest]) -> dict[tuple[str | None, str], Any]:
    return {(m.namespace, m.name): m.body.get("data") for m in manifests if m.kind == "ConfigMap"}


def _runs(job: Manifest, texts: Mapping[tuple[str | None, str], Any]) -> list[Any] | None:
    """Return the pod template of a Job, and the texts that it reads; ``None`` without either."""
    spec = job.body.get("spec")
    template = spec.get("template") if isinstance(spec, Mapping) else None
    if not isinstance(template, Mapping):
        return None
    return [template, {name: texts.get((job.namespace, name)) for name in config_maps(template)}]
