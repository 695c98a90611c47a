"""The realms that the Keycloaks of a platform declare, for the checks about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.lower.kind import Context
from platc_compiler.source.load import Unreadable
from platc_spec.kinds.keycloak import Keycloak, Realm


class Declared(Struct, frozen=True):
    """A realm of a Keycloak."""

    name: str
    stated: Realm
    origin: Origin
    """Where its settings come from: ``file`` or ``settings``."""


def declared(context: Context) -> Iterator[Declared]:
    """Yield the realms of every Keycloak."""
    for service, keycloak in context.of_kind(Keycloak).items():
        for name, stated in keycloak.realms.items():
            key = "settings" if stated.file is None else "file"
            yield Declared(name, stated, ("services", service, "realms", name, key))


def realm(name: str, stated: Realm, context: Context) -> dict[str, Any] | None:
    """Return a realm, ``None`` for one that cannot be read: PLT763 reports it."""
    from platc_compiler.lower.keycloak_realms import NoRealmError, realm_of

    try:
        return realm_of(name, stated, context)
    except (NoRealmError, Unreadable):
        return None
