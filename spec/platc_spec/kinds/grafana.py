"""``grafana``: shows the dashboards."""

from typing import Annotated, Literal

from pydantic import Field

from platc_spec.base import Env, Memory, Model, Refers, Resources, SecretRef, Version
from platc_spec.service import Deployed

Setting = Annotated[str, Field(pattern=r"^[^\n]*$")] | bool | int | float | None
"""A value of grafana.ini, on one line; ``null`` removes platc's value."""


class Admin(Model):
    """The first user, an administrator."""

    user: str = "admin"
    """Its name."""
    password: Annotated[
        SecretRef,
        Refers(
            "secret",
            recipe="password",
            renewal="Grafana reads it only when its database is new: run grafana cli admin"
            " reset-admin-password in its pod",
        ),
    ]
    """The declared secret that holds its password."""


class Grafana(Deployed):
    """A Grafana with SQLite on a volume, its data sources and dashboards provisioned."""

    kind: Literal["grafana"]
    version: Version = "13.2.3"
    """The version of Grafana."""
    storage: Memory = 1 << 30
    """The size of its volume."""
    storage_class: str | None = None
    """The StorageClass of its volume; default: the cluster's default."""
    admin: Admin
    """The first user."""
    secret_key: (
        Annotated[
            SecretRef,
            Refers(
                "secret",
                recipe="password",
                renewal="Grafana cannot read what it has encrypted with the old key: enter the"
                " credentials of data sources again",
            ),
        ]
        | None
    ) = None
    """The declared secret with which Grafana encrypts values in its database; default: Grafana's
    own key, which is public."""
    config: dict[str, dict[str, Setting]] = {}
    """Settings of grafana.ini by section, merged over the generated ones."""
    root_url: str = "http://localhost:3000"
    """Its address for people."""
    resources: Resources = Resources()
    """Requests and limits."""
    env: Env = {}
    """Further environment variables."""
