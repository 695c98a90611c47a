"""Where the values of a secret come from, if they are not sealed beside platform.yaml."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from platc_spec.base import Duration, Model, Name, SecretKeyName

_PATH = Annotated[str, Field(min_length=1, max_length=1024, examples=["shop/api"])]


class StoreEntry(Model):
    """An entry of a store, or a field of it."""

    path: _PATH
    """The name of the entry, as the store has it."""
    field: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    """The field of the entry; default: its whole value."""
    version: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    """Its version; default: the newest."""


def _entry(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


Entry = Annotated[
    StoreEntry,
    BeforeValidator(_entry),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "examples": ["shop-api-token"]},
                {
                    "type": "object",
                    "properties": {
                        "path": {"type": "string", "description": "The name of the entry."},
                        "field": {"type": "string", "description": "The field of the entry."},
                        "version": {"type": "string", "description": "Its version."},
                    },
                    "required": ["path"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""An entry, by its path alone or with a field and a version."""


class Store(Model):
    """A store that External Secrets reads: Vault, AWS, Google Cloud, Azure and others."""

    store: Name | None = None
    """The SecretStore in the namespace of the secret."""
    cluster_store: Name | None = None
    """The ClusterSecretStore."""
    path: _PATH | None = None
    """The entry whose fields are the keys of the secret."""
    entries: dict[SecretKeyName, Entry] = {}
    """The entry of each key, where it is no field of ``path``."""
    refresh: Duration | None = None
    """How often the store is asked for new values; default: 1 h."""

    @model_validator(mode="after")
    def _one_store(self) -> Self:
        if (self.store is None) == (self.cluster_store is None):
            raise ValueError("name a store or a cluster_store, one of the two")
        if self.path is None and not self.entries:
            raise ValueError("write path, or the entry of each key below entries")
        return self
