"""Lowering of ``redis``: Valkey or Redis, with its exporter.

Sources: valkey.conf of 8.1 and redis.conf of 7.0; the images' Dockerfiles (valkey-io/
valkey-container, redis/docker-library-redis: user 999, folder /data); oliver006/redis_exporter,
README.md.
"""

from __future__ import annotations

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.observability import Alert, Exporter, RuleTest
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Claim,
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    Exec,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    Resources,
    SecretFiles,
    SecretKey,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.workloads import Config, Deployment, Scrape, StatefulSet, Workload
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import redis as spec

_DEFAULT = sized(memory=128, cpu=50, most_memory=256, most_cpu=1000)
_EXPORTER = sized(memory=24, cpu=10, most_memory=64, most_cpu=100)
PORT, METRICS = Port("redis", 6379), Port("metrics", 9121)
_USER = 999
_CONFIG, _USERS, _SECRETS = "/etc/redis", "/run/redis-users", "/run/secrets/redis"


def offer(name: str, _service: spec.Redis, namespace: str) -> Offering:
    """Offer the port of the protocol."""
    pods = Pods(name, namespace, selector_labels("redis", name, "main"))
    return Offering(port_offers(name, service_host(name, namespace), pods, (PORT,)))


def lower(name: str, service: spec.Redis, context: Context) -> Fragment:
    """Return the server: a StatefulSet with a volume, or a Deployment that keeps nothing."""
    workload = _workload(name, service, context)
    exporter = service.exporter
    return Fragment(
        workloads=(workload,),
        links=dependency_links(
            service.depends_on, workload.endpoint, service_origin(name, "depends_on")
        ),
        exporters=(
            Exporter(
                catalogue="redis", service=name, version="" if exporter.image else exporter.version
            ),
        ),
        alerts=_alerts(Owner(name, service_origin(name), name), service),
    )  # fmt: skip


def data_memory(service: spec.Redis, resources: Resources) -> int:
    """Return ``maxmemory`` in bytes."""
    if service.maxmemory is not None:
        return service.maxmemory
    limit = resources.limits.memory or resources.requests.memory or 256 << 20
    return limit * 3 // 4 if service.persistence == "none" else limit // 2


def config_files(
    service: spec.Redis, resources: Resources, templates: Templates
) -> tuple[tuple[str, str], ...]:
    """Return the configuration and the scripts; none has the password."""
    conf = templates.text(
        "kinds/redis/server.conf.j2",
        port=PORT.number, users=f"{_USERS}/users.acl", clients=service.max_clients,
        memory=data_memory(service, resources), policy=service.policy,
        persistence=service.persistence,
        settings=[(k, _value(v)) for k, v in sorted(service.config.items())],
    )  # fmt: skip
    start = templates.text("kinds/redis/start.sh.j2", program=service.program)
    ready = templates.text("kinds/redis/ready.sh.j2", program=service.program, port=PORT.number)
    return (("ready.sh", ready), ("server.conf", conf), ("start.sh", start))


def _value(value: object) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _workload(name: str, service: spec.Redis, context: Context) -> Workload:
    place = service_origin(name)
    key = secret_key(service.password, (*place, "password"))
    resources = stated_resources(service.resources, _DEFAULT, (*place, "resources"))
    config = Config(f"{name}-config", config_files(service, resources, context.templates))
    data = (
        EmptyDir(size=16 << 20)
        if service.storage is None
        else Claim(size=service.storage, storage_class=service.storage_class,
                   origin=(*place, "storage"))
    )  # fmt: skip
    # Two servers behind one name would each have a part of the keys.
    controller = Deployment(alone=True) if service.storage is None else StatefulSet()
    return Workload(
        name=name, namespace=context.namespace(service), service=name, app="redis",
        component="main", version=service.version, controller=controller,
        pod=Pod(
            containers=(_server(service, resources, key, name), _exporter(service, key, name)),
            user=_USER, group=_USER, fs_group=_USER, grace=60,
            volumes=(
                Volume("config", ConfigFiles(config.name)),
                Volume("data", data),
                Volume("password", SecretFiles(key.secret, (key.key,), key.origin)),
                Volume("users", EmptyDir(size=1 << 20, memory=True)),
            ),
        ),
        exposures=(exposure(name, (PORT,), headless=service.storage is not None),),
        configs=(config,), scrape=Scrape(port=METRICS.number), origin=place,
    )  # fmt: skip


