"""``migrations`` of ``postgres``: the SQL files that make the tables of a schema, in order."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from platc_spec.base import Duration, Identifier, Image, Model, Resources, Text

_SqlName = Annotated[Identifier, Field(max_length=63)]


class Migrations(Model):
    """A folder of SQL files that Flyway runs in the order of their versions, each once.

    The owner of the schema runs them, past every pooler. Services that depend on the server and
    log in as a role of the schema start when all files have been run.
    """

    folder: (
        Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]+(/[^/\\\x00-\x1f]+)*$", max_length=1024)]
        | None
    ) = None
    """The folder beside platform.yaml with the files. ``V2__add_prices.sql`` has the version 2 and
    runs once; ``R__views.sql`` runs again whenever it changes, after all others."""
    files: dict[Annotated[str, Field(max_length=253)], str] = {}
    """The files themselves, by name, instead of ``folder``."""
    database: _SqlName
    """The database, out of ``databases``."""
    schema_: Annotated[_SqlName, Field(alias="schema")]
    """The schema, out of the ``schemas`` of the database; no other one may be changed."""
    baseline: Annotated[Text, Field(pattern=r"^[0-9]+([._][0-9]+)*$", max_length=40)] | None = None
    """The version that a schema with tables already has: files up to it are not run there."""
    deadline: Duration = timedelta(minutes=15)
    """The longest duration of a run; a longer run has failed."""
    image: Image = "flyway/flyway:10.22.0"
    """The image with Flyway, with its tag."""
    resources: Resources = Resources()
    """Requests and limits."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.folder is None) == (not self.files):
            raise ValueError("write either folder: or files:")
        return self
