"""Names, the recommended labels, and annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from platc_compiler.ir.labels import MANAGED_BY, MANAGER, PART_OF, VERSION
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Workload
from platc_compiler.templating.templates import Templates


def common_labels(platform: Platform) -> dict[str, str]:
    """Return the labels that every object carries with the same value."""
    return {MANAGED_BY: MANAGER, PART_OF: platform.name}


def workload_labels(platform: Platform, workload: Workload) -> dict[str, str]:
    """Return the labels of a workload's objects, sorted by key."""
    version = {VERSION: workload.version} if workload.version else {}
    return dict(sorted({**dict(workload.selector), **version, **common_labels(platform)}.items()))


def metadata(
    templates: Templates,
    name: str,
    namespace: str | None,
    labels: Mapping[str, str],
    annotations: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Return the metadata of an object."""
    data: dict[str, Any] = templates.data(
        "kubernetes/metadata.yaml.j2",
        name=name, namespace=namespace, labels=labels, annotations=dict(sorted(annotations)),
    )  # fmt: skip
    return data
