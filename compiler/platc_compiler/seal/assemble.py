"""Puts the objects of the new file together from the old ones and the newly sealed keys."""

from collections.abc import Mapping, Sequence

from platc_compiler.seal.declared import Declared, KeyRef, Scope
from platc_compiler.seal.store import SealedKey, SealedObject


def assemble(
    declared: Sequence[Declared],
    existing: Sequence[SealedObject],
    new: Mapping[KeyRef, SealedKey],
    *,
    part_of: str,
    partial: bool,
) -> list[SealedObject]:
    """Return the objects of the new file.

    Args:
        declared: the secrets of ``platform.yaml``.
        existing: the objects of the old file.
        new: the keys that have just been sealed.
        part_of: name of the platform.
        partial: whether objects without a new key stay as they are, even if their declaration has
            changed or is gone.
    """
    merged = {sealed.identity: sealed for sealed in existing} if partial else {}
    old = {sealed.identity: sealed for sealed in existing}
    for secret in declared:
        identity = (secret.namespace, secret.name)
        fresh = {
            key: new[ref]
            for key in secret.keys
            if (ref := KeyRef(secret.namespace, secret.name, key)) in new
        }
        if fresh or (identity in old and not partial):
            sealed = _object(secret, old.get(identity), fresh, part_of, partial=partial)
            if sealed.keys:
                merged[identity] = sealed
    return list(merged.values())


def _object(
    secret: Declared,
    old: SealedObject | None,
    fresh: Mapping[str, SealedKey],
    part_of: str,
    *,
    partial: bool,
) -> SealedObject:
    scope = Scope(secret.scope)
    held = {} if old is None else old.keys
    if old is not None and old.scope != scope:
        # One object has one scope: either all of it was sealed anew, or none.
        scope, held = (scope, {}) if fresh else (old.scope, held)
    kept = held if partial else {key: held[key] for key in secret.keys if key in held}
    return SealedObject(
        namespace=secret.namespace,
        name=secret.name,
        keys={**kept, **fresh},
        scope=scope,
        type=secret.type,
        part_of=part_of,
    )