def _server(service: spec.Redis, resources: Resources, key: SecretKey, name: str) -> Container:
    image = f"{'valkey/valkey' if service.program == 'valkey' else 'redis'}:{service.version}"
    ready = Exec(("/bin/sh", f"{_CONFIG}/ready.sh"))
    return Container(
        name="server", image=service.image or image,
        command=("/bin/sh", f"{_CONFIG}/start.sh"), ports=(PORT,), resources=resources,
        env=(
            Env("PASSWORD_FILE", f"{_SECRETS}/{key.key}"),
            Env("SETTINGS", f"{_CONFIG}/server.conf"),
            Env("USERS", f"{_USERS}/users.acl"),
        ),
        mounts=(
            Mount("config", _CONFIG, read_only=True),
            Mount("data", "/data"),
            Mount("password", _SECRETS, read_only=True),
            Mount("users", _USERS),
        ),
        # A large file takes minutes to load.
        startup=Probe(handler=ready, period=5, failures=120),
        readiness=Probe(handler=ready),
        liveness=Probe(handler=TcpSocket(PORT.number), period=20, failures=6),
        origin=service_origin(name),
    )  # fmt: skip


def _exporter(service: spec.Redis, key: SecretKey, name: str) -> Container:
    exporter = service.exporter
    place = service_origin(name, "exporter")
    amounts = stated_resources(exporter.resources, _EXPORTER, (*place, "resources"))
    return Container(
        name="exporter", image=exporter.image or f"oliver006/redis_exporter:v{exporter.version}",
        args=(
            f"--redis.addr=redis://127.0.0.1:{PORT.number}",
            f"--web.listen-address=:{METRICS.number}",
        ),
        # It reads passwords of files only as a mapping in JSON.
        env=(Env("REDIS_PASSWORD", key), *memory_limit(amounts)),
        ports=(METRICS,), resources=amounts,
        readiness=Probe(handler=HttpGet("/health", METRICS.number)),
        liveness=Probe(handler=HttpGet("/health", METRICS.number), period=20, failures=6),
        origin=place,
    )  # fmt: skip


def _alerts(owner: Owner, service: spec.Redis) -> tuple[Alert, ...]:
    """Return alerts on a lost server, full memory, refused clients, and failed snapshots."""
    job = f'{{job="{owner.service}"}}'
    title = "".join(part.capitalize() for part in owner.service.split("-"))
    up, used, most = (
        f"redis_up{job}",
        f"redis_memory_used_bytes{job}",
        f"redis_memory_max_bytes{job}",
    )
    refused = f"redis_rejected_connections_total{job}"
    saved = f"redis_rdb_last_bgsave_status{job}"
    written = f"redis_aof_last_write_status{job}"
    common = (
        owner.alert(
            f"{title}Down", f"{up} == 0", "critical", f"{owner.service} does not answer",
            "Its exporter has had no answer for 2 minutes.",
            RuleTest(((up, "0"),), ((up, "1"),)), minutes=2, liveness=True,
        ),
        owner.alert(
            f"{title}RefusesClients", f"increase({refused}[5m]) > 0", "warning",
            f"{owner.service} refuses clients",
            '{{ printf "%.0f" $value }} clients in 5 minutes came beyond max_clients.',
            RuleTest(((refused, "0+1x60"),), ((refused, "7"),)), minutes=1,
        ),
    )  # fmt: skip
    full = owner.alert(
        f"{title}NearlyFull", f"{used} / ({most} > 0) > 0.9", "warning",
        f"{owner.service} is nearly full",
        "{{ $value | humanizePercentage }} of maxmemory is used; beyond it, writes are refused.",
        RuleTest(((used, "91"), (most, "100")), ((used, "90"), (most, "100"))), minutes=10,
    )  # fmt: skip
    if service.persistence == "none":
        return (*common, full) if service.policy == "noeviction" else common
    state = saved if service.persistence == "rdb" else written
    failed = owner.alert(
        f"{title}NotSaved", f"{state} == 0", "critical", f"{owner.service} cannot save its data",
        "The last attempt to write its file failed: look for a full volume or too little memory.",
        RuleTest(((state, "0"),), ((state, "1"),)), minutes=5,
    )  # fmt: skip
    return (*common, failed, full) if service.policy == "noeviction" else (*common, failed)


REDIS = Kind("redis", spec.Redis, lower, offer)
