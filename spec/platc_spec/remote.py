"""What takes over the samples of a Prometheus, or gives it those of another."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import Duration, Image, Model, Refers, Resources, SecretRef, Version, matches
from platc_spec.service import Dependency, Tenant

_METRIC = r"^[A-Za-z_:][A-Za-z0-9_:]*$"
MetricName = Annotated[
    str,
    Field(max_length=200, json_schema_extra={"pattern": _METRIC}),
    matches(_METRIC, "letters, digits, '_' and ':', not beginning with a digit"),
]
"""The name of a metric, or of a recording rule."""

_PATH = r"^(/[A-Za-z0-9._~-]+)+/?$"
_Path = Annotated[
    str,
    Field(max_length=256, json_schema_extra={"pattern": _PATH}),
    matches(_PATH, "write a path such as /api/v1/push"),
]


class Remote(Model):
    """Another server with samples: how it is reached, and who asks it."""

    service: Dependency
    """The service, or ``service:port``; Prometheus may reach it."""
    scheme: Literal["http", "https"] = "http"
    """How it is reached."""
    ca: Annotated[SecretRef, Refers("secret", issuer="who signed the certificate")] | None = None
    """The declared secret that holds the CA of its certificate; default: the public ones."""
    tenant: Tenant | None = None
    """The tenant whose samples they are, where the server has several."""
    user: Annotated[str, Field(pattern=r"^[^\s:$]+$", max_length=255)] | None = None
    """The user to log in as, with ``password``."""
    password: Annotated[SecretRef, Refers("secret", issuer="the other server")] | None = None
    """The declared secret that holds the user's password."""
    token: Annotated[SecretRef, Refers("secret", issuer="the other server")] | None = None
    """The declared secret that holds a bearer token, instead of user and password."""

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together: write both, or none")
        if self.token is not None and self.user is not None:
            raise ValueError("one way to log in: write token, or user and password")
        if self.ca is not None and self.scheme == "http":
            raise ValueError("ca is for a certificate: write scheme: https")
        return self


class RemoteWrite(Remote):
    """A server to which every sample is sent: Mimir, Thanos Receive, another Prometheus."""

    path: _Path
    """Where it takes samples: Mimir at ``/api/v1/push``, Thanos Receive at ``/api/v1/receive``, a
    Prometheus with ``--web.enable-remote-write-receiver`` at ``/api/v1/write``."""
    metrics: tuple[MetricName, ...] = ()
    """The only metrics that are sent; default: all that are stored."""


class Federated(Remote):
    """A Prometheus whose newest samples are scraped at ``/federate``."""

    match: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=20_000)], ...],
        Field(min_length=1, max_length=100),
    ]
    """Selectors of the series: a series that one of them selects is taken, such as
    ``{__name__=~"service:.*"}``. Take what rules have recorded, not every series."""
    interval: Duration | None = None
    """How often; default: the ``scrape_interval`` of the one that scrapes."""
    path: _Path = "/federate"
    """Where the series are: below the path of its ``external_url``."""


class Thanos(Model):
    """The sidecar of Thanos: a container beside Prometheus, on its volume.

    Thanos Query asks it at the port ``grpc`` (10901) of this service, and so sees the samples of
    several Prometheus as one. ``external_labels`` tell them apart.
    """

    version: Version = "0.42.4"
    """The version of Thanos."""
    image: Image | None = None
    """The image, with its tag or digest; default: ``quay.io/thanos/thanos``."""
    bucket: Annotated[SecretRef, Refers("secret", issuer="the object store")] | None = None
    """The declared secret that holds the object store in Thanos' own syntax (``type: S3``,
    ``config:``): blocks are uploaded every two hours, and Prometheus joins none on its volume.
    Default: the sidecar answers queries only."""
    to: Dependency | None = None
    """The object store; the pod may reach it."""
    resources: Resources = Resources()
    """Requests and limits of the sidecar."""

    @model_validator(mode="after")
    def _bucket_and_store(self) -> Self:
        if (self.bucket is None) != (self.to is None):
            raise ValueError(
                "bucket says what the sidecar logs in with, and to where the object store is:"
                " write both, or none"
            )
        return self
