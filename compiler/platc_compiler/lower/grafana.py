"""Lowering of ``grafana``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from platc_compiler.ir.dashboards import (
    STANDARD_HOME,
    Dashboard,
    DashboardServer,
    DataSource,
    directory,
)
from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Link, Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Claim,
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    SecretFiles,
    SecretKey,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.workloads import (
    Artefact,
    Config,
    Deployment,
    Exposure,
    Scrape,
    Workload,
)
from platc_compiler.lower.dependencies import dependency_links, split_dependency
from platc_compiler.lower.exporters import exporter
from platc_compiler.lower.facts import SignIn
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.grafana_alerting import Alerting, alerting
from platc_compiler.lower.grafana_database import PEERS, Store, store
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables, secret_key
from platc_compiler.lower.secret_volumes import secret_mounts, secret_volumes
from platc_compiler.merging import overlay
from platc_spec.kinds import grafana as spec

_DEFAULT = sized(memory=256, cpu=100, most_memory=512, most_cpu=500)
_PORT = Port("http", 3000)
_USER = 472
_CLIENT = ("login-client-secret", "AUTH_GENERIC_OAUTH_CLIENT_SECRET")
_FILES = 512 << 20
"""Bytes for its files beside a database: an index of dashboards, images, temporary files."""
_DASHBOARDS = "/var/lib/grafana/dashboards"
_HOME = f"home/{STANDARD_HOME}/{STANDARD_HOME}.json"
"""The file of the standard start page below the folder of dashboards."""
_SECRETS = "/etc/grafana-secrets"
_SCHEMAS = ((13, 42), (12, 41), (11, 39))
"""The ``schemaVersion`` by Grafana's major version. Source: defaultDashboard of @grafana/schema."""


def offer(name: str, service: spec.Grafana, namespace: str) -> Offering:
    """Offer the web interface."""
    return Offering(
        port_offers(name, service_host(name, namespace), _pods(name, namespace), (_PORT,)),
        shows_dashboards=True, path=_below(service), sign_in=_sign_in(service),
    )  # fmt: skip


def _below(service: spec.Grafana) -> str:
    """Return the path below which it answers, empty for the root.

    An Ingress passes the path on. Grafana redirects what lacks it to the external URL, but for its
    API (pkg/middleware/subpath_redirect.go).
    """
    return service.expose.path.rstrip("/") if service.expose else ""


def lower(name: str, service: spec.Grafana, context: Context) -> Fragment:
    """Return the server with its data sources; a pass mounts the dashboards."""
    namespace = context.namespace(service)
    pods, place = _pods(name, namespace), service_origin(name)
    tables, managed = store(name, service, pods, context), alerting(pods, context)
    server = DashboardServer(
        service=name, workload=name, folder=_DASHBOARDS, schema=_schema(service.version),
        sources=_sources(service, context), standard=service.standard_dashboards,
        receivers=managed.folder, origin=place,
    )  # fmt: skip
    return Fragment(
        workloads=(_workload(name, service, tables, managed, context),),
        links=(
            *tables.links,
            *managed.links,
            *_login_links(name, service, pods),
            *dependency_links(service.depends_on, pods, service_origin(name, "depends_on")),
            *dependency_links(
                tuple(source.service for source in service.datasources.values()),
                pods,
                service_origin(name, "datasources"),
            ),
        ),
        edges=tables.edges,
        exporters=(exporter("grafana", name, service),),
        dashboards=_standard(name, service, context),
        dashboard_servers=(server,),
    )


def _standard(name: str, service: spec.Grafana, context: Context) -> tuple[Dashboard, ...]:
    if not service.standard_dashboards:
        return ()
    from platc_compiler.lower.standard_dashboards import standard_dashboards

    place = service_origin(name, "standard_dashboards")
    return standard_dashboards(service.standard_dashboards, place, context.spec)


def _pods(name: str, namespace: str) -> Pods:
    return Pods(name, namespace, selector_labels("grafana", name, "server"))


def _schema(version: str) -> int:
    major = int(match[0]) if (match := re.match(r"\d+", version)) else _SCHEMAS[0][0]
    return next((schema for least, schema in _SCHEMAS if major >= least), _SCHEMAS[-1][1])


def _sources(service: spec.Grafana, context: Context) -> tuple[DataSource, ...]:
    """Return a data source for each monitoring service that it depends on.

    The first one is the default.
    """
    found: list[DataSource] = []
    for dependency in service.depends_on:
        monitoring = context.offering(dependency).monitoring
        if monitoring is not None:
            name, _ = split_dependency(dependency)
            source = DataSource(
                uid=name, name=name.capitalize(), type="prometheus",
                url=f"http://{context.offer(dependency).address}{context.offering(dependency).path}",
                interval=monitoring.scrape_interval, default=not found, own=True,
            )  # fmt: skip
            found.append(source)
    stated = (_stated_source(name, each, context) for name, each in service.datasources.items())
    return (*found, *stated)


