"""What a build writes to the disk: ``out/`` and ``dags/``, beside files that are not platc's."""

from collections.abc import Mapping

from msgspec import Struct


class NotOurs(Exception):  # noqa: N818 - a refusal
    """Something that platc did not write stands where a build would write."""


class Changes(Struct, frozen=True):
    """What a build has changed, by path below the folder."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    same: int
    remarks: tuple[str, ...] = ()
    """Sentences about files that a build has found and left alone."""


def compare(
    before: Mapping[str, bytes], after: Mapping[str, bytes], remarks: tuple[str, ...] = ()
) -> Changes:
    """Return the changes from one set of files to another, by path."""
    both = before.keys() & after.keys()
    return Changes(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(path for path in both if before[path] != after[path])),
        removed=tuple(sorted(before.keys() - after.keys())),
        same=sum(before[path] == after[path] for path in both),
        remarks=remarks,
    )
