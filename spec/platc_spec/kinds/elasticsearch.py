"""``elasticsearch``: one node that stores and searches the logs."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import model_validator

from platc_spec.base import (
    Config,
    Duration,
    Lazily,
    Memory,
    Model,
    Refers,
    Resources,
    SecretRef,
)
from platc_spec.elastic_stack import ELASTIC, NEWEST, StackVersion, UserName
from platc_spec.service import Deployed

if TYPE_CHECKING:
    from platc_spec.elasticsearch_exporter import ElasticsearchExporter
else:
    # Lazily names the model: its module is imported when platform.yaml states one.
    ElasticsearchExporter = Model

_EXPORTER = "platc_spec.elasticsearch_exporter"

SECURITY = "xpack.security.enabled"
"""The setting that turns authentication on; upstream's default is on."""


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


class Rollover(Model):
    """When a stream of logs starts a new index, so that old indices can be deleted whole."""

    age: Duration = timedelta(days=1)
    """The longest time until then."""
    size: Memory = 1 << 30
    """The size of its primary shard at which it starts a new one."""


class Logs(Model):
    """The life cycle of the logs."""

    keep: Duration = timedelta(days=14)
    """How long an index is kept after the next one has started."""
    rollover: Rollover = Rollover()
    """When the next one starts."""


Password = Annotated[
    SecretRef,
    Refers(
        "secret",
        recipe="password",
        renewal="Elasticsearch takes that of 'elastic' only when its volume is new: before the new"
        " value is applied, set it with POST _security/user/elastic/_password",
    ),
]
"""A password of a user; the set-up job sets the passwords of all users except ``elastic``."""


class Elasticsearch(Deployed):
    """Elasticsearch with a single node; its indices of logs are rolled over, and deleted by age.

    Security is on unless ``config`` turns it off, over plain HTTP. The network policies decide who
    may connect.
    """

    kind: Literal["elasticsearch"]
    version: StackVersion = NEWEST
    """The version of the Elastic stack, 8 or 9."""
    storage: Memory
    """The volume of the indices."""
    storage_class: str | None = None
    """Its StorageClass; default: the cluster's default."""
    resources: Resources = Resources()
    """Requests and limits; the heap is half of the memory request, less if the limit leaves no
    room for buffers (half of the heap), classes and code (448Mi); 832Mi are the least."""
    logs: Logs = Logs()
    """The life cycle of the logs."""
    passwords: dict[UserName, Password] = {}
    """Passwords by user, if security is on: ``elastic``, ``kibana_system`` for Kibana, and any
    other name for a user that may write and read the logs, such as ``fluentd``."""
    exporter: (
        Annotated[ElasticsearchExporter, Lazily(_EXPORTER, "ElasticsearchExporter")] | None
    ) = None
    """How it is watched: an exporter of its metrics, and alerts; default: by nothing."""
    config: Config = {}
    """The component's own configuration in its own syntax, merged over the generated one."""

    @property
    def settings(self) -> dict[str, Any]:
        """``config`` with flat keys: ``cluster: { name: x }`` is ``cluster.name: x``."""
        return dict(_flat(self.config))

    @property
    def secured(self) -> bool:
        """Whether users must authenticate."""
        return str(self.settings.get(SECURITY, True)).lower() != "false"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.secured and ELASTIC not in self.passwords:
            raise ValueError(
                "security is on, so passwords needs the user elastic (or config: "
                f"{{ {SECURITY}: false }}, which lets whoever connects do everything)"
            )
        if not self.secured and self.passwords:
            raise ValueError(f"passwords without security: remove {SECURITY}: false from config")
        if self.exporter is not None:
            self._has_login(self.exporter)
        return self

    def _has_login(self, exporter: ElasticsearchExporter) -> None:
        """Refuse an exporter that cannot log in, or need not.

        Raises:
            ValueError: that is so.
        """
        if self.secured and exporter.password is None:
            raise ValueError("security is on, so exporter needs password: secret/key")
        if not self.secured and exporter.password is not None:
            raise ValueError("exporter has a password, and security is off: remove the password")
        if exporter.user in self.passwords:
            raise ValueError(f"exporter has a user of its own: passwords names {exporter.user} too")
