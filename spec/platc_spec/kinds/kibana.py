"""``kibana``: the logs' user interface."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from platc_spec.base import Config, Refers, Resources, SecretRef
from platc_spec.elastic_stack import StackVersion
from platc_spec.service import Deployed


class Kibana(Deployed):
    """Kibana for an Elasticsearch of the same version, with a data view for each stream of logs.

    From 8.2 on, a job creates missing data views; it keeps the changes of users.
    """

    kind: Literal["kibana"]
    version: StackVersion | None = None
    """The version; default: that of its Elasticsearch, which is the only one that works."""
    resources: Resources = Resources()
    """Requests and limits; platc keeps the heap of Node.js below the memory limit."""
    encryption_key: (
        Annotated[
            SecretRef,
            Refers(
                "secret",
                recipe="hex:32",
                renewal="Kibana cannot read what it has encrypted with the old key: give that one"
                " in config as xpack.encryptedSavedObjects.keyRotation.decryptionOnlyKeys",
            ),
        ]
        | None
    ) = None
    """A key of at least 32 characters for saved objects that hold secrets. Without it, Kibana makes
    a new key at each start, and cannot read the objects that it has encrypted before."""
    password: SecretRef | None = None
    """The password of ``kibana_system``, if Elasticsearch's security is on."""
    config: Config = {}
    """The component's own configuration in its own syntax, merged over the generated one."""

    @model_validator(mode="after")
    def _has_elasticsearch(self) -> Self:
        if not self.depends_on:
            raise ValueError("depends_on must begin with the elasticsearch that it shows")
        return self
