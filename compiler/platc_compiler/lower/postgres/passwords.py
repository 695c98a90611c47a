"""The passwords that CloudNativePG itself reads: out of Secrets of the type basic-auth, by name.

Source: ``GetUserPasswordFromSecret`` in pkg/management/postgres/utils of CloudNativePG 1.30, and
``reconcileUser`` in internal/management/controller/instance_controller.go, which refuses a Secret
whose ``username`` is not the role's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import SecretFiles, Volume
from platc_compiler.lower.origins import service_origin
from platc_spec.kinds import postgres as spec
from platc_spec.secret_references import parse_reference
from platc_spec.secrets import BASIC_AUTH, Secret

PASSWORD, USERNAME = "password", "username"


def basic_auth(reference: str, secrets: Mapping[str, Secret]) -> str | None:
    """Return the name of the Secret of a password if the operator can read it."""
    secret, key = parse_reference(reference)
    stated = secrets.get(secret)
    if stated is None or stated.type != BASIC_AUTH or key != PASSWORD:
        return None
    return secret if {USERNAME, PASSWORD} <= {*stated.keys} else None


def read(name: str, service: spec.Postgres, secrets: Mapping[str, Secret]) -> tuple[Volume, ...]:
    """Return the Secrets that the instances read, as volumes: each is used as a whole."""
    found: dict[str, Origin] = {}
    for _, reference, place in passwords(name, service):
        secret = basic_auth(reference, secrets)
        if secret is not None:
            found.setdefault(secret, place)
    return tuple(
        Volume(f"password-{secret}", SecretFiles(secret, (USERNAME, PASSWORD), place))
        for secret, place in found.items()
    )


def passwords(name: str, service: spec.Postgres) -> Iterator[tuple[str, str, Origin]]:
    """Yield each role with the reference of its password and the place of that."""
    yield spec.SUPERUSER, service.superuser_password, service_origin(name, "superuser_password")
    for key, role in sorted(service.roles.items()):
        if role.password is not None:
            yield key, role.password, service_origin(name, "roles", key, "password")
