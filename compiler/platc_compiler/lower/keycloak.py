"""Lowering of ``keycloak``.

Sources, at version 26.7: bin/kc.sh (heap), keycloak.org/server: "Configuring Keycloak for
production", "All configuration", "Configuring distributed caches" (ports 7800 and 57800, discovery
by the database), "Configuring the management interface"; the image's Dockerfile (user).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Edge, Link, Pods
from platc_compiler.ir.platform import DatabaseSchema, Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    Heap,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    Resources,
    SecretKey,
    Volume,
)
from platc_compiler.ir.sessions import Sessions
from platc_compiler.ir.workloads import Config, Exposure, Scrape, StatefulSet, Workload
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.exporters import exporter
from platc_compiler.lower.facts import SignOn
from platc_compiler.lower.keycloak_alerts import alerts
from platc_compiler.lower.keycloak_realms import realm_files
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables, secret_key
from platc_compiler.lower.secret_volumes import secret_mounts, secret_volumes
from platc_spec.kinds import keycloak as spec

_HTTP, _MANAGEMENT = Port("http", 8080), Port("management", 9000)
_PEERS = (Port("jgroups", 7800), Port("jgroups-check", 57800))
_HOME = "/opt/keycloak"
_QUARKUS = f"{_HOME}/lib/quarkus"
"""The only folder that ``kc.sh build`` writes to."""
_SECRETS = "/run/secrets/keycloak"
_PROXIES = frozenset({"Ingress", "HTTPRoute"})
"""Ways in that set the headers ``X-Forwarded-…``; behind another, a client can forge them."""
_USER = 1000
_DEFAULT = sized(memory=768, cpu=100, most_memory=1024, most_cpu=2000)
_BESIDE = 400 << 20
"""Bytes that the JVM needs beside its heap: docs/memory.md has what was measured."""
_MOST_PERCENT = 70


def offer(name: str, service: spec.Keycloak, namespace: str) -> Offering:
    """Offer the port of logins; metrics and health have a port of their own."""
    host, path = service_host(name, namespace), _path(service).rstrip("/")
    return Offering(
        port_offers(name, host, _pods(name, namespace), (_HTTP, _MANAGEMENT)),
        sign_on=SignOn(
            outside=service.url.rstrip("/"), inside=f"http://{host}:{_HTTP.number}{path}"
        ),
        path=path,
    )  # fmt: skip


def _pods(name: str, namespace: str) -> Pods:
    return Pods(name, namespace, selector_labels("keycloak", name, "server"))


def _path(service: spec.Keycloak) -> str:
    """Return the path of its URL: an Ingress passes it on."""
    return urlsplit(service.url).path.rstrip("/") or "/"


def schema_of(service: spec.Keycloak, context: Context) -> DatabaseSchema | None:
    """Return the schema of its tables, with the role that owns it; ``None`` if there is none."""
    found = context.database(service.database)
    return next((each for each in found.schemas if each.name == service.schema_), None)


def lower(name: str, service: spec.Keycloak, context: Context) -> Fragment:
    """Return the pods, their connections to the database and to each other, and the alerts."""
    workload = _workload(name, service, context)
    pods, place = workload.endpoint, service_origin(name)
    database = context.database(service.database)
    peers = _PEERS if service.replicas > 1 else ()
    return Fragment(
        workloads=(workload,),
        links=(
            Link(pods, database.service, None, (*place, "database")),
            *dependency_links(service.depends_on, pods, (*place, "depends_on")),
        ),
        edges=tuple(
            Edge(pods, pods, port.number, "TCP", "replicas", (*place, "replicas")) for port in peers
        ),
        sessions=(_sessions(name, service, pods, context),),
        exporters=(exporter("keycloak", name, service),),
        alerts=alerts(name),
    )


def _sessions(name: str, service: spec.Keycloak, pods: Pods, context: Context) -> Sessions:
    """Return the sessions of its pool; discovery of other pods and migrations use the pool, too."""
    database, found = context.database(service.database), schema_of(service, context)
    user, most = found.owner if found else database.owner, service.connections
    return Sessions(
        source=pods, service=database.service, port=context.offer(database.service).port,
        each=most, roles=((user, most),), why=f"1 pool of {most}",
        origin=service_origin(name, "connections"),
    )  # fmt: skip


def _settings(service: spec.Keycloak, context: Context) -> dict[str, Any]:
    database = context.database(service.database)
    found, server = schema_of(service, context), context.offer(database.service)
    entry = service.expose
    generated: dict[str, Any] = context.templates.data(
        "kinds/keycloak/keycloak.yaml.j2",
        host=server.host, port=server.public or server.number,
        database=database.name, user=found.owner if found else database.owner,
        schema=service.schema_, connections=service.connections, http=_HTTP.number,
        management=_MANAGEMENT.number, path=_path(service), url=service.url,
        forwarded=entry is not None and entry.by in _PROXIES,
        cache="ispn" if service.replicas > 1 else "local",
    )  # fmt: skip
    return {**generated, **service.config}


def _text(settings: dict[str, Any]) -> str:
    """Return keycloak.conf: a line for each setting, in the notation of Java's properties."""
    stated = ((key, value) for key, value in sorted(settings.items()) if value is not None)
    return "".join(f"{key}={_value(value)}\n" for key, value in stated)


