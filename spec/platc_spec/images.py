"""Where the cluster pulls images: a registry of one's own in place of those that programs name."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from platc_spec.base import Model, matches
from platc_spec.service import PullSecret

_HOST = r"([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+|localhost)(:[0-9]{1,5})?"
Host = Annotated[
    str,
    Field(max_length=255, examples=["quay.io"]),
    matches(rf"^{_HOST}$", "write the host of a registry such as quay.io, with its port if any"),
]
"""The host of a registry, as images name it."""
Prefix = Annotated[
    str,
    Field(max_length=255, examples=["registry.example.com/mirror"]),
    matches(
        rf"^{_HOST}(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$",
        "write a registry, with a path if any, such as registry.example.com/mirror",
    ),
]
"""A registry with the path below which images are."""


class Images(Model):
    """Where the images of the platform are pulled.

    ``postgres:18`` of docker.io, whose host is implied, is ``REGISTRY/library/postgres:18`` there.
    """

    registry: Prefix | None = None
    """The registry, with a path if any, in place of the host of every image."""
    registries: dict[Host, Prefix] = {}
    """The same for the images of single hosts, such as ``{ quay.io: registry.example.com/quay }``;
    ``docker.io`` for those that name none."""
    keep: tuple[Host, ...] = ()
    """Hosts whose images are pulled where they are."""
    pull_secrets: tuple[PullSecret, ...] = ()
    """Secrets with which every pod may pull, beside those of its service. Declare each for all
    namespaces with pods."""

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.registry is None and not self.registries and not self.pull_secrets:
            raise ValueError(
                "images says nothing: write registry, registries or pull_secrets, or remove it"
            )
        if self.keep and self.registry is None:
            raise ValueError("without registry, all other hosts are kept anyway: remove keep")
        if both := sorted(set(self.keep) & self.registries.keys()):
            raise ValueError(f"{both[0]} is below registries and below keep: remove one")
        return self
