"""What every kind of service has: its name in the catalogue, its place, and what it depends on."""

from typing import Annotated, Literal

from pydantic import Field

from platc_spec.base import (
    Env,
    Identifier,
    Image,
    Labels,
    Model,
    Name,
    PortName,
    PortNumber,
    Refers,
    Resources,
    Shared,
)

Dependency = Annotated[
    str,
    Shared(
        Field(
            json_schema_extra={"pattern": r"^[a-z][-a-z0-9]*(:[-a-z0-9]+)?$"},
            examples=["postgres", "kafka:broker"],
        )
    ),
    Refers("dependency"),
]
"""A service, and where it has several ports the port's name: ``kafka`` or ``kafka:broker``."""

DatabaseRef = Annotated[
    str,
    Field(pattern=r"^[a-z][-a-z0-9]*/[A-Za-z_][A-Za-z0-9_]*$", examples=["postgres/airflow"]),
    Refers("database"),
]
"""A database of a service, written ``service/database``: an edge and a credential follow."""


class Service(Model):
    """A service of the platform; ``kind`` says which of the catalogue."""

    kind: str
    """The kind out of the catalogue."""
    depends_on: tuple[Dependency, ...] = ()
    """The services it connects to. Nothing else may be reached: network policies, alert inhibition
    and the graph all follow from this list. It says nothing of an order: pods start at once."""


class Component(Model):
    """One deployed part of a service: its size and its environment."""

    resources: Resources = Resources()
    """Requests and limits of the main container; what is left out keeps the kind's default."""
    replicas: Annotated[int, Field(ge=0, le=1000, strict=True)] = 1
    """How many pods run."""
    env: Env = {}
    """Further environment variables of the main container."""


class Deployed(Service):
    """A service that platc deploys, as opposed to an external one."""

    namespace: Name | None = None
    """Where it runs; may be left out when the platform has one namespace only."""
    image: Image | None = None
    """Another image than the kind's own, with its tag or digest."""
    node_selector: Labels = {}
    """Labels that a node must have to run its pods."""


class PortSpec(Model):
    """A port that a container listens on."""

    port: PortNumber
    """The number, on the pod."""
    protocol: Literal["TCP", "UDP"] = "TCP"
    """The transport protocol."""


Ports = dict[PortName, PortNumber | PortSpec]
"""Ports by name, each a number or a number with its protocol."""


class MetricsEndpoint(Model):
    """Where a service serves its metrics to Prometheus, and which they are."""

    port: PortName
    """The name of the port, out of ``ports``."""
    path: str = "/metrics"
    """The HTTP path."""
    exports: tuple[Identifier, ...] = ()
    """The names of the metrics it exports, as far as alerts and dashboards use them."""
