"""Digests of a pod's content and configuration, for names and annotations that change with it.

They are computed from the data that Kubernetes receives, so that a change of the compiler's own
records changes no name in a cluster.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping


def files_digest(configs: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """Return a digest of 32 hexadecimal digits of ConfigMaps: their names, keys and texts."""
    digest = hashlib.sha256()
    for name, files in configs:
        for key, text in files.items():
            digest.update(f"{name}\0{key}\0{text}\0".encode())
    return digest.hexdigest()[:32]


def data_digest(data: object) -> str:
    """Return a digest of 8 hexadecimal digits of plain data, whatever the order of their keys."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:8]
