"""``keycloak``: logins of people, by OpenID Connect."""

from typing import Annotated, Literal

from pydantic import Field

from platc_spec.base import (
    Config,
    Env,
    Identifier,
    Model,
    Refers,
    Resources,
    SecretRef,
    ServerUrl,
    Version,
)
from platc_spec.service import DatabaseRef, Deployed, exposed_url

RealmName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")]
"""The name of a realm, as it stands in URLs."""

FirstPassword = Annotated[
    SecretRef,
    Refers(
        "secret",
        recipe="password",
        renewal="Keycloak reads it only when its schema is empty: later, change the password of the"
        " user in the realm master",
    ),
]
"""The password of the first administrator."""


class KeycloakAdmin(Model):
    """The first administrator, of the realm ``master``."""

    user: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")] = "admin"
    """The user name."""
    password: FirstPassword
    """The password; it is set when the schema is empty."""


class Realm(Model):
    """A realm: it is created at the start if there is none of its name, and never changed later.

    What people have made in it stays. It states the clients of the services that log in by it.
    """

    file: str | None = None
    """An export of a realm beside platform.yaml, in JSON. ``${NAME}`` in it is a variable of
    ``env``: no credential stands in the file itself."""
    settings: Config = {}
    """Keycloak's own settings of a realm (``RealmRepresentation``), merged over the file."""


class Keycloak(Deployed):
    """Keycloak in production mode, with its tables in a schema of a declared database."""

    kind: Literal["keycloak"]
    version: Version = "26.7.3"
    """The version of Keycloak, 26.1 or later."""
    replicas: Annotated[int, Field(ge=1, le=20, strict=True)] = 1
    """How many pods run. Several find each other by the database and share sessions; they start one
    after the other."""
    database: DatabaseRef
    """The database, written ``service/database``."""
    schema_: Annotated[Identifier, Field(alias="schema")] = "public"
    """The schema of its tables. It logs in as the owner of the schema, and connects directly: the
    schema would be lost behind a pool."""
    connections: Annotated[int, Field(ge=2, le=1000, strict=True)] = 20
    """How many connections each pod opens to the database at most."""
    admin: KeycloakAdmin
    """The first administrator."""
    url: ServerUrl = exposed_url("http://localhost:8080")
    """Where browsers reach it. Services of the cluster use the address of its Service object."""
    realms: dict[RealmName, Realm] = {}
    """Realms that are created if they are not there, by name."""
    optimized: bool = False
    """Whether ``image`` was built by ``kc.sh build`` for PostgreSQL, health and metrics. Otherwise
    each pod builds at its start, which takes up to two minutes."""
    env: Env = {}
    """Further environment variables."""
    resources: Resources = Resources()
    """Requests and limits; the heap is a share of the memory limit."""
    config: Config = {}
    """Settings of keycloak.conf, merged over the generated ones."""
