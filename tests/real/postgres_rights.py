"""What each role may do in each schema: as it follows from a declaration, and as a server answers.

``allowed`` is the oracle. It knows the declaration alone, and shares no code with platc.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.real.postgres_server import Server

ON_TABLES = (
    "select",
    "insert",
    "update",
    "delete",
    "truncate",
    "drop",
    "nextval",
    "setval",
    "call",
)


@dataclass(frozen=True)
class Declared:
    """A declaration of rights, small enough to reason about."""

    owner: str
    """Of the database."""
    schemas: Mapping[str, tuple[str, frozenset[str], frozenset[str]]]
    """By name: the owner, the readers, the writers."""
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By role: the roles whose rights it inherits."""

    def reach(self, role: str) -> frozenset[str]:
        """Return the roles that a role acts as."""
        found, ahead = {role}, [role]
        while ahead:
            new = self.members.get(ahead.pop(), frozenset()) - found
            found |= new
            ahead += new
        return frozenset(found)

    def makers(self, schema: str) -> list[str]:
        """Return the roles that can create in a schema, without the superuser."""
        owner = self.schemas[schema][0]
        named = {*self.members, owner}
        return sorted(role for role in named if owner in self.reach(role))


def allowed(declared: Declared, role: str, schema: str, action: str, maker: str | None) -> bool:
    """Return whether a role may do something in a schema.

    Args:
        declared: the declaration.
        role: who does it.
        schema: where.
        action: one of ``ON_TABLES``, or ``create``.
        maker: the owner of the table, ``None`` for ``create``.
    """
    owner, readers, writers = declared.schemas[schema]
    acts = declared.reach(role)
    if not acts & {owner, *readers, *writers}:
        return False
    if owner in acts:
        return True
    if action in ("create", "drop", "truncate", "setval"):
        return maker in acts
    if maker in acts:
        return True
    return bool(acts & (writers | readers if action in ("select", "call") else writers))


def statement(schema: str, action: str, table: str) -> str:
    """Return the SQL of an action."""
    inside = f"{quoted(schema)}.{quoted(table)}"
    sequence = literal(f"{quoted(schema)}.{quoted(table + '_id_seq')}")
    return {
        "select": f"SELECT count(*) FROM {inside}",  # noqa: S608 - our own names
        "insert": f"INSERT INTO {inside} (v) VALUES (1)",  # noqa: S608 - our own names
        "update": f"UPDATE {inside} SET v = 1 WHERE v = 0",  # noqa: S608 - our own names
        "delete": f"DELETE FROM {inside}",  # noqa: S608 - our own names
        "truncate": f"TRUNCATE {inside}",
        "drop": f"DROP TABLE {inside}",
        "nextval": f"SELECT nextval({sequence})",
        "setval": f"SELECT setval({sequence}, 5)",
        "call": f"SELECT {quoted(schema)}.{quoted('f_' + table)}()",
        "create": f"CREATE TABLE {quoted(schema)}.another (n int)",
    }[action]


def make(server: Server, maker: str, schema: str, table: str) -> None:
    """Let a role make a table with a sequence, and a function."""
    inside = f"{quoted(schema)}.{quoted(table)}"
    server.answer(
        f"SET SESSION AUTHORIZATION {quoted(maker)};"
        f"CREATE TABLE {inside} (id serial, v int);"
        f"CREATE FUNCTION {quoted(schema)}.{quoted('f_' + table)}() RETURNS int"
        " LANGUAGE sql AS 'SELECT 1'", "central",
    )  # fmt: skip


def answers(server: Server, role: str, statements: list[str]) -> list[bool]:
    """Return which statements a role may run; each is rolled back."""
    tried = ", ".join(map(literal, statements))
    done = server.sql(
        f"""SET SESSION AUTHORIZATION {quoted(role)};
        DO $do$ DECLARE each text; said text := ''; BEGIN
          FOREACH each IN ARRAY ARRAY[{tried}] LOOP
            BEGIN
              EXECUTE each;
              RAISE EXCEPTION USING ERRCODE = 'ZZ000';
            EXCEPTION
              WHEN SQLSTATE 'ZZ000' THEN said := said || '1';
              WHEN insufficient_privilege THEN said := said || '0';
            END;
          END LOOP;
          RAISE NOTICE 'said %', said;
        END $do$""",
        password="super$ecret'\"\\ 1", database="central",  # noqa: S106 - of the test's server
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (said,) = re.findall(r"said ([01]+)", done.stderr)
    return [sign == "1" for sign in said]


def wrong(
    server: Server, declared: Declared, roles: list[str], tables: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    """Yield each answer of the server that differs from the declaration.

    Args:
        server: the server.
        declared: the declaration.
        roles: who tries.
        tables: the owner of each table, by its schema and name.
    """
    tries = [
        *((schema, action, table, maker) for (schema, table), maker in tables.items()
          for action in ON_TABLES),
        *((schema, "create", "", None) for schema in declared.schemas),
    ]  # fmt: skip
    for role in roles:
        found = answers(server, role, [statement(*each[:3]) for each in tries])
        for (schema, action, table, maker), may in zip(tries, found, strict=True):
            if may != allowed(declared, role, schema, action, maker):
                yield f"{role} {'may' if may else 'may not'} {action} {schema}.{table} of {maker}"


def quoted(name: str) -> str:
    """Return an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
