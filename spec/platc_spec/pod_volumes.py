"""Volumes of a pod that are no storage of its own: folders of the node, and tokens."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from platc_spec.base import Duration, Model, matches
from platc_spec.durations import duration_text

_SHORTEST = timedelta(minutes=10)
"""The API server refuses less (pkg/apis/core/validation, ``validateProjectionSources``)."""
_LONGEST = timedelta(seconds=2**32)


def _life(value: timedelta) -> timedelta:
    if not _SHORTEST <= value <= _LONGEST:
        raise ValueError(
            f"a token is valid for 10m or longer (at most 2^32 s), not {duration_text(value)}"
        )
    return value


class HostFolder(Model):
    """A folder or a file of the node that runs the pod: read-only, unless ``writable``."""

    path: Annotated[
        str, Field(pattern=r"^/[^:\x00-\x1f]*$", max_length=1024, examples=["/var/log/pods"])
    ]
    """Its absolute path on the node."""
    type: Literal[
        "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket", "CharDevice",
        "BlockDevice",
    ] = "Directory"  # fmt: skip
    """What must be there before the pod starts, or is created."""
    writable: bool = False
    """Whether the pod may change it, as far as its user may."""
    because: Annotated[str, Field(min_length=10, max_length=500)]
    """Why the pod needs the node's own files; a reader of the manifests finds it as an annotation
    of the pods."""


class Shared(Model):
    """A persistent volume of another workload in the same namespace."""

    of: Annotated[
        str,
        Field(examples=["web/media"]),
        matches(
            r"^[a-z][-a-z0-9]*/[a-z0-9][-a-z0-9]*$",
            "write a service and the name of its volume, such as web/media",
        ),
    ]
    """The workload that declares it, and its name there: ``web/media``."""
    writable: bool = False
    """Whether the pods may write to it too."""

    @property
    def owner(self) -> str:
        """The service that declares the volume."""
        return self.of.partition("/")[0]

    @property
    def name(self) -> str:
        """The name of the volume there."""
        return self.of.partition("/")[2]


class Token(Model):
    """A token of the pod's service account for another server than the API server.

    The kubelet renews it; the file ``token`` below the mount always has a valid one.
    """

    audience: Annotated[str, Field(min_length=1, max_length=1024, examples=["vault"])]
    """For whom it is: the server that is shown the token accepts no other audience."""
    expires: Annotated[Duration, AfterValidator(_life)] = timedelta(hours=1)
    """How long it is valid, 10 minutes at least."""