def _stated_source(name: str, stated: spec.Source, context: Context) -> DataSource:
    """Return a data source that platform.yaml describes.

    Source: grafana.com/docs/grafana/latest/datasources/elasticsearch (``jsonData``)
    """
    offer = context.offer(stated.service)
    path = stated.path.rstrip("/") or context.offering(stated.service).path
    prometheus = stated.type == "prometheus"
    return DataSource(
        uid=name, name=name.capitalize(), type=stated.type,
        url=f"{stated.scheme}://{offer.address}{path}",
        interval=stated.interval if prometheus else None,
        index="" if prometheus else stated.index,
        time_field="" if prometheus else stated.time_field,
        user=stated.user or "", tenant=stated.tenant or "",
        password_file=_source_password_file(name, stated),
    )  # fmt: skip


def _source_password_file(name: str, stated: spec.Source) -> str:
    if stated.password is None:
        return ""
    return f"{_SECRETS}/source-{name}/{stated.password.partition('/')[2]}"


def _settings(
    service: spec.Grafana, tables: Store, managed: Alerting, context: Context
) -> dict[str, Any]:
    """Return grafana.ini by section.

    Source: grafana/conf/defaults.ini. All reports and update checks are off: egress is closed.
    """
    home = next((n for n, board in sorted(context.spec.dashboards.items()) if board.home), None)
    below = {"serve_from_sub_path": True} if _below(service) else {}
    settings: dict[str, Any] = {
        "server": {"root_url": service.root_url, "http_port": _PORT.number, **below},
        **tables.settings,
        **managed.settings,
        "security": {"admin_user": service.admin.user, "disable_gravatar": True},
        "users": {"allow_sign_up": False},
        "auth": {"disable_login_form": False},
        "analytics": {
            "reporting_enabled": False, "check_for_updates": False,
            "check_for_plugin_updates": False, "feedback_links_enabled": False,
        },
        "news": {"news_feed_enabled": False},
        "snapshots": {"external_enabled": False},
        # By default Grafana 13 installs and updates plugins when it starts.
        "plugins": {
            "preinstall_disabled": True, "preinstall_auto_update": False,
            "public_key_retrieval_disabled": True,
        },
        "log": {"mode": "console"},
        "metrics": {"enabled": True},
    }  # fmt: skip
    if home is not None:
        board = context.spec.dashboards[home]
        path = f"{_DASHBOARDS}/{directory(board.folder_title)}/{home}/{home}.json"
        settings["dashboards"] = {"default_home_dashboard_path": path}
    elif "home" in service.standard_dashboards:
        settings["dashboards"] = {"default_home_dashboard_path": f"{_DASHBOARDS}/{_HOME}"}
    return overlay({**settings, **_login_settings(service, context)}, service.config)


def _login_settings(service: spec.Grafana, context: Context) -> dict[str, dict[str, Any]]:
    if service.login is None:
        return {}
    from platc_compiler.lower.grafana_login import login_settings

    return login_settings(service, context)


def _sign_in(service: spec.Grafana) -> SignIn | None:
    if service.login is None:
        return None
    from platc_compiler.lower.grafana_login import sign_in

    return sign_in(service, service.login)


def _login_links(name: str, service: spec.Grafana, pods: Pods) -> tuple[Link, ...]:
    if service.login is None:
        return ()
    from platc_compiler.lower.grafana_login import login_links

    return login_links(name, service, pods)


def _ini(settings: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (section, [(key, _value(value)) for key, value in sorted(values.items())])
        for section, values in sorted(settings.items())
    ]


