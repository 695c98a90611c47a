"""Secrets by name and key; values never stand in platform.yaml."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from platc_spec.base import Lazily, Model, Name, SecretKeyName
from platc_spec.secret_stores import Store

BASIC_AUTH = "kubernetes.io/basic-auth"
"""The type of a Secret with a name and its password."""


def _once(keys: tuple[str, ...]) -> tuple[str, ...]:
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"the key {twice[0]!r} stands here twice")
    return keys


class Secret(Model):
    """A Secret that services use; ``platc seal`` writes its values, encrypted."""

    from_: Annotated[
        Literal["sealed", "existing"]
        | Annotated[Store, Lazily("platc_spec.secret_stores", "Store")],
        Field(alias="from"),
    ] = "sealed"
    """Where its values come from: ``sealed`` beside platform.yaml, a store that External Secrets
    reads, or ``existing``: somebody else makes the Secret."""

    namespace: Name | tuple[Name, ...] | None = None
    """The namespace or the namespaces that need it; each gets its own copy. Default: the only
    namespace of the platform."""
    keys: Annotated[tuple[SecretKeyName, ...], Field(min_length=1), AfterValidator(_once)]
    """The keys that it holds."""
    generate: dict[SecretKeyName, str] = {}
    """How ``platc seal --generate`` makes the value of a key that is not a password: ``fernet``,
    ``hex:32``, ``base64:32``, ``uuid``."""
    type: str = "Opaque"
    """The type of the Secret object."""
    scope: Literal["strict", "namespace-wide", "cluster-wide"] = "strict"
    """The binding of the ciphertext: with ``strict``, a renamed secret must be sealed again."""

    @model_validator(mode="after")
    def _of_one_origin(self) -> Self:
        if self.from_ == "sealed":
            return self
        if stated := [k for k in ("generate", "scope") if k in self.model_fields_set]:
            raise ValueError(f"{stated[0]} is for a sealed secret: remove it, or remove from")
        if isinstance(self.from_, Store):
            lost = [k for k in self.keys if k not in self.from_.entries]
            if lost and self.from_.path is None:
                raise ValueError(f"entries has nothing for the key {lost[0]!r}")
            if strange := [k for k in self.from_.entries if k not in self.keys]:
                raise ValueError(f"entries names {strange[0]!r}, which is not below keys")
        return self

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces for which it is declared."""
        if self.namespace is None:
            return ()
        return (self.namespace,) if isinstance(self.namespace, str) else self.namespace
