"""What platform.yaml says of roles, databases and rights, as rules that SQL compares with a server.

A rule is a flat record with a ``kind``. The rules of the server as a whole have the key ``""``;
those of a database have its name. ``bootstrap.sql.j2`` says what each kind of rule means.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from platc_compiler.lower.postgres.preload import module_extensions
from platc_compiler.lower.postgres.system_roles import SystemRole, system_roles
from platc_spec.kinds import postgres as spec

Rule = Mapping[str, Any]
SERVER = ""
"""The key of the rules of the server as a whole; no database has this name."""


def declared(name: str, service: spec.Postgres) -> dict[str, list[Rule]]:
    """Return the rules of a service by database, with those of platc's own roles."""
    system = system_roles(name, service)
    rules = {SERVER: [*_server(service), *_of_system_roles(service, system)]}
    modules = module_extensions(service)
    if spec.SUPERUSER in modules:
        rules[spec.SUPERUSER] = _extensions(modules[spec.SUPERUSER])
    for key, database in sorted(service.databases.items()):
        own = [each for each in modules.get(key, ()) if each not in database.extensions]
        rules[key] = [*_extensions(own), *_database(service, database)]
    return rules


def _extensions(names: Iterable[str]) -> list[Rule]:
    return [{"kind": "extension", "name": name, "schema": None} for name in names]


def _of_system_roles(service: spec.Postgres, system: Iterable[SystemRole]) -> Iterator[Rule]:
    for role in system:
        yield {
            "kind": "role", "name": role.name, "login": True, "connections": role.connections,
            "replication": role.replication,
        }  # fmt: skip
        for group in role.member_of:
            yield _member(role.name, spec.Membership(role=group))
        entries = sorted(service.databases) if role.everywhere else []
        for database in [spec.SUPERUSER] if role.replication else entries:
            yield {
                "kind": "entry", "database": database, "role": role.name, "privilege": "CONNECT",
            }  # fmt: skip


def _member(role: str, group: spec.Membership) -> Rule:
    return {
        "kind": "member", "role": role, "group": group.role, "inherit": group.inherit,
        "set": group.set, "admin": group.admin,
    }  # fmt: skip


