"""Images that are pulled from a registry of one's own.

Source of what a name means: ``splitDockerDomain`` in normalize.go of distribution/reference. The
first part of a name is a host if it has a dot or a port, or is ``localhost``; otherwise the host is
docker.io, where a name of one part is below ``library``.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.pods import Container, Pod
from platc_spec.images import Images

_DOCKER = "docker.io"


def pulled(image: str, images: Images) -> str:
    """Return where an image is pulled; doing it twice changes nothing."""
    host, path = host_and_path(image)
    if host in images.keep or is_there(image, images):
        return image
    prefix = images.registries.get(host, images.registry)
    return f"{prefix}/{path}" if prefix is not None else image


def is_there(image: str, images: Images) -> bool:
    """Say whether an image already names one of the registries."""
    prefixes = (images.registry, *images.registries.values())
    return any(image.startswith(f"{prefix}/") for prefix in prefixes if prefix is not None)


def host_and_path(image: str) -> tuple[str, str]:
    """Return the host of an image and the rest of its name, with what is implied."""
    first, slash, rest = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        host, path = first, rest
    else:
        host, path = _DOCKER, image
    if host == f"index.{_DOCKER}":
        host = _DOCKER
    return host, f"library/{path}" if host == _DOCKER and "/" not in path else path


def with_pulled(container: Container, images: Images) -> Container:
    """Return a container whose image is pulled from there."""
    there = pulled(container.image, images)
    if there == container.image:
        return container
    return replace(container, image=there, original=container.image)


def with_all_pulled(pod: Pod, images: Images) -> Pod:
    """Return a pod whose images are pulled from there."""
    return replace(
        pod,
        init=tuple(with_pulled(each, images) for each in pod.init),
        containers=tuple(with_pulled(each, images) for each in pod.containers),
    )
