"""The common part of every kind of service: its kind, its place, and its dependencies."""

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from platc_spec.addresses import HostName, IpAddress
from platc_spec.base import (
    Env,
    HttpPath,
    Identifier,
    Image,
    Labels,
    LabelValue,
    Latency,
    Lazily,
    Model,
    Name,
    PortName,
    PortNumber,
    QualifiedName,
    Refers,
    Resources,
    SecretRef,
    Shared,
    Text,
    matches,
)
from platc_spec.exposure import Expose

if TYPE_CHECKING:
    from platc_spec.pod_settings import Neighbour, PodDns
else:
    # Lazily names the model: its module is imported when platform.yaml states one.
    Neighbour = PodDns = Model

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
"""A service, and the name of its port if it has several: ``kafka`` or ``kafka:broker``."""

_TENANT = r"^[A-Za-z0-9!_.*'()-]+$"
Tenant = Annotated[
    str,
    Field(max_length=150, json_schema_extra={"pattern": _TENANT}),
    matches(_TENANT, "letters, digits and !-_.*'()"),
]
"""A tenant of Mimir, Cortex or Loki: the header ``X-Scope-OrgID``."""


def _direct(value: object) -> object:
    service, slash, database = value.partition("/") if isinstance(value, str) else ("", "", "")
    if slash and ":" in service:
        server = service.partition(":")[0]
        raise ValueError(
            "a service that names its database has sessions with the server itself, for locks and"
            f" migrations that no pooler can hold: write {server}/{database}"
        )
    return value


DatabaseRef = Annotated[
    str,
    BeforeValidator(_direct),
    Field(pattern=r"^[a-z][-a-z0-9]*/[A-Za-z_][A-Za-z0-9_]*$", examples=["postgres/airflow"]),
    Refers("database"),
]
"""A database of a service, written ``service/database``: it implies an edge and a credential. The
sessions are with the server itself, never through its pooler."""


Extends = Annotated[
    tuple[Name, ...],
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "examples": ["small"],
        }
    ),
]
"""Profiles by name; they are filled in before anything is validated."""


class Service(Model):
    """A service of the platform; ``kind`` is its kind in the catalogue."""

    kind: str
    """Its kind in the catalogue."""
    extends: Extends = ()
    """The profiles that it takes over, one name or several: mappings are merged (RFC 7386), a later
    profile changes the ones before it, and the service all of them."""
    depends_on: tuple[Dependency, ...] = ()
    """The services that it connects to. The policies allow no other connection: network policies,
    alert inhibition and the graph follow from this list. It states no order: pods start at once,
    unless a workload says ``wait_for``."""
    sessions: dict[str, Annotated[int, Field(ge=0, le=100_000, strict=True)]] = {}
    """How many sessions each of its pods keeps at most with an entry of ``depends_on``: the size of
    its pool. The budget of a database's connections counts them."""


EnvFrom = Annotated[
    tuple[dict[str, str], ...],
    WithJsonSchema(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "file": {"type": "string", "description": "A file beside platform.yaml."},
                    "secret": {"type": "string", "description": "A declared secret."},
                    "prefix": {"type": "string", "description": "It begins every name."},
                },
                "additionalProperties": False,
            },
            "examples": [[{"secret": "database"}]],
        }
    ),
]
"""Sources of variables; they are read before anything is validated."""


class Component(Model):
    """One deployed part of a service: its size and its environment."""

    resources: Resources = Resources()
    """Requests and limits of the main container; default: those of the kind."""
    replicas: Annotated[int, Field(ge=0, le=1000, strict=True)] = 1
    """How many pods run."""
    env: Env = {}
    """Further environment variables of the main container."""
    env_from: EnvFrom = ()
    """Where more variables come from: ``{ file: web.env }`` is a file of ``NAME=VALUE`` beside
    platform.yaml, ``{ secret: database, prefix: DB_ }`` all keys of a declared secret. ``env`` and
    later sources win."""


