"""``fluentd``: reads the containers' logs on every node and sends them to Elasticsearch."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import model_validator

from platc_spec.base import (
    Config,
    Duration,
    Env,
    Memory,
    Model,
    Name,
    Resources,
    SecretRef,
    Version,
)
from platc_spec.elastic_stack import UserName
from platc_spec.service import Deployed

BUILT = "1.19.3"
"""The version whose image is known, with the plugins that fluent.conf uses."""
_FRAGMENTS = ("sources", "filters", "outputs")


class FluentdBuffer(Model):
    """The buffer on the node's disk while Elasticsearch does not accept data."""

    size: Memory = 512 << 20
    """Its maximum size; when it is full, reading stops, and the logs wait in the containers' own
    files."""
    chunk: Memory = 4 << 20
    """The size of one request."""
    flush: Duration = timedelta(seconds=5)
    """The longest time that a line waits for its chunk to fill."""
    retry: Duration = timedelta(seconds=30)
    """The longest time between two tries; it never gives up."""


class Fluentd(Deployed):
    """Fluentd on every node. It reads ``/var/log/containers`` and ``/var/log/pods`` read-only, in
    the format of the Container Runtime Interface, and keeps its positions and its buffer on the
    node, in ``/var/lib/platc/PLATFORM/NAMESPACE/NAME``: a new pod continues where the old one
    stopped. They are lost with the node. Each line has an id, so it is not stored twice. If
    Elasticsearch refuses a line temporarily, Fluentd sends it again; a line that it refuses
    permanently (400) is counted, and Fluentd's own log contains it.
    """

    kind: Literal["fluentd"]
    version: Version = BUILT
    """The version of Fluentd; for any other version, ``image`` names the image."""
    resources: Resources = Resources()
    """Requests and limits of the pod on each node."""
    buffer: FluentdBuffer = FluentdBuffer()
    """The buffer on the node's disk."""
    exclude: tuple[Name, ...] = ()
    """Namespaces whose logs are not collected."""
    parse_json: bool = True
    """Whether a line that is a JSON object is also stored in the searchable field ``json``."""
    user: UserName = "fluentd"
    """The user of Elasticsearch, if its security is on."""
    password: SecretRef | None = None
    """Its password."""
    env: Env = {}
    """Further environment variables; ``config`` reads them as ``"#{ENV['NAME']}"``."""
    config: Config = {}
    """Fragments of fluent.conf by name, under ``sources``, ``filters`` and ``outputs``. Filters are
    in the label ``@LINES``, outputs in ``@OUTPUT``; a filter that hands lines to a label, as
    ``timeout_label`` of concat does, names ``@OUTPUT``."""

    @model_validator(mode="after")
    def _fragments(self) -> Self:
        if not self.depends_on:
            raise ValueError("depends_on must begin with the elasticsearch that it writes to")
        if self.image is None and self.version != BUILT:
            raise ValueError(f"the image of version {self.version} is not known: write image:")
        for kind, fragments in self.config.items():
            if kind not in _FRAGMENTS:
                raise ValueError(f"config has {', '.join(_FRAGMENTS)}, not {kind!r}")
            if not isinstance(fragments, dict) or not all(
                isinstance(text, str) for text in fragments.values()
            ):
                raise ValueError(f"config.{kind} holds fragments by name, each a text")
        return self
