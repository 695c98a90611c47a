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


class Login(Model):
    """Login by OpenID Connect: authorization code with PKCE, as a client of a realm.

    The client in the realm states the callback of the service, the secret, and a mapper that puts
    the roles of a person into the claim ``roles``.
    """

    by: Annotated[ServiceName, Refers("service", ("keycloak",), reached=True)]
    """The Keycloak. Browsers use its ``url``; the service asks its Service."""
    realm: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")]
    """The realm."""
    client_secret: ClientSecret
    """The declared secret that holds the secret of the client."""


ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$")]
"""The id of a client in a realm."""


class GrafanaLogin(Login):
    """Login to Grafana; its callback is ``ROOT_URL/login/generic_oauth``."""

    client: ClientId = "grafana"
    """The id of the client in the realm."""
    admins: tuple[RoleName, ...] = ("admin",)
    """The roles in the claim ``roles`` whose people are administrators of the organization."""
    editors: tuple[RoleName, ...] = ("editor",)
    """The roles whose people are editors."""
    viewers: tuple[RoleName, ...] | None = None
    """The roles whose people may look. Default: everybody else whom the realm knows; with a list,
    nobody else gets in."""
    only: bool = False
    """Whether this is the only way to log in: there is no form for a name and a password."""


class AirflowLogin(Login):
    """Login to Airflow, in place of its form for a name and a password.

    Its callback is ``URL/oauth-authorized/BY`` in 2.x and ``URL/auth/oauth-authorized/BY`` in 3.x,
    where ``BY`` is the name of the Keycloak. The image needs ``authlib``, which the official one
    has.
    """

    client: ClientId = "airflow"
    """The id of the client in the realm."""
    admins: tuple[RoleName, ...] = ("admin",)
    """The roles in the claim ``roles`` whose people have Airflow's role Admin."""
    operators: tuple[RoleName, ...] = ("op",)
    """The roles whose people have Airflow's role Op: they may change connections and variables."""
    users: tuple[RoleName, ...] = ("user",)
    """The roles whose people have Airflow's role User: they may run DAGs."""
    viewers: tuple[RoleName, ...] | None = None
    """The roles whose people may look. Default: everybody else whom the realm knows; with a list,
    nobody else gets in."""