def _value(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _secrets(name: str, service: spec.Keycloak, context: Context) -> dict[str, SecretKey]:
    """Return the secrets by the variable in which Keycloak reads each."""
    found = schema_of(service, context)
    place = service_origin(name)
    password = secret_key(service.admin.password, (*place, "admin", "password"))
    stated = {"KC_BOOTSTRAP_ADMIN_PASSWORD": password}
    if found is not None and found.password is not None:
        stated["KC_DB_PASSWORD"] = SecretKey(*found.password, (*place, "database"))
    return stated


def _heap(resources: Resources) -> tuple[int, Heap]:
    """Return the heap, in percent of the container's memory limit and in bytes."""
    limit = resources.limits.memory or resources.requests.memory or 1 << 30
    percent = max(10, min(_MOST_PERCENT, (limit - _BESIDE) * 100 // limit))
    return percent, Heap(size=limit * percent // 100, beside=_BESIDE)


def _workload(name: str, service: spec.Keycloak, context: Context) -> Workload:
    place = service_origin(name)
    secrets = _secrets(name, service, context)
    resources = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    realms = tuple(realm_files(service, context))
    start = context.templates.text(
        "kinds/keycloak/start.sh.j2",
        variables={
            variable: f"{_SECRETS}/{key.secret}/{key.key}" for variable, key in secrets.items()
        },
        options=" --import-realm" if realms else "",
    )
    configs = [
        Config(
            f"{name}-config",
            (("keycloak.conf", _text(_settings(service, context))), ("start.sh", start)),
        )
    ]
    if realms:
        configs.append(Config(f"{name}-realms", realms))
    ports = (_HTTP, _MANAGEMENT, *(_PEERS if service.replicas > 1 else ()))
    percent, heap = _heap(resources)
    container = Container(
        name="keycloak", image=_image(service), command=("/bin/sh", "/opt/platc/start.sh"),
        env=_env(name, service, percent), ports=ports,
        mounts=(
            Mount("config", "/opt/platc/start.sh", read_only=True, sub_path="start.sh"),
            *_shared_mounts(service),
            Mount("data", f"{_HOME}/data"),
            Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
            *((Mount("realms", f"{_HOME}/data/import", read_only=True),) if realms else ()),
            *secret_mounts(secrets.values(), _SECRETS),
        ),
        resources=resources, heap=heap,
        # The first start makes some ninety tables, and an upgrade changes them.
        startup=Probe(handler=HttpGet("/health/started", _MANAGEMENT.number), failures=90),
        readiness=Probe(handler=HttpGet("/health/ready", _MANAGEMENT.number)),
        liveness=Probe(handler=HttpGet("/health/live", _MANAGEMENT.number), failures=6),
        origin=place,
    )  # fmt: skip
    return Workload(
        name=name, namespace=context.namespace(service), service=name, app="keycloak",
        component="server", version=service.version,
        controller=StatefulSet(replicas=service.replicas),
        pod=Pod(
            containers=(container,), init=_build(name, service, resources, percent),
            volumes=(
                Volume("config", ConfigFiles(f"{name}-config")),
                *((Volume("realms", ConfigFiles(f"{name}-realms")),) if realms else ()),
                *(() if service.optimized else (Volume("quarkus", EmptyDir(size=64 << 20)),)),
                Volume("data", EmptyDir(size=64 << 20)),
                Volume("tmp", EmptyDir(size=128 << 20)),
                *secret_volumes(secrets.values()),
            ),
            user=_USER, group=_USER, fs_group=_USER, grace=60,
        ),
        exposures=_exposures(name, ports), configs=tuple(configs),
        scrape=Scrape(port=_MANAGEMENT.number), origin=place,
    )  # fmt: skip


def _exposures(name: str, ports: tuple[Port, ...]) -> tuple[Exposure, ...]:
    """Return the Service of logins, and the one for the names of the StatefulSet's pods."""
    return (
        exposure(name, (_HTTP, _MANAGEMENT)),
        exposure(f"{name}-pods", ports, headless=True, all_pods=True),
    )


def _image(service: spec.Keycloak) -> str:
    return service.image or f"quay.io/keycloak/keycloak:{service.version}"


def _env(name: str, service: spec.Keycloak, percent: int) -> tuple[Env, ...]:
    stated = environment_variables(service.env, service_origin(name, "env"))
    names = {variable.name for variable in stated}
    heap = f"-XX:MaxRAMPercentage={percent} -XX:InitialRAMPercentage={min(percent, 30)}"
    own = (
        Env("KC_RUN_IN_CONTAINER", "true"),
        Env("JAVA_OPTS_KC_HEAP", heap),
        Env("KC_BOOTSTRAP_ADMIN_USERNAME", service.admin.user),
    )
    return (*(variable for variable in own if variable.name not in names), *stated)


def _shared_mounts(service: spec.Keycloak) -> tuple[Mount, ...]:
    """Return the mounts of the build and of the server."""
    settings = Mount(
        "config", f"{_HOME}/conf/keycloak.conf", read_only=True, sub_path="keycloak.conf"
    )
    return (settings, *(() if service.optimized else (Mount("quarkus", _QUARKUS),)))


def _build(
    name: str, service: spec.Keycloak, resources: Resources, percent: int
) -> tuple[Container, ...]:
    """Return the two steps that build the server for its settings.

    The image's root is read-only, so the build gets a copy of the folder that it writes to.
    """
    if service.optimized:
        return ()
    copy = Container(
        name="copy", image=_image(service),
        command=("/bin/sh", "-ec", f"cp -R {_QUARKUS}/. /quarkus/"),
        mounts=(Mount("quarkus", "/quarkus"),), resources=_SMALL, origin=service_origin(name),
    )  # fmt: skip
    build = Container(
        name="build", image=_image(service), command=(f"{_HOME}/bin/kc.sh", "build"),
        # It needs no secret.
        env=tuple(e for e in _env(name, service, percent) if isinstance(e.value, str)),
        mounts=(
            *_shared_mounts(service),
            Mount("data", f"{_HOME}/data"),
            Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
        ),
        resources=resources, origin=service_origin(name),
    )  # fmt: skip
    return (copy, build)


_SMALL = sized(memory=32, cpu=20, most_memory=64, most_cpu=500)

KEYCLOAK = Kind("keycloak", spec.Keycloak, lower, offer)
