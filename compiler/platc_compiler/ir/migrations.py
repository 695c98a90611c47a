"""Files of SQL that make the tables of a schema, and who waits for them."""

from __future__ import annotations

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import Container


class Login(Struct, frozen=True, kw_only=True):
    """A role that may use the schema, and where its password is."""

    role: str
    secret: str
    key: str


class Migration(Struct, frozen=True, kw_only=True):
    """The files of one schema: a Job runs them."""

    service: str
    """The service with the database."""
    logins: tuple[Login, ...]
    """Whoever uses the password of one of these needs the tables of the schema."""
    wait: Container
    """A container that ends when all files have been run, without the address of the server, the
    role and its password."""
    origin: Origin
