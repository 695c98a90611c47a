"""A role, a schema or a database of a PostgreSQL is gone since the last build.

Why: the next run of the job that sets up the server locks the role out and revokes what platc gave.
A program that still logs in as the role fails. Nothing that holds data is dropped: schemas,
databases and all that is in them stay in the server, and on its volume.

Bad:
```yaml earlier
secrets: { pg: { keys: [superuser, app, reports] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app }, reports: { password: pg/reports } }
    databases: { shop: { owner: app, schemas: { orders: { readers: [reports] } } } }
```
```yaml
secrets: { pg: { keys: [superuser, app] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app } }
    databases: { shop: { owner: app, schemas: { orders: {} } } }
```

Good:
```yaml earlier
secrets: { pg: { keys: [superuser, app, reports] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app }, reports: { password: pg/reports } }
    databases: { shop: { owner: app, schemas: { orders: { readers: [reports] } } } }
```
```yaml
secrets: { pg: { keys: [superuser, app, reports] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app }, reports: { password: pg/reports } }
    databases: { shop: { owner: app, schemas: { orders: {} } } }
```

Fix: put it back if something still uses it. Otherwise apply the build: ``platc sql SERVICE --diff``
prints the statements beforehand, and later builds do not say it again. What stays is dropped by
hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.objects.earlier import Changes

CODE = "PLT743"
_DECLARED = "declared.json"
_SERVER = ""
"""The key of the rules that belong to no database (``lower/postgres/declared.py``)."""
Rules = Mapping[str, Sequence[Mapping[str, Any]]]


def check_change(changes: Changes) -> Iterator[Diagnostic]:
    """Yield a warning for each role, schema and database that is gone."""
    for change in changes.changed:
        data = change.after.body.get("data") or {}
        if change.after.kind == "ConfigMap" and _DECLARED in data:
            before = _rules((change.before.get("data") or {}).get(_DECLARED, ""))
            place = change.after.origin[:2]
            yield from _of(before, _rules(data[_DECLARED]), place)


def _rules(text: str) -> Rules:
    """Return the rules by database, none for a text that somebody has changed."""
    from msgspec import DecodeError
    from msgspec.json import decode

    try:
        found = decode(text)
    except DecodeError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _of(before: Rules, after: Rules, place: Origin) -> Iterator[Diagnostic]:
    yield from _roles(before, after, place)
    yield from _databases(before, after, place)
    for database in sorted(before.keys() & after.keys()):
        yield from _schemas(before, after, database, place)


def _roles(before: Rules, after: Rules, place: Origin) -> Iterator[Diagnostic]:
    for role in _gone(before, after, _SERVER, "role"):
        message = f"the role '{role}' is gone: the next run of the job locks it out"
        lines = [f"revoked: {', '.join(lost)}"] if (lost := [*_rights(before, after, role)]) else []
        lines += [
            f"goes to {owner}: what it made in {where}"
            for where, owner in _passed_on(before, after, role)
        ]
        lines.append("stays: what else it owns; without that, the role is dropped")
        yield _told(message, (*place, "roles"), lines)


def _databases(before: Rules, after: Rules, place: Origin) -> Iterator[Diagnostic]:
    for database in _gone(before, after, _SERVER, "database"):
        message = (
            f"the database '{database}' is gone: the next run of the job lets in its owner only"
        )
        users = {
            rule["role"]: None
            for rule in before[_SERVER]
            if rule["kind"] == "entry" and rule["database"] == database
        }
        lines = [f"revoked: CONNECT of {', '.join(users)}"] if users else []
        lines.append("stays: the database, all that is in it, and its owner")
        yield _told(message, (*place, "databases"), lines)


def _schemas(before: Rules, after: Rules, database: str, place: Origin) -> Iterator[Diagnostic]:
    for schema in _gone(before, after, database, "schema"):
        message = f"the schema '{schema}' of '{database}' is gone: only its owner may use it"
        users = [
            f"{rule['level']} of {rule['role']}"
            for rule in before[database]
            if rule["kind"] == "right" and rule["schema"] == schema and rule["level"] != "own"
        ]
        lines = [f"revoked: {', '.join(users)}"] if users else []
        lines.append("stays: the schema and all that is in it")
        yield _told(message, (*place, "databases", database), lines)


def _told(message: str, path: Origin, lines: Sequence[str]) -> Diagnostic:
    found = warning(CODE, message, path, "put it back if something uses it", on_key=True)
    return replace(found, notes=(*lines, f"platc sql {path[1]} --diff: the statements"))


def _gone(before: Rules, after: Rules, database: str, kind: str) -> list[str]:
    """Return the names of a kind that only the earlier build has."""
    old, new = (
        {rule["name"] for rule in rules.get(database, ()) if rule["kind"] == kind}
        for rules in (before, after)
    )
    return sorted(old - new)


def _rights(before: Rules, after: Rules, role: str) -> Iterator[str]:
    """Yield what a role had beside what it owned; the job does not look into databases of old."""
    for database in sorted(before.keys() & after.keys()):
        for rule in before[database]:
            if rule.get("role") != role:
                continue
            if rule["kind"] == "right" and rule["level"] != "own":
                yield f"{rule['level']} in {database}.{rule['schema']}"
            elif rule["kind"] == "member":
                yield f"membership of {rule['group']}"
            elif rule["kind"] == "entry":
                yield f"{rule['privilege']} to {rule['database']}"


def _passed_on(before: Rules, after: Rules, role: str) -> Iterator[tuple[str, str]]:
    """Yield the schemas that a role owned and that have another owner now."""
    for database, rules in before.items():
        owners = {
            rule["name"]: rule["owner"]
            for rule in after.get(database, ())
            if rule["kind"] == "schema"
        }
        for rule in rules:
            if rule["kind"] == "schema" and rule["owner"] == role and rule["name"] in owners:
                yield f"{database}.{rule['name']}", owners[rule["name"]]
