"""TLS of the server: its certificate, the files of its clients, and the reload after a renewal.

The files of a Secret belong to root and are readable by the group of the pod (0440), which
PostgreSQL accepts of a key that belongs to root (``check_ssl_key_file_permissions`` in
src/backend/libpq/be-secure-common.c). The kubelet replaces them when cert-manager has renewed them;
PostgreSQL reads them when it is told to.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.ir.certificates import Certificate
from platc_compiler.ir.entries import Issuer
from platc_compiler.ir.platform import Authority
from platc_compiler.ir.pods import (
    Container,
    Env,
    Mount,
    SecretFiles,
    Volume,
)
from platc_compiler.ir.workloads import Workload
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.postgres.names import PORT, image, superuser
from platc_compiler.lower.resources import sized
from platc_compiler.templating.templates import Templates
from platc_spec.exposure import TLS_KEYS
from platc_spec.kinds import postgres as spec
from platc_spec.secret_references import parse_reference

CA = "ca.crt"
FOLDER = "/run/tls"
"""Where the certificate is mounted."""
RELOAD = "reload.sh"
_RELOADED = (("cnpg.io/reload", ""),)
"""By this label CloudNativePG notices that a Secret has changed (docs/src/certificates.md)."""
_PERIOD = 60
"""Seconds between two looks at the certificate; the kubelet takes up to two minutes itself."""
_RESOURCES = sized(memory=16, cpu=5, most_memory=64, most_cpu=100)


class Client(Struct, frozen=True):
    """What a program needs to check the server's certificate; all empty where there is no TLS."""

    volumes: tuple[Volume, ...] = ()
    mounts: tuple[Mount, ...] = ()
    env: tuple[Env, ...] = ()
    """For libpq: ``verify-full`` with the CA."""
    parameters: str = "sslmode=disable"
    """The same as parameters of a URI."""


def client(name: str, service: spec.Postgres) -> Client:
    """Return it for a pod in the namespace of the server: the CA alone, without the key."""
    if service.tls is None:
        return Client()
    file = f"{FOLDER}/{CA}"
    return Client(
        volumes=(Volume("ca", _files(name, service, (CA,))),),
        mounts=(Mount("ca", FOLDER, read_only=True),),
        env=(Env("PGSSLMODE", "verify-full"), Env("PGSSLROOTCERT", file)),
        parameters=f"sslmode=verify-full&sslrootcert={file}",
    )


def secured(workloads: Iterable[Workload], own: Client) -> tuple[Workload, ...]:
    """Return workloads whose clients (containers that have PGHOST) check the certificate."""
    return tuple(_secured(each, own) for each in workloads) if own.env else tuple(workloads)


def _secured(workload: Workload, own: Client) -> Workload:
    pod = workload.pod
    every = (*pod.init, *pod.containers)
    if not any(_is_client(container) for container in every):
        return workload
    init, containers = (
        tuple(
            replace(each, env=(*each.env, *own.env), mounts=(*each.mounts, *own.mounts))
            if _is_client(each)
            else each
            for each in group
        )
        for group in (pod.init, pod.containers)
    )
    volumes = (*pod.volumes, *own.volumes)
    return replace(workload, pod=replace(pod, init=init, containers=containers, volumes=volumes))


def _is_client(container: Container) -> bool:
    return any(each.name == "PGHOST" for each in container.env)


def volume(name: str, service: spec.Postgres) -> tuple[tuple[Volume, ...], tuple[Mount, ...]]:
    """Return the volume of the server's certificate and key, and its mount."""
    if service.tls is None:
        return (), ()
    files = _files(name, service, TLS_KEYS)
    return (Volume("tls", files),), (Mount("tls", FOLDER, read_only=True),)


def reloader(name: str, service: spec.Postgres) -> tuple[Container, ...]:
    """Return the container that tells the server of a new certificate."""
    if service.tls is None:
        return ()
    _, password_mount, password_file = superuser(name, service)
    return (
        Container(
            name="reload", image=image(service),
            command=("/bin/bash", f"/etc/postgresql/{RELOAD}"),
            env=(
                Env("PGHOST", "/var/run/postgresql"),
                Env("PGPORT", str(PORT)),
                Env("PGUSER", spec.SUPERUSER),
                Env("SUPERUSER_PASSWORD_FILE", password_file),
                Env("CERTIFICATE", f"{FOLDER}/{TLS_KEYS[0]}"),
                Env("PERIOD", str(_PERIOD)),
            ),
            mounts=(
                Mount("config", "/etc/postgresql", read_only=True),
                Mount("run", "/var/run/postgresql"),
                Mount("tls", FOLDER, read_only=True),
                password_mount,
            ),
            resources=_RESOURCES, origin=service_origin(name, "tls"),
        ),
    )  # fmt: skip


def host(service: spec.Postgres) -> str:
    """Return the type of the connections that pg_hba.conf lets in from elsewhere."""
    return "hostssl" if service.tls is not None and service.tls.required else "host   "


def scripts(service: spec.Postgres, templates: Templates) -> tuple[tuple[str, str], ...]:
    """Return the script of the container that tells the server of a new certificate."""
    if service.tls is None:
        return ()
    return ((RELOAD, templates.text("kinds/postgres/reload.sh.j2")),)


def certificates(name: str, service: spec.Postgres, context: Context) -> tuple[Certificate, ...]:
    """Return the certificate that cert-manager is to issue."""
    stated = service.tls
    if stated is None or stated.secret_name is not None:
        return ()
    issuer = (
        Issuer(stated.cluster_issuer, "ClusterIssuer")
        if stated.cluster_issuer is not None
        else Issuer(stated.issuer or "", "Issuer")
    )
    return (
        Certificate(
            name=secret_name(name, service), namespace=context.namespace(service), issuer=issuer,
            hosts=_hosts(name, service, context.namespace(service)),
            labels=_RELOADED if service.operated else (), origin=service_origin(name, "tls"),
        ),
    )  # fmt: skip


def authority(name: str, service: spec.Postgres, namespace: str) -> Authority | None:
    """Return where clients find the CA that signs the server's certificate."""
    if service.tls is None:
        return None
    files = _files(name, service, (CA,))
    return Authority(
        secret=files.secret, key=CA, namespace=namespace, origin=files.origin,
        declared=service.tls.secret_name is not None,
    )  # fmt: skip


def secret_name(name: str, service: spec.Postgres) -> str:
    """Return the Secret with the certificate of the server."""
    stated = service.tls
    if stated is None or stated.secret_name is None:
        return f"{name}-server-tls"
    return parse_reference(stated.secret_name).secret


def _files(name: str, service: spec.Postgres, keys: tuple[str, ...]) -> SecretFiles:
    key = "secret_name" if service.tls is not None and service.tls.secret_name else None
    place = service_origin(name, "tls")
    return SecretFiles(secret_name(name, service), keys, (*place, key) if key else place)


def _hosts(name: str, service: spec.Postgres, namespace: str) -> tuple[str, ...]:
    """Return the names of the server and of its replicas, short and long.

    The operator gives its Pooler the certificate of the server.
    """
    pooler = ("-pooler",) if service.pooler is not None else ()
    own = ("-rw", "-ro", "-r", *pooler) if service.operated else ("", "-replica")
    return tuple(
        f"{name}{each}{ending}"
        for each in own
        for ending in ("", f".{namespace}", f".{namespace}.svc", f".{namespace}.svc.cluster.local")
    )
