"""The replicas: a StatefulSet of servers that copy the primary, follow it, and answer readers.

An init container makes each of them follow: it copies the primary where there is no data, or where
the data cannot follow any more. Each has a physical slot of its own on the primary, which keeps the
write-ahead log that it still needs.

Source: PostgreSQL's manual, High Availability, Log-Shipping Standby Servers and Hot Standby.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Link, Offer, Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Claim,
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    FieldRef,
    Mount,
    Pod,
    SecretFiles,
    Volume,
)
from platc_compiler.ir.workloads import Config, StatefulSet, Workload
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure, service_host
from platc_compiler.lower.postgres.access import pg_hba
from platc_compiler.lower.postgres.names import PORT, PORTS, SECRETS
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_replicas import REPLICATION_ROLE, Replicas

PORT_NAME = "replica"
_SLOT = "platc_replica_"
"""The beginning of the slots' names; the number of the pod follows."""
_RUN = "/run/replication"
_PASSWORD = f"{SECRETS}/replication"
_CLONE = sized(memory=64, cpu=100, most_memory=256, most_cpu=1000)
_REPLAY = 720
"""Checks of a start, one each five seconds: the log of a long absence is replayed in this time."""
_SENDERS = 10
"""The least ``max_wal_senders``; copying takes two for each replica."""


def offers(name: str, service: spec.Postgres, namespace: str) -> tuple[Offer, ...]:
    """Return the port of the replicas, if there are any."""
    if service.replicas is None:
        return ()
    pods = Pods(f"{name}-replica", namespace, selector_labels("postgres", name, "replica"))
    host = service_host(f"{name}-replica", namespace)
    return (Offer(name, PORT_NAME, pods, PORT, "TCP", host),)


def primary_settings(service: spec.Postgres) -> dict[str, int]:
    """Return the settings of the primary that replicas need; empty without replicas."""
    stated = service.replicas
    if stated is None:
        return {}
    senders = max(_SENDERS, 2 * stated.count + 4)
    kept = stated.max_slot_wal_keep_size
    return {
        "max_wal_senders": senders, "max_replication_slots": senders,
        "wal_keep_size": stated.wal_keep_size or 0,
        "max_slot_wal_keep_size": service.storage // 5 if kept is None else kept,
    }  # fmt: skip


def bootstrap_sql(service: spec.Postgres, templates: Templates) -> str:
    """Return the SQL that drops slots which no replica uses."""
    return templates.text("kinds/postgres/replication.sql.j2", **of_replication(service))


def of_replication(service: spec.Postgres) -> dict[str, Any]:
    """Return the values of the SQL about the role of the replicas and their slots."""
    stated = service.replicas
    slots = [f"{_SLOT}{number}" for number in range(stated.count if stated else 0)]
    return {
        "role": REPLICATION_ROLE, "replicates": stated is not None,
        "slots": f"{{{','.join(slots)}}}", "prefix": f"^{_SLOT}[0-9]+$",
    }  # fmt: skip


def replicas(
    name: str, service: spec.Postgres, primary: Workload, templates: Templates
) -> Fragment:
    """Return the replicas and their connection to the primary.

    Args:
        name: the service's name.
        service: the service.
        primary: the primary's workload; replicas run the same server with the same files.
        templates: the templates.
    """
    stated = service.replicas
    if stated is None:
        return Fragment()
    workload = _workload(name, service, stated, primary, templates)
    place = service_origin(name, "replicas")
    return Fragment(workloads=(workload,), links=(Link(workload.endpoint, name, "sql", place),))


def _workload(
    name: str, service: spec.Postgres, stated: Replicas, primary: Workload, templates: Templates
) -> Workload:
    place = service_origin(name, "replicas")
    (server,) = (c for c in primary.pod.containers if c.ports == PORTS)
    key = secret_key(str(stated.password), (*place, "password"))
    config = Config(f"{name}-replica-config", _files(service, stated, primary, templates))
    mounts = tuple(m for m in server.mounts if m.volume not in ("superuser", "config"))
    env = tuple(e for e in server.env if e.name == "PGDATA")
    own = (
        Mount("config", "/etc/postgresql", read_only=True),
        Mount("replication", _RUN),
    )
    container = replace(
        server, env=env, mounts=(*mounts, *own), origin=place,
        resources=stated_resources(stated.resources, server.resources, (*place, "resources")),
        startup=replace(server.startup, failures=_REPLAY) if server.startup else None,
    )  # fmt: skip
    clone = Container(
        name="follow", image=server.image, command=("/bin/bash", "/etc/postgresql/follow.sh"),
        env=(
            *env,
            Env("PGHOST", service_host(name, primary.namespace)),
            Env("PGPORT", str(PORT)),
            Env("PGUSER", REPLICATION_ROLE),
            Env("PASSWORD_FILE", f"{_PASSWORD}/{key.key}"),
            Env("POD", FieldRef("metadata.name")),
            Env("CONFIG", "/etc/postgresql/postgresql.conf"),
            Env("RUN", _RUN),
        ),
        mounts=(*mounts, *own, Mount("password", _PASSWORD, read_only=True)),
        resources=_CLONE, origin=place,
    )  # fmt: skip
    used = {mount.volume for mount in mounts}
    volumes = (
        *(_copied(v) for v in primary.pod.volumes if v.name in used),
        Volume("config", ConfigFiles(config.name)),
        Volume("replication", EmptyDir(size=1 << 20, memory=True)),
        Volume("password", SecretFiles(key.secret, (key.key,), key.origin)),
    )
    workload = f"{name}-replica"
    return replace(
        primary,
        name=workload, component="replica", replica_of=name,
        controller=StatefulSet(replicas=stated.count),
        pod=Pod(
            init=(clone,), containers=(container,), volumes=volumes, user=primary.pod.user,
            group=primary.pod.group, fs_group=primary.pod.fs_group, grace=primary.pod.grace,
            annotations=primary.pod.annotations, apart=primary.selector,
        ),
        exposures=(
            exposure(workload, PORTS), exposure(f"{workload}-pods", PORTS, headless=True),
        ),
        configs=(config,), scrape=None, origin=place,
    )  # fmt: skip


def _copied(volume: Volume) -> Volume:
    """Return the volume of a replica: its data are a copy of the primary's."""
    source = volume.source
    return Volume(volume.name, replace(source, copy=True) if isinstance(source, Claim) else source)


def _files(
    service: spec.Postgres, stated: Replicas, primary: Workload, templates: Templates
) -> tuple[tuple[str, str], ...]:
    """Return the primary's postgresql.conf with what a replica adds, and the other files."""
    (config,) = primary.configs
    more = templates.text(
        "kinds/postgres/replica.conf.j2",
        feedback="on" if stated.hot_standby_feedback else "off",
        delay=f"{int(stated.max_standby_streaming_delay.total_seconds())}s", run=_RUN,
    )  # fmt: skip
    follow = templates.text("kinds/postgres/follow.sh.j2", prefix=_SLOT)
    own = ("pg_hba.conf", "postgresql.conf")
    return (
        *(item for item in config.texts.items() if item[0] not in own),
        ("follow.sh", follow),
        ("pg_hba.conf", pg_hba(service, templates, replica=True)),
        ("postgresql.conf", f"{config.texts['postgresql.conf']}{more}"),
    )
