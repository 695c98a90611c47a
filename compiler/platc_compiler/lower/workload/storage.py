"""Volumes, files and secret files of a ``workload``."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from pathlib import PurePosixPath
from posixpath import normpath

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import (
    Claim,
    ConfigFiles,
    EmptyDir,
    HostPath,
    Mount,
    OtherClaim,
    SecretFiles,
    ServiceToken,
    Source,
    Volume,
)
from platc_compiler.ir.workloads import Config
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.kinds import workload as spec

_NO_KEY = re.compile(r"[^-._a-zA-Z0-9]")
_LONGEST_KEY = 200


def storage(name: str, service: spec.Workload) -> tuple[tuple[Volume, ...], tuple[Mount, ...]]:
    """Return the volumes of a pod, and where each of its containers mounts them."""
    volumes, mounts = [], []
    folders = (volume.mount for volume in service.volumes.values())
    stated = map(normpath, (*folders, *service.files, *service.secret_files))
    if "/tmp" not in stated:  # noqa: S108 - in a pod
        scratch = _free("tmp", service)
        volumes.append(Volume(scratch, EmptyDir(size=64 << 20)))
        mounts.append(Mount(scratch, "/tmp"))  # noqa: S108
    for key, volume in service.volumes.items():
        volumes.append(Volume(key, _source(volume, service_origin(name, "volumes", key))))
        other = volume.host or volume.shared
        kept = volume.token is not None or (other is not None and not other.writable)
        mounts.append(Mount(key, volume.mount, read_only=kept))
    if service.files:
        files = _free("files", service)
        volumes.append(Volume(files, ConfigFiles(f"{name}-files")))
        mounts += [
            Mount(files, path, read_only=True, sub_path=key)
            for path, key in _keys(service.files).items()
        ]
    for index, (path, reference) in enumerate(service.secret_files.items()):
        secret = secret_key(reference, service_origin(name, "secret_files", path))
        own = _free(f"secret-{index}", service)
        volumes.append(Volume(own, SecretFiles(secret.secret, (secret.key,), secret.origin)))
        mounts.append(Mount(own, path, read_only=True, sub_path=secret.key))
    return tuple(volumes), tuple(mounts)


def _source(volume: spec.VolumeSpec, place: Origin) -> Source:
    if volume.host is not None:
        return HostPath(volume.host.path, volume.host.type)
    if volume.token is not None:
        seconds = int(volume.token.expires.total_seconds())
        return ServiceToken(audience=volume.token.audience, seconds=seconds)
    if volume.shared is not None:
        claim = f"{volume.shared.owner}-{volume.shared.name}"
        return OtherClaim(claim, read_only=not volume.shared.writable)
    size = volume.size or 0
    if volume.lasting:
        access = volume.access or "ReadWriteOnce"
        return Claim(
            size=size, storage_class=volume.storage_class, access=access, origin=place
        )  # fmt: skip
    return EmptyDir(size=size, memory=volume.medium is not None)


def in_memory(service: spec.Workload) -> int:
    """Return how many bytes of memory the folders of a pod may take."""
    return sum(each.size or 0 for each in service.volumes.values() if each.medium is not None)


def _free(name: str, service: spec.Workload) -> str:
    """Return a name for a generated volume that differs from all stated ones."""
    while name in service.volumes:
        name = f"{name}-0"
    return name


def _keys(paths: Iterable[str]) -> dict[str, str]:
    """Return the key of each file in the ConfigMap, by path.

    The key is the path with dots instead of slashes; underscores are appended until it is unique.
    """
    keys: dict[str, str] = {}
    for path in paths:
        key = _NO_KEY.sub("_", ".".join(PurePosixPath(path).parts[1:]))[-_LONGEST_KEY:].lstrip(".")
        while not key or key in keys.values():
            key = f"{key}_"
        keys[path] = key
    return keys


def configs(name: str, service: spec.Workload) -> tuple[Config, ...]:
    """Return the ConfigMap of the files, if there are any."""
    if not service.files:
        return ()
    keys = _keys(service.files)
    texts = tuple((keys[p], text) for p, text in service.files.items() if isinstance(text, str))
    binary = tuple(
        (keys[path], b64encode(content).decode())
        for path, content in service.files.items()
        if isinstance(content, bytes)
    )
    return (Config(f"{name}-files", texts, binary=binary),)
