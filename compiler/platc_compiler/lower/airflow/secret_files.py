"""Secrets as files: the keys that a pod needs, their volumes and mounts."""

from __future__ import annotations

from collections.abc import Iterable

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import Mount, SecretFiles, SecretKey, Volume
from platc_compiler.lower.airflow.site import SECRETS, Site
from platc_compiler.lower.secret_keys import secret_key


def component_keys(site: Site) -> tuple[SecretKey, ...]:
    """Return the keys that every component needs; in 2.x tasks need them too."""
    keys = site.service.keys
    place = site.origin("keys")
    wanted = [
        secret_key(keys.fernet, (*place, "fernet")),
        secret_key(keys.session, (*place, "session")),
    ]
    if keys.jwt is not None:
        wanted.append(secret_key(keys.jwt, (*place, "jwt")))
    if site.database.password is not None:
        wanted.append(SecretKey(*site.database.password, site.origin("database")))
    if not site.modern and site.mail is not None and site.mail.password is not None:
        wanted.append(secret_key(site.mail.password, ("notifications", "smtp", "password")))
    return tuple(wanted)


def path(key: SecretKey) -> str:
    """Return the path of the file with a key of a secret."""
    return f"{SECRETS}/{key.secret}/{key.key}"


def reference_path(reference: str) -> str:
    """Return the path of the file with the key that ``secret/key`` names."""
    return path(secret_key(reference, ()))


def volumes(keys: Iterable[SecretKey]) -> tuple[tuple[Volume, ...], tuple[Mount, ...]]:
    """Return a volume and a mount for each secret, with only the given keys."""
    wanted: dict[str, list[str]] = {}
    places: dict[str, Origin] = {}
    for key in keys:
        names = wanted.setdefault(key.secret, [])
        places.setdefault(key.secret, key.origin)
        if key.key not in names:
            names.append(key.key)
    found = tuple(
        Volume(f"secret-{secret}", SecretFiles(secret, tuple(sorted(names)), places[secret]))
        for secret, names in sorted(wanted.items())
    )
    return found, tuple(
        Mount(volume.name, f"{SECRETS}/{secret}", read_only=True)
        for volume, secret in zip(found, sorted(wanted), strict=True)
    )
