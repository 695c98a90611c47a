"""The whole of ``platform.yaml``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import (
    Field,
    SerializeAsAny,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from platc_spec.base import Identifier, Lazily, Model, Name, SecretName, ServiceName
from platc_spec.cluster import Cluster, Namespace
from platc_spec.dashboards import Dashboard
from platc_spec.observability import Alert, Metric, Notifications, Objective, Recording
from platc_spec.pipelines import Pipeline
from platc_spec.recovery import Backup, Recovery
from platc_spec.secrets import Secret
from platc_spec.service import Service

ServiceT = TypeVar("ServiceT", bound=Service)

if TYPE_CHECKING:
    from platc_spec.images import Images
    from platc_spec.monitoring import Monitoring
else:
    # Lazily names the model: its module is imported when platform.yaml states one.
    Images = Monitoring = Model


def _of_its_kind(value: object, _: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Service:
    """Validate a service by the model of its kind, found in the validation context."""
    if isinstance(value, Service):
        return value
    if not isinstance(value, Mapping):
        raise PydanticCustomError("service", "a service is a mapping with a kind")
    kind = value.get("kind")
    if kind is None:
        raise PydanticCustomError("missing_kind", "a service needs its kind")
    kinds: Mapping[str, type[Service]] = (info.context or {})["kinds"]
    model = kinds.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise PydanticCustomError(
            "unknown_kind", "unknown kind", {"kind": str(kind), "known": sorted(kinds)}
        )
    return model.model_validate(value, context=info.context)


AnyService = Annotated[SerializeAsAny[Service], WrapValidator(_of_its_kind)]


class Target(Model):
    """The generated objects that a patch changes."""

    kind: str
    """The object's kind, such as ``Deployment``."""
    name: str
    """The object's name."""
    namespace: Name | None = None
    """The object's namespace, if it has one."""


class JsonPatchOperation(Model):
    """An operation of RFC 6902."""

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    """The operation."""
    path: str
    """The path, as a JSON pointer."""
    value: Any = None
    """The value, for ``add``, ``replace`` and ``test``."""
    from_: Annotated[str | None, Field(alias="from")] = None
    """The source, for ``move`` and ``copy``."""


class Patch(Model):
    """A change of generated objects; a patch that matches nothing is an error."""

    target: Target
    """The target object."""
    merge: dict[str, Any] | None = None
    """A merge patch (RFC 7386): ``null`` removes a key."""
    json_: Annotated[tuple[JsonPatchOperation, ...], Field(alias="json")] = ()
    """A JSON patch (RFC 6902)."""


class Spec(Model):
    """A data platform on Kubernetes."""

    platform: Name
    """The platform's name; every object carries it as ``app.kubernetes.io/part-of``."""
    version: Literal[1]
    """The version of this language."""
    size: Literal["usual", "large"] = "usual"
    """How large it may be: ``usual`` is about a thousand services or three thousand tasks, which
    take three seconds; ``large`` is ten times as much."""
    cluster: Cluster
    """The cluster of the platform."""
    namespaces: Annotated[dict[Name, Namespace | None], Field(min_length=1)]
    """The namespaces of the platform."""
    images: Annotated[Images, Lazily("platc_spec.images", "Images")] | None = None
    """Where all images are pulled, if not from the registries that their names say."""
    secrets: dict[SecretName, Secret] = {}
    """Secrets, with names and keys only."""
    services: Annotated[dict[ServiceName, AnyService], Field(min_length=1)]
    """The services, by name."""
    profiles: dict[Name, dict[str, Any]] = {}
    """What several services share, by name: parts of a service, taken over by ``extends``."""
    include: dict[ServiceName, Annotated[Model, Lazily("platc_spec.include", "Include")]] = {}
    """Kubernetes objects of one's own, by the name of the group; others may depend on it."""
    pipelines: dict[Identifier, Pipeline] = {}
    """The pipelines, by the id of their DAG."""
    metrics: dict[Identifier, Metric] = {}
    """Metrics that the platform's own code exports."""
    alerts: dict[Identifier, Alert] = {}
    """Alerting rules, by name."""
    recordings: tuple[Recording, ...] = ()
    """Recording rules, in the order of their evaluation: a rule may read those before it."""
    slos: dict[Name, Objective] = {}
    """Service level objectives."""
    monitoring: Annotated[Monitoring, Lazily("platc_spec.monitoring", "Monitoring")] | None = None
    """What holds for all alerts, and for all metrics of your own."""
    notifications: Notifications | None = None
    """The receivers of alerts."""
    dashboards: dict[Name, Dashboard] = {}
    """Dashboards, by their uid."""
    backup: Backup | None = None
    """Backups of the cluster."""
    recovery: Recovery | None = None
    """Objectives and procedures of recovery."""
    environments: Annotated[dict[Name, dict[str, Any] | None], Field(max_length=50)] = {}
    """Changes that are merged over this file with ``--env NAME``."""
    patches: tuple[Patch, ...] = ()
    """Changes of generated objects."""

    @model_validator(mode="before")
    @classmethod
    def _without_own_keys(cls, data: object) -> object:
        """Leave out the user's own keys, ``x-…``: a place for anchors, which nobody reads."""
        if not isinstance(data, Mapping):
            return data
        return {key: value for key, value in data.items() if not str(key).startswith("x-")}

    def namespace_of(self, service: Service) -> str:
        """Return the namespace of a service: its own, or the only namespace of the platform."""
        own: str | None = getattr(service, "namespace", None)
        return own if own is not None else next(iter(self.namespaces))

    def of_kind(self, model: type[ServiceT]) -> dict[str, ServiceT]:
        """Return the services of a kind by name."""
        return {name: each for name, each in self.services.items() if isinstance(each, model)}

    def namespaces_of(self, secret: Secret) -> tuple[str, ...]:
        """Return the namespaces of a secret: its own, or the only namespace of the platform."""
        return secret.namespaces or (next(iter(self.namespaces)),)
