"""The migrations that the servers of a platform declare, for the checks about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.lower.kind import Context
from platc_compiler.source.load import Unreadable
from platc_spec.kinds.postgres import Postgres

if TYPE_CHECKING:
    from platc_compiler.lower.postgres.migration_files import MigrationFile
    from platc_spec.postgres_migrations import Migrations


class Declared(Struct, frozen=True):
    """The migrations of a schema."""

    server: Postgres
    key: str
    """Their name below ``migrations``."""
    stated: Migrations
    origin: Origin


def declared(context: Context) -> Iterator[Declared]:
    """Yield the migrations of every server."""
    for name, server in context.of_kind(Postgres).items():
        for key, stated in server.migrations.items():
            yield Declared(server, key, stated, ("services", name, "migrations", key))


def readable(context: Context) -> Iterator[tuple[Declared, tuple[MigrationFile, ...]]]:
    """Yield migrations with their files; PLT758 reports those that cannot be read."""
    for each in declared(context):
        from platc_compiler.lower.postgres.migration_files import migration_files

        try:
            files = tuple(migration_files(each.stated, context.beside))
        except Unreadable:
            continue
        yield each, files
