"""Keys of secrets as files of a pod, ``SECRET/KEY`` below one folder."""

from __future__ import annotations

from collections.abc import Iterable

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import Mount, SecretFiles, SecretKey, Volume
from platc_compiler.lower.secret_keys import secret_key


def keys_of(stated: Iterable[tuple[str, Origin]]) -> tuple[SecretKey, ...]:
    """Return each named ``secret/key`` once, with the path that names it first."""
    first: dict[str, SecretKey] = {}
    for reference, place in stated:
        first.setdefault(reference, secret_key(reference, place))
    return tuple(first.values())


def secret_volumes(keys: Iterable[SecretKey]) -> tuple[Volume, ...]:
    """Return a volume for each secret, with its keys."""
    by_secret: dict[str, list[SecretKey]] = {}
    for key in keys:
        by_secret.setdefault(key.secret, []).append(key)
    return tuple(
        Volume(f"secret-{secret}", SecretFiles(secret, tuple(k.key for k in held), held[0].origin))
        for secret, held in by_secret.items()
    )


def secret_mounts(keys: Iterable[SecretKey], folder: str) -> tuple[Mount, ...]:
    """Return where the volumes are mounted below a folder."""
    secrets = dict.fromkeys(key.secret for key in keys)
    return tuple(Mount(f"secret-{each}", f"{folder}/{each}", read_only=True) for each in secrets)
