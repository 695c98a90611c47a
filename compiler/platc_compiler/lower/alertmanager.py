"""Lowering of ``alertmanager``."""

from __future__ import annotations

from datetime import timedelta

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Link, Pods
from platc_compiler.ir.observability import TEMPLATES, Alert, Notifier, RuleTest
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Claim,
    ConfigFiles,
    Container,
    Env,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    Resources,
    SecretKey,
    Volume,
)
from platc_compiler.ir.workloads import Artefact, Config, Deployment, Scrape, Workload
from platc_compiler.language.references import references
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.exporters import exporter
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.paths import path_of
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables, secret_key
from platc_compiler.lower.secret_volumes import keys_of, secret_mounts, secret_volumes
from platc_compiler.servers.own_templates import own_templates
from platc_compiler.servers.secret_files import FOLDERS, secret_files
from platc_spec.durations import duration_text
from platc_spec.kinds import alertmanager as spec
from platc_spec.observability import Notifications

_DEFAULT = sized(memory=64, cpu=25, most_memory=128, most_cpu=200)
_PORT = Port("http", 9093)
_NOBODY = 65534
_SMTP: Origin = ("notifications", "smtp", "service")
_SECRETS = FOLDERS["alertmanager"]


def offer(name: str, service: spec.Alertmanager, namespace: str) -> Offering:
    """Offer the HTTP API, to which alerts are sent."""
    return Offering(
        port_offers(name, service_host(name, namespace), _pods(name, namespace), (_PORT,)),
        notifies=True,
        path=path_of(service.external_url),
    )


def lower(name: str, service: spec.Alertmanager, context: Context) -> Fragment:
    """Return the server, its connections and its alerts."""
    namespace = context.namespace(service)
    pods, place = _pods(name, namespace), service_origin(name)
    notifications = context.spec.notifications
    keys = _secrets(service, notifications, name)
    smtp = notifications.smtp if notifications else None
    notifier = Notifier(
        service=name, url=f"http://localhost:{_PORT.number}{path_of(service.external_url)}",
        secrets=_SECRETS, config=service.config, origin=place,
        smarthost=context.offer(smtp.service).address if smtp else "",
        templates=tuple(sorted(own_templates(notifications, context.beside).items())),
    )  # fmt: skip
    return Fragment(
        workloads=(_workload(name, service, namespace, keys, notifications),),
        links=(
            *dependency_links(service.depends_on, pods, service_origin(name, "depends_on")),
            *((Link(pods, smtp.service, None, _SMTP),) if smtp else ()),
            *_channel_links(notifications, pods),
        ),
        exporters=(exporter("alertmanager", name, service),),
        alerts=_alerts(name),
        notifiers=(notifier,),
    )  # fmt: skip


def _pods(name: str, namespace: str) -> Pods:
    return Pods(name, namespace, selector_labels("alertmanager", name, "server"))


def _secrets(
    service: spec.Alertmanager, notifications: Notifications | None, name: str
) -> tuple[SecretKey, ...]:
    """Return the keys of secrets that the configuration reads from files, each once."""
    stated: list[tuple[str, Origin]] = []
    if notifications is not None:
        stated += [
            (reference.name, ("notifications", *reference.path))
            for reference in references(notifications)
            if reference.to == "secret" and "sns" not in reference.path
        ]
    own = service_origin(name, "config")
    stated += [(key, (*own, *path)) for key, path in secret_files(service.config, "alertmanager")]
    return keys_of(stated)


def _aws_keys(notifications: Notifications | None) -> tuple[Env, ...]:
    """Return the environment in which the client of AWS finds its key: it reads it from no file.

    Source: the default credential chain of aws-sdk-go-v2, which prometheus/sigv4 takes.
    """
    variables = {"access_key": "AWS_ACCESS_KEY_ID", "secret_key": "AWS_SECRET_ACCESS_KEY"}
    found: dict[str, Env] = {}
    for each in references(notifications) if notifications is not None else ():
        name = variables.get(str(each.path[-1])) if "sns" in each.path else None
        if name is not None:
            key = secret_key(each.name, ("notifications", *each.path))
            found.setdefault(name, Env(name, key))
    return tuple(found.values())


def _channel_links(notifications: Notifications | None, pods: Pods) -> tuple[Link, ...]:
    """Return a connection to the service of each channel."""
    receivers = sorted(notifications.receivers.items()) if notifications else ()
    return tuple(
        Link(pods, channel.service, None,
             ("notifications", "receivers", name, kind, "service"))
        for name, receiver in receivers
        for kind, channel in receiver.channels.items()
        if channel.service is not None
    )  # fmt: skip


