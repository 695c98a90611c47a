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

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces for which it is declared."""
        if self.namespace is None:
            return ()
        return (self.namespace,) if isinstance(self.namespace, str) else self.namespace