def _value(value: object) -> str:
    """Return the text of a value, in triple quotes when it contains a comment character."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'"""{text}"""' if any(mark in text for mark in "#;`") else text


def _secrets(
    name: str, service: spec.Grafana, tables: Store, managed: Alerting
) -> tuple[tuple[str, str, SecretKey], ...]:
    """Return the secrets that Grafana reads from files: the volume and the setting of each."""
    stated: list[tuple[str, str, str | None, tuple[str, ...]]] = [
        (
            "admin-password",
            "SECURITY_ADMIN_PASSWORD",
            service.admin.password,
            ("admin", "password"),
        ),
        ("secret-key", "SECURITY_SECRET_KEY", service.secret_key, ("secret_key",)),
    ]
    if service.login is not None:
        client = ("login", "client_secret")
        stated.append((_CLIENT[0], _CLIENT[1], service.login.client_secret, client))
    found = [
        (volume, setting, secret_key(reference, service_origin(name, *place)))
        for volume, setting, reference, place in stated
        if reference is not None
    ]
    if tables.password is not None:
        found.append(("database-password", "DATABASE_PASSWORD", tables.password))
    if managed.password is not None:
        found.append(("smtp-password", "SMTP_PASSWORD", managed.password))
    return tuple(found)


def _source_secrets(name: str, service: spec.Grafana) -> tuple[tuple[str, SecretKey], ...]:
    """Return the passwords of data sources, by the volume that holds each."""
    return tuple(
        (
            f"source-{key}",
            secret_key(source.password, service_origin(name, "datasources", key, "password")),
        )
        for key, source in service.datasources.items()
        if source.password is not None
    )


def _workload(
    name: str, service: spec.Grafana, tables: Store, managed: Alerting, context: Context
) -> Workload:
    secrets = _secrets(name, service, tables, managed)
    keys = (
        *((volume, key) for volume, _, key in secrets),
        *_source_secrets(name, service),
    )
    ini = context.templates.text(
        "kinds/grafana/grafana.ini.j2", sections=_ini(_settings(service, tables, managed, context))
    )
    config = ConfigFiles(
        f"{name}-config",
        (
            ("grafana.ini", "grafana.ini"),
            ("datasources.yaml", "provisioning/datasources/datasources.yaml"),
            ("dashboards.yaml", "provisioning/dashboards/dashboards.yaml"),
            *(
                (("alerting.yaml", "provisioning/alerting/alerting.yaml"),)
                if managed.folder
                else ()
            ),
        ),
    )
    mounts = (*tables.mounts, *secret_mounts(managed.keys, managed.folder))
    return Workload(
        name=name, namespace=context.namespace(service), service=name, app="grafana",
        component="server", version=service.version,
        controller=Deployment(replicas=service.replicas, recreate=service.database is None),
        pod=Pod(
            containers=(_container(name, service, secrets, keys, mounts),),
            volumes=(
                Volume("config", config),
                *(
                    Volume(volume, SecretFiles(key.secret, (key.key,), key.origin))
                    for volume, key in keys
                ),
                *tables.volumes,
                *secret_volumes(managed.keys),
                Volume("data", _data(name, service)),
                Volume("tmp", EmptyDir(size=64 << 20)),
            ),
            user=_USER, group=_USER, fs_group=_USER,
        ),
        exposures=_exposures(name, service),
        configs=(
            Config(
                f"{name}-config",
                (
                    ("grafana.ini", ini),
                    ("datasources.yaml", Artefact("grafana/datasources.yaml")),
                    ("dashboards.yaml", Artefact("grafana/dashboards.yaml")),
                    *(
                        (("alerting.yaml", Artefact("grafana/alerting.yaml")),)
                        if managed.folder
                        else ()
                    ),
                ),
            ),
        ),
        scrape=Scrape(port=_PORT.number, path=f"{_below(service)}/metrics"),
        origin=service_origin(name),
    )  # fmt: skip


def _data(name: str, service: spec.Grafana) -> Claim | EmptyDir:
    """Return where its files are; with a database, these are only an index and images."""
    if service.database is not None:
        return EmptyDir(size=_FILES)
    place = service_origin(name, "storage")
    return Claim(size=service.storage, storage_class=service.storage_class, origin=place)


def _exposures(name: str, service: spec.Grafana) -> tuple[Exposure, ...]:
    """Return the Service of the web interface, and the one by which replicas find each other."""
    front = exposure(name, (_PORT,))
    if service.replicas == 1:
        return (front,)
    return (front, exposure(f"{name}-pods", PEERS, headless=True, all_pods=True))


def _container(
    name: str,
    service: spec.Grafana,
    secrets: tuple[tuple[str, str, SecretKey], ...],
    keys: tuple[tuple[str, SecretKey], ...],
    mounts: tuple[Mount, ...],
) -> Container:
    amounts = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    health = HttpGet(f"{_below(service)}/api/health", _PORT.number)
    return Container(
        name="grafana", image=service.image or f"docker.io/grafana/grafana:{service.version}",
        ports=(_PORT, *(PEERS if service.replicas > 1 else ())), resources=amounts,
        env=(
            *memory_limit(amounts),
            *(
                Env(f"GF_{setting}__FILE", f"{_SECRETS}/{volume}/{key.key}")
                for volume, setting, key in secrets
            ),
            *environment_variables(service.env, service_origin(name, "env")),
        ),
        mounts=(
            Mount("config", "/etc/grafana", read_only=True),
            *(
                Mount(volume, f"{_SECRETS}/{volume}", read_only=True) for volume, _ in keys
            ),
            *mounts,
            Mount("data", "/var/lib/grafana"),
            Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
        ),
        # The first start creates the database, and an upgrade migrates it.
        startup=Probe(handler=health, period=5, failures=60),
        readiness=Probe(handler=health),
        # /api/health also fails when the database fails, and a restart does not repair that.
        liveness=Probe(handler=TcpSocket(_PORT.number), failures=6),
        origin=service_origin(name),
    )  # fmt: skip


GRAFANA = Kind("grafana", spec.Grafana, lower, offer)
