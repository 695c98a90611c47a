"""Secrets as files: which a pod needs, where they are mounted, and the volumes that bring them."""

from __future__ import annotations

from collections.abc import Iterable

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import Mount, SecretFiles, SecretKey, Volume
from platc_compiler.lower.airflow.site import SECRETS, Site
from platc_compiler.lower.secret_keys import secret_key


def component_keys(site: Site) -> tuple[SecretKey, ...]:
    """Return the secrets of every component; in 2.x tasks need them as well."""
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
    """Return where a key of a secret lies as a file."""
    return f"{SECRETS}/{key.secret}/{key.key}"


def reference_path(reference: str) -> str:
    """Return where the key that ``secret/key`` names lies as a file."""
    return path(secret_key(reference, ()))


def volumes(keys: Iterable[SecretKey]) -> tuple[tuple[Volume, ...], tuple[Mount, ...]]:
    """Return a volume and a mount for each secret, with its wanted keys only."""
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
