"""Logging in to a service by a Keycloak of the platform."""

from typing import Annotated

from pydantic import Field

from platc_spec.base import Model, Refers, SecretRef, ServiceName

RoleName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_:.-]*$", max_length=255)]
"""The name of a role of a realm."""

ClientSecret = Annotated[
    SecretRef,
    Refers(
        "secret",
        recipe="password",
        renewal="Keycloak keeps the old one in a realm that is there: enter the new one there, at"
        " the credentials of the client",
    ),
]
"""The secret of a client of a realm."""


class GrafanaLogin(Model):
    """Login by OpenID Connect (``auth.generic_oauth``): authorization code with PKCE.

    The client in the realm states the callback ``ROOT_URL/login/generic_oauth``, the secret, and a
    mapper that puts the roles of a person into the claim ``roles``.
    """

    by: Annotated[ServiceName, Refers("service", ("keycloak",), reached=True)]
    """The Keycloak. Browsers use its ``url``; Grafana asks its Service."""
    realm: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")]
    """The realm."""
    client: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$")] = "grafana"
    """The id of the client in the realm."""
    client_secret: ClientSecret
    """The declared secret that holds the secret of the client."""
    admins: tuple[RoleName, ...] = ("admin",)
    """The roles in the claim ``roles`` whose people are administrators of the organization."""
    editors: tuple[RoleName, ...] = ("editor",)
    """The roles whose people are editors."""
    viewers: tuple[RoleName, ...] | None = None
    """The roles whose people may look. Default: everybody else whom the realm knows; with a list,
    nobody else gets in."""
    only: bool = False
    """Whether this is the only way to log in: there is no form for a name and a password."""
