"""``include``: Kubernetes objects that somebody else wrote."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from platc_spec.addresses import Cidr
from platc_spec.base import Name, PortName
from platc_spec.service import MetricsEndpoint, Ports, Service

ALLOWED = (
    "cluster_rights",
    "host_ipc",
    "host_network",
    "host_path",
    "host_pid",
    "host_port",
    "privileged",
    "webhooks",
)
"""What included objects may do only with a stated reason."""

Allowance = Annotated[
    str,
    StringConstraints(pattern=rf"^({'|'.join(ALLOWED)}|PLT\d{{3}})$"),
    Field(examples=["cluster_rights"]),
]
"""What is allowed: one of the words, or the code of a warning."""

Reason = Annotated[str, StringConstraints(min_length=3, max_length=1000, strip_whitespace=True)]
"""Why it is allowed, in words."""

Documents = Annotated[
    tuple[dict[str, tuple[Any, ...]], ...],
    Field(min_length=1),
    WithJsonSchema(
        {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string"},
            "examples": [["vendor/redis.yaml", "vendor/charts"]],
        }
    ),
]
"""Files and folders; before validation, the documents of the files stand in their place."""


class Include(Service):
    """Kubernetes objects from files beside platform.yaml.

    They are judged and counted as the objects that platc makes. Their pods may connect to what
    ``depends_on`` and ``peers`` declare, and be reached by the services that depend on this entry.
    """

    kind: SkipJsonSchema[Literal["include"]] = "include"
    """Always ``include``."""
    files: Documents
    """Files of YAML or JSON, and folders: all their files that end in yaml, yml or json. A chart is
    rendered first: ``helm template NAME CHART > vendor/NAME.yaml``."""
    namespace: Name | None = None
    """The namespace of objects that state none; default: the only namespace of the platform."""
    ports: Ports = {}
    """The ports that others may depend on, by name: of its Service objects, or of its containers.
    Default: every port of its Service objects."""
    peers: tuple[PortName, ...] = ()
    """Ports on which its own pods connect to each other."""
    api_access: bool = False
    """Whether its pods connect to the Kubernetes API."""
    sources: dict[PortName, Annotated[tuple[Cidr, ...], Field(min_length=1)]] = {}
    """The addresses outside the cluster that may connect to a port, by port; ``0.0.0.0/0`` for
    all."""
    metrics: MetricsEndpoint | None = None
    """Where it serves metrics, and the metrics that alerts and dashboards use."""
    allow: dict[Allowance, Reason] = {}
    """What its objects may do beyond the usual, each with the reason; or the code of a warning
    about them."""
