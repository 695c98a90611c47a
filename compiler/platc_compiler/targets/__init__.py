"""Targets: a platform to documents. None knows of kinds, and none imports another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.targets.documents import Artefacts, Manifest
from platc_compiler.targets.sealed_secrets import sealed_secrets
from platc_compiler.templating import Templates

ArtefactTarget = Callable[[Platform, Templates], Artefacts]
ManifestTarget = Callable[[Platform, Templates], Iterator[Manifest]]

ARTEFACTS: tuple[ArtefactTarget, ...] = ()
"""Targets that write bare files; pods may read them (:class:`~platc_compiler.ir.workloads.Artefact`)."""

MANIFESTS: tuple[ManifestTarget, ...] = (sealed_secrets,)
"""Targets that yield Kubernetes objects, beside ``kubernetes`` itself, which embeds the artefacts."""
