"""The metadata of an object: its name, labels and annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from platc_compiler.templating.templates import Templates


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