class Toleration(Model):
    """A taint that pods tolerate, as in Kubernetes."""

    key: QualifiedName | None = None
    """The key of the taint; default: every key."""
    operator: Literal["Equal", "Exists"] = "Equal"
    """Whether the taint must have ``value``, or may have any."""
    value: LabelValue = ""
    """The value of the taint."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """The effect of the taint; default: every effect."""

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        if self.operator == "Exists" and self.value:
            raise ValueError("with operator: Exists there is no value")
        if self.operator == "Equal" and self.key is None:
            raise ValueError("a toleration without a key needs operator: Exists")
        return self


PULL_TYPE, PULL_KEY = "kubernetes.io/dockerconfigjson", ".dockerconfigjson"
"""The type of a pull secret, and the only key that the kubelet reads of it."""


def _with_its_key(value: object) -> object:
    return f"{value}/{PULL_KEY}" if isinstance(value, str) and "/" not in value else value


PullSecret = Annotated[
    SecretRef,
    BeforeValidator(_with_its_key),
    WithJsonSchema({"type": "string", "examples": ["registry"]}),
    Refers("secret", issuer="the registry"),
]
"""A declared secret of the type ``kubernetes.io/dockerconfigjson``, by its name."""


class ServiceAccount(Model):
    """What the service accounts of a service carry."""

    annotations: dict[QualifiedName, Text] = {}
    """Annotations by which a cloud gives pods an identity, such as
    ``eks.amazonaws.com/role-arn``."""


Sysctl = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$",
        examples=["net.ipv4.ip_local_port_range"],
    ),
]
"""The name of a parameter of the kernel."""


def exposed_url(default: str | None) -> Any:  # noqa: ANN401 - as the types of Pydantic's fields
    """Return a field whose default is the URL of ``expose``, or else the given one."""

    def url(data: dict[str, Any]) -> str | None:
        expose = data.get("expose")
        return (expose.url if isinstance(expose, Expose) else None) or default

    return Field(default_factory=url, json_schema_extra={"default": default})


class Deployed(Service):
    """A service that platc deploys, as opposed to an external one."""

    namespace: Name | None = None
    """Its namespace; default: the only namespace of the platform."""
    image: Image | None = None
    """The image, with its tag or digest; default: the kind's image."""
    node_selector: Labels = {}
    """Labels that a node must have to run its pods."""
    tolerations: tuple[Annotated[Toleration, Lazily(__name__, "Toleration")], ...] = ()
    """Taints of nodes that its pods tolerate."""
    placement: tuple[Annotated[Neighbour, Lazily("platc_spec.pod_settings", "Neighbour")], ...] = ()
    """Near which services its pods stand, and apart from which: node by node."""
    runtime_class: Name | None = None
    """The RuntimeClass of its pods, which the cluster has; default: the cluster's runtime."""
    priority_class: Name | None = None
    """The PriorityClass of its pods, which the cluster has: they push others off a full node."""
    host_aliases: dict[IpAddress, tuple[HostName, ...]] = {}
    """Names by address that its pods know without DNS, as in ``/etc/hosts``."""
    dns: Annotated[PodDns, Lazily("platc_spec.pod_settings", "PodDns")] | None = None
    """How names are resolved in its pods."""
    sysctls: dict[Sysctl, Text] = {}
    """Parameters of the kernel in its pods. Those that Kubernetes does not take for safe need a
    kubelet that allows them."""
    expose: Annotated[Expose, Lazily("platc_spec.exposure", "Expose")] | None = None
    """How it is reached from outside the cluster."""
    service_account: Annotated[ServiceAccount, Lazily(__name__, "ServiceAccount")] = (
        ServiceAccount()
    )
    """The service accounts of its pods."""
    pull_secrets: tuple[PullSecret, ...] = ()
    """Secrets with which its images are pulled."""


class PortSpec(Model):
    """A port that a container listens on."""

    port: PortNumber
    """The number, on the pod."""
    protocol: Literal["TCP", "UDP"] = "TCP"
    """The transport protocol."""


_AS_WRITTEN = re.compile(r"(?:(\d{1,5}):)?(\d{1,5})(?:/([a-z]{1,8}))?")
"""A port as Compose and Dockerfiles write it: ``80:8080/tcp``."""


def _port(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _AS_WRITTEN.fullmatch(value.strip().lower())
    if match is None or match[3] not in {None, "tcp", "udp"} or int(match[2]) > 65535:  # noqa: PLR2004
        raise ValueError(
            f"{value!r} is no port: write a number such as 8080, or {{ port: 53, protocol: UDP }}"
        )
    own = match[2] if match[3] != "udp" else f"{{ port: {match[2]}, protocol: UDP }}"
    why = "; its Service has the port of the pod" if match[1] not in {None, match[2]} else ""
    raise ValueError(f"{value!r} is a text: write {own}{why}")


Ports = dict[PortName, Annotated[PortNumber | PortSpec, BeforeValidator(_port)]]
"""Ports by name, each a number or a number with its protocol."""


class Requests(Model):
    """Which metrics of a service speak of its requests: from them follow the golden signals."""

    total: Annotated[str, Field(min_length=1, max_length=20_000)]
    """A selector of the counter of all requests, such as ``http_requests_total``."""
    errors: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    """A selector of the counter of failed requests, such as
    ``http_requests_total{code=~"5.."}``."""
    latency: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    """A selector of the histogram of their durations in seconds, by its base name, such as
    ``http_request_duration_seconds``."""
    native: bool = False
    """Whether ``latency`` is a native histogram, which has no buckets of its own."""
    max_errors: Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,4})?%$")] | None = None
    """The share of failed requests above which an alert fires, such as ``5%``."""
    max_latency: Latency | None = None
    """The time within which 95 of 100 requests must be answered; an alert fires beyond it."""
    min_rate: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] = 0.05
    """How many requests a second there must be for an alert, so that one failed request of a few
    does not wake anybody."""


class MetricsEndpoint(Model):
    """The metrics endpoint of a service, and the metrics that it exports."""

    port: PortName
    """The name of the port, out of ``ports``."""
    path: HttpPath = "/metrics"
    """The HTTP path."""
    exports: tuple[Identifier, ...] = ()
    """The names of its metrics, as far as alerts and dashboards use them."""
    requests: Annotated[Requests, Lazily(__name__, "Requests")] | None = None
    """Which of its metrics speak of requests: traffic, error rate and latency are then recorded,
    and shown on the standard dashboards."""
