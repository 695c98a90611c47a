"""Lowering of ``kibana``.

Sources: the image's Dockerfile and bin/kibana-docker (elastic/dockerfiles, 9.2).
"""

from __future__ import annotations

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    Resources,
    SecretFiles,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.workloads import Config, Deployment, Workload
from platc_compiler.lower.dependencies import dependency_links, split_dependency
from platc_compiler.lower.elastic_stack import log_store
from platc_compiler.lower.facts import Login
from platc_compiler.lower.flat_settings import flat_settings
from platc_compiler.lower.kibana_data_views import KNOWN_SINCE, data_views
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.elastic_stack import ELASTIC
from platc_spec.kinds import kibana as spec
from platc_spec.secret_references import parse_reference

IMAGE = "docker.elastic.co/kibana/kibana"
_PORT = 5601
_HOME = "/usr/share/kibana"
_USER = 1000
_USER_NAME = "kibana_system"
"""The built-in user of Elasticsearch for Kibana."""
_SECRETS = "/run/secrets/kibana"
_KNOWS_AIR_GAP = (8, 13)
"""The first version with ``xpack.fleet.isAirGapped``; an earlier one refuses the setting.
Source: elastic/kibana#174214."""
_DEFAULT = sized(memory=512, cpu=100, most_memory=1024, most_cpu=1000)
_VARIABLES = {
    "password": "ELASTICSEARCH_PASSWORD_TEXT",
    "encryption_key": "ENCRYPTION_KEY_TEXT",
}
"""By field: the environment variable that brings its secret from a file into kibana.yml."""


def offer(name: str, service: spec.Kibana, namespace: str) -> Offering:
    """Offer the user interface."""
    pods = Pods(name, namespace, selector_labels("kibana", name, "main"))
    login = Login(
        service=split_dependency(service.depends_on[0])[0], user=_USER_NAME,
        password=service.password, field=("password",), origin=service_origin(name),
    )  # fmt: skip
    return Offering(
        port_offers(name, service_host(name, namespace), pods, _ports()),
        logins=(login,),
    )


def lower(name: str, service: spec.Kibana, context: Context) -> Fragment:
    """Return a Deployment of one pod, and the job that makes the data views."""
    workload = _workload(name, service, context)
    links = dependency_links(
        service.depends_on, workload.endpoint, service_origin(name, "depends_on")
    )
    views = _data_views(name, service, context)
    return Fragment(workloads=(workload, *views.workloads), links=(*links, *views.links))


def _data_views(name: str, service: spec.Kibana, context: Context) -> Fragment:
    """Return the job that makes the data views.

    There is none for a version without their API, nor where the superuser's password is not known
    and needed: whoever deploys that Elasticsearch makes the data views.
    """
    store = log_store(service.depends_on[0], context)
    shut = service.password is not None and ELASTIC not in (store.passwords or {})
    if shut or _numbers(_version(service, context)) < KNOWN_SINCE:
        return Fragment()
    url = f"http://{service_host(name, context.namespace(service))}:{_PORT}"
    return data_views(name, service, store, url, context)


def _ports() -> tuple[Port, ...]:
    return (Port("http", _PORT),)


def _secrets(service: spec.Kibana) -> dict[str, str]:
    stated = {"password": service.password, "encryption_key": service.encryption_key}
    return {field: reference for field, reference in stated.items() if reference is not None}


def _version(service: spec.Kibana, context: Context) -> str:
    return service.version or log_store(service.depends_on[0], context).version


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _workload(name: str, service: spec.Kibana, context: Context) -> Workload:
    config = _config(name, service, context)
    secrets, version = _secrets(service), _version(service, context)
    resources = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    container = Container(
        name="kibana", image=service.image or f"{IMAGE}:{version}",
        command=("/bin/tini", "--", "/bin/bash", f"{_HOME}/platc/start.sh"), ports=_ports(),
        env=(Env("NODE_OPTIONS", f"--max-old-space-size={_heap(resources)}"),),
        mounts=_mounts(secrets), resources=resources,
        startup=Probe(handler=HttpGet("/api/status", _PORT), period=10, failures=60),
        readiness=Probe(handler=HttpGet("/api/status", _PORT), timeout=10),
        # Without Elasticsearch it is not ready, but a restart does not repair that.
        liveness=Probe(handler=TcpSocket(_PORT), period=20, failures=6),
        origin=service_origin(name),
    )  # fmt: skip
    # Two versions must not write to one .kibana index (Elastic's guide, "Upgrade Kibana": stop all
    # instances first).
    return Workload(
        name=name, namespace=context.namespace(service), service=name, app="kibana",
        component="main", version=version, controller=Deployment(alone=True),
        pod=Pod(
            containers=(container,), volumes=_volumes(name, config.name, secrets), user=_USER,
            group=_USER, fs_group=_USER,
        ),
        exposures=(exposure(name, _ports()),), configs=(config,), origin=service_origin(name),
    )  # fmt: skip


def _heap(resources: Resources) -> int:
    """Return the old space of V8 in MiB: 70 % of the limit; code and buffers need the rest."""
    limit = resources.limits.memory or resources.requests.memory or 1 << 30
    return (limit >> 20) * 7 // 10


def _config(name: str, service: spec.Kibana, context: Context) -> Config:
    generated = context.templates.data(
        "kinds/kibana/kibana.yaml.j2",
        name=name, port=_PORT, secured=service.password is not None,
        encrypted=service.encryption_key is not None,
        hosts=[f"http://{context.offer(service.depends_on[0]).address}"],
        knows_air_gap=_numbers(_version(service, context)) >= _KNOWS_AIR_GAP,
    )  # fmt: skip
    files = {
        field: f"{_SECRETS}/{field}/{parse_reference(reference).key}"
        for field, reference in _secrets(service).items()
    }
    start = context.templates.text(
        "kinds/kibana/start.sh.j2",
        variables={_VARIABLES[field]: path for field, path in files.items()},
    )
    text = flat_settings(generated, service.config)
    return Config(f"{name}-config", (("kibana.yml", text), ("start.sh", start)))


def _mounts(secrets: dict[str, str]) -> tuple[Mount, ...]:
    return (
        Mount("config", f"{_HOME}/config/kibana.yml", read_only=True, sub_path="kibana.yml"),
        Mount("config", f"{_HOME}/platc/start.sh", read_only=True, sub_path="start.sh"),
        Mount("data", f"{_HOME}/data"),
        Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
        *(
            Mount(field.replace("_", "-"), f"{_SECRETS}/{field}", read_only=True)
            for field in secrets
        ),
    )


def _volumes(name: str, config: str, secrets: dict[str, str]) -> tuple[Volume, ...]:
    keys = {field: secret_key(ref, service_origin(name, field)) for field, ref in secrets.items()}
    return (
        Volume("config", ConfigFiles(config)),
        Volume("data", EmptyDir(size=256 << 20)),
        Volume("tmp", EmptyDir(size=128 << 20)),
        *(
            Volume(field.replace("_", "-"), SecretFiles(key.secret, (key.key,), key.origin))
            for field, key in keys.items()
        ),
    )


KIBANA = Kind("kibana", spec.Kibana, lower, offer)