def as_json(rules: Mapping[str, Iterable[Rule]]) -> str:
    """Return the rules as JSON, a line for each, so that a change is easy to read."""
    parts = []
    for database, each in rules.items():
        lines = ",\n".join(f"    {json.dumps(rule, ensure_ascii=False)}" for rule in each)
        body = f"[\n{lines}\n  ]" if lines else "[]"
        parts.append(f"  {json.dumps(database)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}"


def _server(service: spec.Postgres) -> Iterator[Rule]:
    for name, role in sorted(service.roles.items()):
        yield {
            "kind": "role", "name": name, "login": role.password is not None,
            "connections": role.connections, "replication": role.replication,
        }  # fmt: skip
    for name, role in sorted(service.roles.items()):
        for group in role.memberships:
            yield _member(name, group)
    for name, database in sorted(service.databases.items()):
        yield {
            "kind": "database", "name": name, "owner": database.owner,
            "connections": database.connections,
        }  # fmt: skip
        for guest, privilege in _entries(database):
            yield {"kind": "entry", "database": name, "role": guest, "privilege": privilege}
    yield from _settings(service)


def _entries(database: spec.PostgresDatabase) -> list[tuple[str, str]]:
    """Return the rights in a database itself, each as its role and its privilege."""
    named = {role for schema in database.schemas.values() for role in _named(schema)}
    rights = {
        "CONNECT": named.union(database.connect, database.create, database.temporary),
        "CREATE": set(database.create),
        "TEMPORARY": set(database.temporary),
    }
    return sorted(
        (role, privilege)
        for privilege, roles in rights.items()
        for role in roles - {database.owner}
    )


def _named(schema: spec.Schema) -> set[str]:
    owner = () if schema.owner is None else (schema.owner,)
    return {*owner, *schema.readers, *schema.writers}


def _settings(service: spec.Postgres) -> Iterator[Rule]:
    for name, role in sorted(service.roles.items()):
        yield from _each_setting(role.settings, name, None)
        for key, settings in sorted(role.settings_in.items()):
            yield from _each_setting(settings, name, key)
    for name, database in sorted(service.databases.items()):
        yield from _each_setting(database.settings, None, name)


def _each_setting(
    settings: Mapping[str, Any], role: str | None, database: str | None
) -> Iterator[Rule]:
    for name, value in sorted(settings.items()):
        yield {
            "kind": "setting", "role": role, "database": database, "name": name,
            "items": setting_items(name, value), "list": name.lower() in LISTS,
        }  # fmt: skip


LISTS = frozenset({
    "search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries",
})  # fmt: skip
"""The settings of a session that are lists of names (``GUC_LIST_QUOTE`` in guc_tables.c)."""


def setting_items(name: str, value: object) -> list[str]:
    """Return the parts of a value: SQL quotes each of them, and several only in a list.

    ``SET search_path = 'a, b'`` would name one schema: a text is split here, as the server splits
    that of postgresql.conf.
    """
    if isinstance(value, list):
        return [str(item) for item in value] or [""]
    if isinstance(value, bool):
        return ["on" if value else "off"]
    text = str(value)
    return list(_split(text)) if name.lower() in LISTS else [text]


def _split(text: str) -> Iterator[str]:
    """Yield the names of a list; a comma in double quotes is a part of a name.

    Source: ``SplitIdentifierString`` in src/backend/utils/adt/varlena.c, which folds names that
    are not in quotes to lower case.
    """
    rest = text.strip()
    while rest:
        if rest.startswith('"'):
            end = 1
            while (end := rest.find('"', end)) != -1 and rest[end : end + 2] == '""':
                end += 2
            end = len(rest) if end == -1 else end
            name, rest = rest[1:end].replace('""', '"'), rest[end + 1 :]
            yield name
            rest = rest.partition(",")[2].strip()
        else:
            name, _, rest = rest.partition(",")
            yield name.strip().lower()
            rest = rest.strip()


def _database(service: spec.Postgres, database: spec.PostgresDatabase) -> Iterator[Rule]:
    for name, extension in sorted(database.extensions.items()):
        chosen = extension.schema_ if extension is not None else None
        yield {"kind": "extension", "name": name, "schema": chosen}
    if "public" not in database.schemas:
        yield {"kind": "public", "owner": database.owner}
    creators: set[str] = set()
    for name, schema in sorted(database.schemas.items()):
        owner = schema.owner or database.owner
        yield {"kind": "schema", "name": name, "owner": owner}
        rights = _levels(schema, owner)
        for role, level in rights.items():
            yield {"kind": "right", "schema": name, "role": role, "level": level}
        makers = creators_of(service, owner)
        creators |= {*makers}
        for creator in makers:
            for role, level in rights.items():
                if role != creator:
                    yield {
                        "kind": "default", "creator": creator, "schema": name, "role": role,
                        "level": level,
                    }  # fmt: skip
    for creator in sorted(creators):
        yield {"kind": "closed", "creator": creator}


def _levels(schema: spec.Schema, owner: str) -> dict[str, str]:
    """Return the roles that use a schema, each with what it may do there."""
    levels = dict.fromkeys(schema.readers, "read") | dict.fromkeys(schema.writers, "write")
    return dict(sorted((levels | {owner: "own"}).items()))


def creators_of(service: spec.Postgres, owner: str) -> tuple[str, ...]:
    """Return the roles that can create in the schemas of an owner: it and who inherits from it.

    Default privileges belong to the role that creates, and do not follow a membership.
    """
    found, wanted = [owner], {owner}
    while wanted:
        wanted = {
            name
            for name, role in service.roles.items()
            for group in role.memberships
            if group.role in wanted and group.inherit
        } - {*found}
        found += sorted(wanted)
    return tuple(sorted(found))
