"""Lowering of ``workload``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import PurePosixPath
from posixpath import normpath

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import ApiServer, Edge, Pods
from platc_compiler.ir.observability import Metric
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Claim,
    ConfigFiles,
    Container,
    EmptyDir,
    Exec,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    SecretFiles,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.workloads import (
    Config,
    Controller,
    CronJob,
    Deployment,
    Job,
    Scrape,
    Workload,
)
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import container_ports, exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables, secret_key
from platc_spec.kinds import workload as spec

_NO_KEY = re.compile(r"[^-._a-zA-Z0-9]")
_LONGEST_KEY = 200
_DEFAULT = sized(memory=128, cpu=50, most_cpu=500)


def offer(name: str, service: spec.Workload, namespace: str) -> Offering:
    """Offer each port under its name."""
    pods = Pods(name, namespace, selector_labels("workload", name, "main"))
    return Offering(
        port_offers(name, service_host(name, namespace), pods, container_ports(service.ports))
    )


def lower(name: str, service: spec.Workload, context: Context) -> Fragment:
    """Return a Deployment, or a CronJob when there is a schedule."""
    namespace = context.namespace(service)
    ports = container_ports(service.ports)
    metrics = service.metrics
    workload = Workload(
        name=name, namespace=namespace, service=name, app="workload", component="main",
        version=_tag(service.image), controller=_controller(service),
        pod=_pod(name, service, ports),
        exposures=(exposure(name, ports),) if ports else (),
        configs=_configs(name, service),
        scrape=Scrape(port=_number(service, metrics.port), path=metrics.path) if metrics else None,
        origin=service_origin(name),
    )  # fmt: skip
    pods = workload.endpoint
    place = service_origin(name, "api_access")
    return Fragment(
        workloads=(workload,),
        links=dependency_links(service.depends_on, pods, service_origin(name, "depends_on")),
        edges=(Edge(pods, ApiServer(), 6443, "TCP", "API server", place),)
        if service.api_access
        else (),
        metrics=tuple(
            Metric(metric, name, origin=service_origin(name, "metrics", "exports", index))
            for index, metric in enumerate(metrics.exports if metrics else ())
        ),
    )


def _tag(image: str) -> str:
    """Return the tag of an image as the value of a label, empty when it has none."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    return tag if len(tag) <= 63 else ""  # noqa: PLR2004 - the longest label value


def _number(service: spec.Workload, port: str) -> int:
    stated = service.ports[port]
    return stated if isinstance(stated, int) else stated.port


def _controller(service: spec.Workload) -> Controller:
    if service.schedule is not None:
        job = Job(deadline=service.deadline or timedelta(hours=1))
        return CronJob(schedule=service.schedule, job=job)
    persistent = any(not volume.ephemeral for volume in service.volumes.values())
    return Deployment(replicas=service.replicas, recreate=persistent)


def _pod(name: str, service: spec.Workload, ports: tuple[Port, ...]) -> Pod:
    volumes, mounts = _storage(name, service)
    container = Container(
        name=name, image=service.image, command=service.command, args=service.args,
        env=environment_variables(service.env, service_origin(name, "env")),
        ports=ports, mounts=mounts,
        resources=stated_resources(service.resources, _DEFAULT, service_origin(name, "resources")),
        startup=_probe(service, service.probes.startup),
        readiness=_probe(service, service.probes.readiness) or _default_probe(service, failures=3),
        liveness=_probe(service, service.probes.liveness) or _default_probe(service, failures=6),
        origin=service_origin(name),
    )  # fmt: skip
    return Pod(
        containers=(container,), volumes=volumes, user=service.user, group=service.user,
        fs_group=service.user, token=service.api_access,
        node_selector=tuple(sorted(service.node_selector.items())),
        restart="OnFailure" if service.schedule else "Always",
    )  # fmt: skip


def _storage(name: str, service: spec.Workload) -> tuple[tuple[Volume, ...], tuple[Mount, ...]]:
    volumes, mounts = [], []
    folders = (volume.mount for volume in service.volumes.values())
    stated = map(normpath, (*folders, *service.files, *service.secret_files))
    if "/tmp" not in stated:  # noqa: S108 - in a pod
        scratch = _free("tmp", service)
        volumes.append(Volume(scratch, EmptyDir(size=64 << 20)))
        mounts.append(Mount(scratch, "/tmp"))  # noqa: S108
    for key, volume in service.volumes.items():
        place = service_origin(name, "volumes", key)
        source = (
            EmptyDir(size=volume.size) if volume.ephemeral
            else Claim(size=volume.size, storage_class=volume.storage_class, origin=place)
        )  # fmt: skip
        volumes.append(Volume(key, source))
        mounts.append(Mount(key, volume.mount))
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


def _configs(name: str, service: spec.Workload) -> tuple[Config, ...]:
    if not service.files:
        return ()
    keys = _keys(service.files)
    files = tuple((keys[path], text) for path, text in service.files.items())
    return (Config(f"{name}-files", files),)


def _probe(service: spec.Workload, check: spec.Check | None) -> Probe | None:
    if check is None:
        return None
    port = _number(service, check.port or next(iter(service.ports))) if not check.command else 0
    handler = (
        Exec(check.command) if check.command
        else HttpGet(check.http, port) if check.http is not None else TcpSocket(port)
    )  # fmt: skip
    return Probe(
        handler=handler, failures=check.failures,
        period=int(check.period.total_seconds()) if check.period else 10,
        timeout=int(check.timeout.total_seconds()) if check.timeout else 5,
    )  # fmt: skip


def _default_probe(service: spec.Workload, *, failures: int) -> Probe | None:
    """Return a probe that connects to the first port, ``None`` for a CronJob or without ports."""
    if service.schedule is not None or not service.ports:
        return None
    return Probe(handler=TcpSocket(_number(service, next(iter(service.ports)))), failures=failures)


WORKLOAD = Kind("workload", spec.Workload, lower, offer)
