"""The realms that a Keycloak creates at its start, as files of ``RealmRepresentation``.

Keycloak imports a realm whose name is not in its database, and skips any other: ``--import-realm``
changes and deletes nothing that people have made. A tool that compares (keycloak-config-cli) would
delete it, and must be of the same version as Keycloak.
Source: keycloak.org/server/importExport, "Importing a realm during startup".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.language.named_files import LARGEST
from platc_compiler.lower.kind import Context
from platc_compiler.merging import merge
from platc_compiler.source.load import Unreadable
from platc_spec.kinds import keycloak as spec


class NoRealmError(Exception):
    """A file holds no realm; the text says why."""


def realm_of(name: str, stated: spec.Realm, context: Context) -> dict[str, Any]:
    """Return a realm without the clients of services.

    Raises:
        NoRealmError: the file is not there, or holds no realm of this name.
        Unreadable: the file cannot be read.
    """
    own = _read(stated.file, context) if stated.file is not None else {}
    said = own.get("realm", name)
    if said != name:
        raise NoRealmError(f"its realm is {said!r}, not {name!r}")
    return dict(merge({"realm": name, "enabled": True, **own}, stated.settings))


def _read(path: str, context: Context) -> dict[str, Any]:
    text = context.file(path)
    if text is None:
        raise NoRealmError("it is not there")
    if len(text) > LARGEST:
        raise NoRealmError(f"it is larger than {LARGEST >> 20} MiB")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise NoRealmError("it is no JSON") from fault
    if not isinstance(found, dict):
        raise NoRealmError("it is no realm: write an object with the key 'realm'")
    return found


def realm_files(service: spec.Keycloak, context: Context) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each realm's file; a faulty one is left to its check."""
    for name, stated in sorted(service.realms.items()):
        try:
            realm = realm_of(name, stated, context)
        except (NoRealmError, Unreadable):
            continue
        yield f"{name}-realm.json", json.dumps(realm, indent=2, ensure_ascii=False) + "\n"


_LITERAL = (
    "secret", "privatekey", "bindcredential", "password", "secretdata", "registrationaccesstoken",
)  # fmt: skip
"""How the keys of a realm end that hold a credential, without separators: ``bindCredential``,
``saml.signing.private.key``. ``value`` does so in ``credentials`` only."""


def literal_secrets(realm: object, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Yield the places of a realm where a credential stands that is no ``${NAME}``.

    Keycloak replaces credentials by asterisks when it exports a realm without them. What belongs to
    a component is a list: ``"bindCredential": ["…"]``.
    """
    if isinstance(realm, Mapping):
        for key, value in realm.items():
            yield from literal_secrets(value, (*path, str(key)))
    elif isinstance(realm, list):
        for index, value in enumerate(realm):
            yield from literal_secrets(value, (*path, index))
    elif isinstance(realm, str) and _is_literal(realm, path):
        yield ".".join(map(str, path))


def _is_literal(value: str, path: tuple[str | int, ...]) -> bool:
    if not value.strip("*") or not holds_credential(path):
        return False
    return not (value.startswith("${") and value.endswith("}"))


def holds_credential(path: tuple[str | int, ...]) -> bool:
    """Return whether what stands at a path of a realm is a credential."""
    key = next((step for step in reversed(path) if isinstance(step, str)), "").lower()
    ends = "".join(filter(str.isalnum, key)).endswith(_LITERAL)
    return ends or (key == "value" and "credentials" in path)
