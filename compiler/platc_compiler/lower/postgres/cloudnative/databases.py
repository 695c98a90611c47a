"""The Database objects: databases with their owners, schemas and extensions.

Who may do what in them is no part of such an object: the job that gives rights does that.
Source: api/v1/database_types.go of CloudNativePG 1.30.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.operated import Operated
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.postgres.cloudnative.names import API
from platc_compiler.objects.digests import data_digest
from platc_spec.kinds import postgres as spec


def databases(name: str, service: spec.Postgres, context: Context) -> Iterator[Operated]:
    """Yield the object of each database."""
    for key, database in sorted(service.databases.items()):
        yield Operated(
            api=API, kind="Database", name=f"{name}-{object_name(key)}",
            namespace=context.namespace(service), service=name, app="postgres",
            origin=service_origin(name, "databases", key),
            spec=context.templates.data(
                "kinds/postgres/cloudnative/database.yaml.j2",
                cluster=name, name=key, database=database,
                schemas=[
                    (schema, stated.owner or database.owner)
                    for schema, stated in sorted(database.schemas.items())
                ],
                extensions=[
                    (extension, stated.schema_ if stated else None)
                    for extension, stated in sorted(database.extensions.items())
                ],
            ),
        )  # fmt: skip


def object_name(database: str) -> str:
    """Return the name of a database as a part of the name of an object, which no other one has."""
    plain = database.lower().replace("_", "-").strip("-")
    same = database == database.lower().strip("_")
    return plain if same else f"{plain}-{data_digest(database)}"
