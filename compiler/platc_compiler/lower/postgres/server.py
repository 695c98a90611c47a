"""The server: a StatefulSet of one pod, its postgresql.conf and pg_hba.conf."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from platc_compiler.ir.pods import (
    Claim,
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    Exec,
    Mount,
    Pod,
    Probe,
    Resources,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.recovery import Hook
from platc_compiler.ir.workloads import Config, StatefulSet, Workload
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure
from platc_compiler.lower.postgres import tls
from platc_compiler.lower.postgres.access import pg_hba
from platc_compiler.lower.postgres.audit import audit_settings
from platc_compiler.lower.postgres.names import (
    PORT,
    PORTS,
    USER,
    VOLUME,
    image,
    superuser,
    version,
)
from platc_compiler.lower.postgres.preload import with_modules
from platc_compiler.lower.postgres.replicas import primary_settings
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import postgres as spec

DEFAULT = sized(memory=512, cpu=250, most_memory=1024, most_cpu=1000)
_MIB = 1 << 20
_CONNECTIONS = 100
_READY = ("pg_isready", "--quiet", "--host", "127.0.0.1", "--username", spec.SUPERUSER)


def server(name: str, service: spec.Postgres, namespace: str, templates: Templates) -> Workload:
    """Return the StatefulSet."""
    resources = stated_resources(service.resources, DEFAULT, service_origin(name, "resources"))
    config = Config(f"{name}-config", config_files(service, resources, templates))
    password, password_mount, password_file = superuser(name, service)
    tls_volumes, tls_mounts = tls.volume(name, service)
    container = Container(
        name="postgres", image=image(service), ports=PORTS, resources=resources,
        args=("postgres", "-c", "config_file=/etc/postgresql/postgresql.conf"),
        env=(
            # Below the mount point: a new volume can contain lost+found, which initdb refuses.
            Env("PGDATA", f"{VOLUME}/{service.major}/docker"),
            Env("POSTGRES_PASSWORD_FILE", password_file),
            Env("POSTGRES_INITDB_ARGS", "--data-checksums --encoding=UTF8 --auth=scram-sha-256"),
        ),
        mounts=(
            Mount("data", VOLUME),
            Mount("config", "/etc/postgresql", read_only=True),
            Mount("run", "/var/run/postgresql"),
            Mount("shm", "/dev/shm"),  # noqa: S108 - in a pod
            Mount("tmp", "/tmp"),  # noqa: S108
            password_mount,
            *tls_mounts,
        ),
        # initdb can take minutes, and so can the replay of the log after a crash.
        startup=Probe(handler=Exec(_READY), period=5, failures=120),
        readiness=Probe(handler=Exec(_READY)),
        # A server that refuses connections for a while is not ready, but it is alive.
        liveness=Probe(handler=TcpSocket(PORT), period=20, failures=6),
        origin=service_origin(name),
    )  # fmt: skip
    claim = Claim(
        size=service.storage, storage_class=service.storage_class,
        origin=service_origin(name, "storage"),
    )  # fmt: skip
    return Workload(
        name=name, namespace=namespace, service=name, app="postgres", component="main",
        version=version(service), controller=StatefulSet(),
        pod=Pod(
            containers=(container, *tls.reloader(name, service)), user=USER, group=USER,
            fs_group=USER, grace=120,
            volumes=(
                Volume("data", claim),
                Volume("config", ConfigFiles(config.name)),
                Volume("run", EmptyDir(size=_MIB)),
                Volume("shm", EmptyDir(size=_memory(resources) // 4, memory=True)),
                Volume("tmp", EmptyDir(size=64 * _MIB)),
                password,
                *tls_volumes,
            ),
            # A file-by-file copy of a running data directory cannot be restored.
            annotations=(("backup.velero.io/backup-volumes-excludes", "data"),),
        ),
        exposures=(exposure(name, PORTS, headless=True),), configs=(config,),
        origin=service_origin(name),
    )  # fmt: skip


def hook(instance: Workload) -> Hook:
    """Return the command before a snapshot of the volume: a checkpoint shortens the replay."""
    script = (
        'PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" psql -h 127.0.0.1 -U postgres -c CHECKPOINT'
    )
    return Hook(
        workload=instance.name, namespace=instance.namespace, labels=instance.selector,
        container="postgres", command=("/bin/sh", "-c", script), timeout=timedelta(minutes=2),
    )  # fmt: skip


def _memory(resources: Resources) -> int:
    """Return the memory in bytes that the pod is sure to have."""
    known = [a.memory for a in (resources.requests, resources.limits) if a.memory is not None]
    return min(known, default=512 * _MIB)


def connections(service: spec.Postgres) -> int:
    """Return ``max_connections``."""
    return max(1, int(service.config.get(spec.CONNECTIONS, _CONNECTIONS)))


def memory_settings(service: spec.Postgres, resources: Resources) -> tuple[tuple[str, int], ...]:
    """Return the generated settings of memory, in bytes.

    They follow the manual (Resource Consumption): a quarter is for shared buffers, half is assumed
    to be caches, and a quarter is divided among one sort for each connection.
    """
    memory = _memory(resources)
    return (
        ("shared_buffers", memory // 4),
        ("effective_cache_size", memory // 2),
        ("work_mem", memory // 4 // connections(service)),
        ("maintenance_work_mem", memory // 16),
    )


def config_files(
    service: spec.Postgres, resources: Resources, templates: Templates
) -> tuple[tuple[str, str], ...]:
    """Return postgresql.conf and pg_hba.conf."""
    amounts = {key: _megabytes(size) for key, size in memory_settings(service, resources)}
    conf = templates.text(
        "kinds/postgres/postgresql.conf.j2",
        port=PORT, connections=connections(service), tls=service.tls, audit=audit_settings(service),
        **amounts,
        max_wal_size=_megabytes(max(service.storage // 10, 128 * _MIB)),
        min_wal_size=_megabytes(max(service.storage // 100, 64 * _MIB)),
        replication=_replication(service), archive=_archive_timeout(service),
        settings=[(key, _setting(value)) for key, value in sorted(with_modules(service).items())],
    )  # fmt: skip
    hba = pg_hba(service, templates)
    return (("pg_hba.conf", hba), ("postgresql.conf", conf), *tls.scripts(service, templates))


def _replication(service: spec.Postgres) -> dict[str, Any]:
    """Return the settings that replicas need; amounts of log in whole megabytes."""
    settings = primary_settings(service)
    sizes = ("wal_keep_size", "max_slot_wal_keep_size")
    return {k: f"{v // _MIB}MB" if k in sizes else v for k, v in settings.items()}


def _archive_timeout(service: spec.Postgres) -> str:
    """Return the longest time until a segment of the log is archived; empty without an archive."""
    return f"{int(service.archive.every.total_seconds())}s" if service.archive else ""


def _megabytes(amount: int) -> str:
    return f"{max(1, amount // _MIB)}MB"


def _setting(value: Any) -> str:  # noqa: ANN401 - a setting of the component's own
    if isinstance(value, bool):
        return "on" if value else "off"
    text = str(value).replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'"