def _template_files(
    notifications: Notifications | None,
) -> tuple[tuple[str, Artefact], ...]:
    """Return the user's own templates as files of the ConfigMap."""
    names = notifications.templates if notifications else ()
    return tuple((name, Artefact(f"alertmanager/templates/{name}")) for name in sorted(names))


def _workload(
    name: str,
    service: spec.Alertmanager,
    namespace: str,
    keys: tuple[SecretKey, ...],
    notifications: Notifications | None,
) -> Workload:
    amounts = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    claim = Claim(
        size=service.storage, storage_class=service.storage_class,
        origin=service_origin(name, "storage"),
    )  # fmt: skip
    volumes = (
        Volume("config", ConfigFiles(f"{name}-config")),
        Volume("data", claim),
        *secret_volumes(keys),
    )
    return Workload(
        name=name, namespace=namespace, service=name, app="alertmanager", component="server",
        version=service.version, controller=Deployment(recreate=True),
        pod=Pod(
            containers=(_container(name, service, amounts, keys, notifications),),
            volumes=volumes,
            user=_NOBODY, group=_NOBODY, fs_group=_NOBODY,
        ),
        exposures=(exposure(name, (_PORT,)),),
        configs=(
            Config(
                f"{name}-config",
                (
                    ("alertmanager.yml", Artefact("alertmanager/alertmanager.yml")),
                    *_template_files(notifications),
                ),
            ),
        ),
        scrape=Scrape(port=_PORT.number, path=f"{path_of(service.external_url)}/metrics"),
        origin=service_origin(name),
    )  # fmt: skip


def _container(
    name: str,
    service: spec.Alertmanager,
    amounts: Resources,
    keys: tuple[SecretKey, ...],
    notifications: Notifications | None,
) -> Container:
    below = path_of(service.external_url)
    ready = HttpGet(f"{below}/-/ready", _PORT.number)
    healthy = HttpGet(f"{below}/-/healthy", _PORT.number)
    return Container(
        name="alertmanager",
        image=service.image or f"quay.io/prometheus/alertmanager:v{service.version}",
        args=(
            "--config.file=/etc/alertmanager/alertmanager.yml",
            "--storage.path=/alertmanager",
            # Durations of Go have no unit for days.
            f"--data.retention={duration_text(service.retention, 'h')}",
            # One replica has no peers.
            "--cluster.listen-address=",
            f"--web.external-url={service.external_url}",
        ),
        ports=(_PORT,), resources=amounts,
        env=(
            *memory_limit(amounts),
            *_aws_keys(notifications),
            *environment_variables(service.env, service_origin(name, "env")),
        ),
        mounts=(
            Mount(
                "config", "/etc/alertmanager/alertmanager.yml", read_only=True,
                sub_path="alertmanager.yml",
            ),
            *(
                Mount("config", f"{TEMPLATES}/{template}", read_only=True, sub_path=template)
                for template, _ in _template_files(notifications)
            ),
            *secret_mounts(keys, _SECRETS),
            Mount("data", "/alertmanager"),
        ),
        readiness=Probe(handler=ready), liveness=Probe(handler=healthy, failures=6),
        origin=service_origin(name),
    )  # fmt: skip


def _alerts(name: str) -> tuple[Alert, ...]:
    job = f'{{job="{name}"}}'
    reloaded = f"alertmanager_config_last_reload_successful{job}"
    labels = f'{{job="{name}",integration="email"}}'
    failed = f"alertmanager_notifications_failed_total{labels}"
    tried = f"alertmanager_notifications_total{labels}"
    ratio = (
        f"sum by (integration) (rate(alertmanager_notifications_failed_total{job}[5m])) / "
        f"sum by (integration) (rate(alertmanager_notifications_total{job}[5m])) > 0.01"
    )
    return (
        Alert(
            name="AlertmanagerConfigRefused", expr=f"max_over_time({reloaded}[5m]) == 0",
            group="alertmanager", severity="critical", lasting=timedelta(minutes=10),
            summary="Alertmanager could not load its configuration",
            description="Alertmanager goes on with the configuration that it had before.",
            service=name, test=RuleTest(((reloaded, "0"),), ((reloaded, "1"),)),
            origin=service_origin(name),
        ),
        Alert(
            name="AlertmanagerNotificationsFailing", expr=ratio, group="alertmanager",
            severity="critical", lasting=timedelta(minutes=5),
            summary="Alertmanager fails to tell people by {{ $labels.integration }}",
            description="{{ $value | humanizePercentage }} of its messages failed.", service=name,
            test=RuleTest(
                ((failed, "0+1x60"), (tried, "0+2x60")), ((failed, "7"), (tried, "0+2x60"))
            ),
            origin=service_origin(name),
        ),
    )  # fmt: skip


ALERTMANAGER = Kind("alertmanager", spec.Alertmanager, lower, offer)
