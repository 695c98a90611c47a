"""What the parts of a PostgreSQL service share: image, port, user, paths of passwords."""

from __future__ import annotations

from platc_compiler.ir.pods import Mount, Port, SecretFiles, Volume
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import service_host
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.kinds import postgres as spec

PORT = 5432
PORTS = (Port("sql", PORT),)
VOLUME = "/var/lib/postgresql"
"""Where the volume of the data is mounted; the data are below it, in a folder of their major."""
USER = 999
"""The user ``postgres`` of the Debian image (docker-library/postgres, 18/trixie/Dockerfile)."""
SECRETS = "/run/secrets/postgres"
_NEWEST_MINOR = {13: "13.23", 14: "14.24", 15: "15.19", 16: "16.15", 17: "17.11", 18: "18.6"}


def version(service: spec.Postgres) -> str:
    """Return the version with its minor; a major version alone means its newest known minor."""
    if service.version.isdigit():
        return _NEWEST_MINOR.get(int(service.version), service.version)
    return service.version


def image(service: spec.Postgres) -> str:
    """Return the image of the server and of its tools.

    CloudNativePG starts no other images than its own: of these, ``system`` has the client of the
    object store too (docs/src/container_images.md of its release 1.30).
    """
    if service.image is not None:
        return service.image
    if service.operated:
        return f"ghcr.io/cloudnative-pg/postgresql:{version(service)}-system-trixie"
    return f"postgres:{version(service)}"


def host(name: str, service: spec.Postgres, namespace: str) -> str:
    """Return the host name of the server that writes; CloudNativePG has one that follows it."""
    return service_host(f"{name}-rw" if service.operated else name, namespace)


def account(name: str, service: spec.Postgres) -> str:
    """Return the service account of the jobs, which have no rights.

    CloudNativePG gives its instances the account that has the name of the server, with rights.
    """
    return f"{name}-jobs" if service.operated else name


def superuser(name: str, service: spec.Postgres) -> tuple[Volume, Mount, str]:
    """Return the volume of the superuser's password, its mount, and the path of the file."""
    key = secret_key(service.superuser_password, service_origin(name, "superuser_password"))
    volume = Volume("superuser", SecretFiles(key.secret, (key.key,), key.origin))
    folder = f"{SECRETS}/superuser"
    return volume, Mount("superuser", folder, read_only=True), f"{folder}/{key.key}"
