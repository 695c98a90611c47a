"""Secrets by name and key; values never stand in platform.yaml."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from platc_spec.base import Model, Name, SecretKeyName


def _once(keys: tuple[str, ...]) -> tuple[str, ...]:
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"the key {twice[0]!r} stands here twice")
    return keys


class Secret(Model):
    """A Secret that services use; ``platc seal`` writes its values, encrypted."""

    namespace: Name | tuple[Name, ...] | None = None
    """Where it is needed: a namespace or several, each of which gets its own copy. It may be left
    out when the platform has one namespace only."""
    keys: Annotated[tuple[SecretKeyName, ...], Field(min_length=1), AfterValidator(_once)]
    """The keys that it holds."""
    generate: dict[SecretKeyName, str] = {}
    """How ``platc seal --generate`` makes a key's value, where a password will not do:
    ``fernet``, ``hex:32``, ``base64:32``, ``uuid``."""
    type: str = "Opaque"
    """The type of the Secret object."""
    scope: Literal["strict", "namespace-wide", "cluster-wide"] = "strict"
    """What the ciphertext is bound to: with ``strict`` a rename needs a new sealing."""

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces it is declared for."""
        if self.namespace is None:
            return ()
        return (self.namespace,) if isinstance(self.namespace, str) else self.namespace
