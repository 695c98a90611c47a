"""The objects of an earlier build that the present one changes or no longer has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct

from platc_compiler.objects.manifest import Manifest
from platc_compiler.source.beside import Beside


class Change(Struct, frozen=True):
    """An object that differs from what an earlier build wrote."""

    before: Mapping[str, Any]
    after: Manifest


class Changes(Struct, frozen=True):
    """What differs between two builds; empty if nothing is known of an earlier one."""

    changed: tuple[Change, ...] = ()
    removed: tuple[Mapping[str, Any], ...] = ()
    """Objects with data that the present build does not have."""
    added: tuple[Manifest, ...] = ()
    """Objects with data that the earlier build did not have."""


_WITH_DATA = ("Cluster", "StatefulSet", "PersistentVolumeClaim")


def changes(
    earlier: Beside,
    listed: Collection[str],
    manifests: Sequence[Manifest],
    texts: Mapping[str, str],
) -> Changes:
    """Return what differs.

    Args:
        earlier: reads the folder of the earlier build.
        listed: the paths that it wrote.
        manifests: the present objects that are compared.
        texts: the present files by path.

    Raises:
        Unreadable, OSError: as ``Beside.text``.
    """
    changed, added = [], []
    for manifest in manifests:
        path = manifest.path
        before = earlier.text(path) if path in listed else None
        if before is None:
            added.append(manifest)
        elif before != texts[path]:
            changed.append(Change(_body(before), manifest))
    gone = (path for path in sorted(listed) if path not in texts and _may_hold_data(path))
    removed = (_body(text) for path in gone if (text := earlier.text(path)) is not None)
    return Changes(tuple(changed), tuple(removed), tuple(m for m in added if m.kind in _WITH_DATA))


def _may_hold_data(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(tuple(f"{kind.lower()}-" for kind in _WITH_DATA))


def _body(text: str) -> Mapping[str, Any]:
    """Return an object, an empty one for a file that holds none any more."""
    from yaml import YAMLError, load

    try:
        from yaml import CSafeLoader as Loader
    except ImportError:  # pragma: no cover - PyYAML without LibYAML
        from yaml import SafeLoader as Loader  # type: ignore[assignment]
    try:
        found = load(text, Loader)
    except YAMLError:
        return {}
    return found if isinstance(found, Mapping) else {}
