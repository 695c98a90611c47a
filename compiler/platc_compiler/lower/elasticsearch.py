"""Lowering of ``elasticsearch``: one node, and a job that sets up the life cycle of the logs.

Sources: docker-entrypoint.sh and Dockerfile of the image (elastic/dockerfiles, 9.2), the manual on
ILM, data streams, ``readiness.port`` and logging of the garbage collector.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Link, Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Claim,
    ConfigFiles,
    Container,
    EmptyDir,
    Heap,
    Mount,
    Pod,
    Port,
    Probe,
    Resources,
    SecretFiles,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.workloads import Config, Job, StatefulSet, Workload
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.elastic_stack import IMAGE, STREAM
from platc_compiler.lower.facts import LogStore
from platc_compiler.lower.flat_settings import flat_settings
from platc_compiler.lower.job_names import with_digest
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_compiler.templating.templates import Templates
from platc_spec.durations import duration_text
from platc_spec.elastic_stack import ELASTIC
from platc_spec.kinds import elasticsearch as spec
from platc_spec.secret_references import parse_reference

POLICY = "platc-logs"
_TIME_PIPELINE = "platc-logs-time"
_ROLE, _WATCHER = "platc-logs", "platc-exporter"
_HTTP = 9200
_READINESS = 9399
_HOME = "/usr/share/elasticsearch"
_USER = 1000
_SECRETS = "/run/secrets/elasticsearch"
_DEFAULT = sized(memory=1024, cpu=250, most_memory=2048, most_cpu=1000)
_BESIDE = 448 << 20
"""Bytes that Elasticsearch needs beside its heap and direct buffers: classes 190 MiB, compiled code
100 MiB, threads, the garbage collector and symbols 90 MiB, and the launcher's own JVM 64 MiB.

Sources: OpenSearch 2.19.1, which has neither the modules of Elasticsearch nor X-Pack, had 17,198
classes and took 242 MiB beside a heap of 512 MiB, while 60,000 documents were written and searched;
the launcher took 41 MiB in elastic/cloud-on-k8s#1821, with a heap of at most 64 MiB
(``CLI_JAVA_OPTS`` in bin/elasticsearch); all together 1.1 GiB in rero/rero-ils#4148. Direct buffers
may take half of the heap (``-XX:MaxDirectMemorySize``, JvmErgonomics.java)."""
_SMALLEST_HEAP = 256 << 20
_LARGEST_HEAP = 30 << 30
"""With more, references take 8 bytes instead of 4 on some machines: the manual on heap size."""
_TOOL = sized(memory=64, cpu=20, most_memory=256, most_cpu=1000)
_SMALL = sized(memory=64, cpu=20, most_memory=128, most_cpu=500)
_TEMPLATES = "kinds/elasticsearch"
_NOT_STORED = ("log_hash", "time", "logtag")
"""Fields that Fluentd needs to send a record again, and that say nothing more to a reader."""


def offer(name: str, service: spec.Elasticsearch, namespace: str) -> Offering:
    """Offer the REST API, and state that the service stores logs."""
    pods = Pods(name, namespace, selector_labels("elasticsearch", name, "main"))
    return Offering(
        port_offers(name, service_host(name, namespace), pods, _ports()),
        log_store=LogStore(
            version=service.version,
            stream=STREAM,
            image=service.image,
            namespace=namespace,
            passwords=service.passwords if service.secured else None,
        ),
    )


def lower(name: str, service: spec.Elasticsearch, context: Context) -> Fragment:
    """Return the node and its set-up job."""
    namespace = context.namespace(service)
    aliases = tuple(stream.alias for stream in context.log_streams(name))
    node = _node(name, service, namespace, aliases, context.templates)
    setup = _setup(name, service, namespace, aliases, context.templates)
    watch = _exporter(name, service, context)
    return Fragment(
        # The link has the job's name without the digest, because the policy is named after it.
        workloads=(node, with_digest(setup, setup.configs, context), *watch.workloads),
        links=(
            *dependency_links(
                service.depends_on, node.endpoint, service_origin(name, "depends_on")
            ),
            Link(setup.endpoint, name, "http", service_origin(name, "logs")),
            *watch.links,
        ),
        exporters=watch.exporters,
        alerts=watch.alerts,
    )


def _exporter(name: str, service: spec.Elasticsearch, context: Context) -> Fragment:
    if service.exporter is None:
        return Fragment()
    from platc_compiler.lower.elasticsearch_exporter import exporter

    return exporter(name, service, service.exporter, context)


def _users(service: spec.Elasticsearch) -> dict[str, str]:
    """Return the passwords of all users, with the exporter's own."""
    watcher = service.exporter
    own = {} if watcher is None or watcher.password is None else {watcher.user: watcher.password}
    return {**service.passwords, **own}


def _ports() -> tuple[Port, ...]:
    return (Port("http", _HTTP),)


def _image(service: spec.Elasticsearch) -> str:
    return service.image or f"{IMAGE}:{service.version}"


def _heap(resources: Resources) -> Heap:
    """Return the heap: half of the memory request, and no more than leaves room in the limit.

    The rest of the request is for the page cache, as in the manual.
    """
    amounts = (resources.requests.memory, resources.limits.memory)
    known = [memory for memory in amounts if memory is not None]
    half, most = min(known, default=1 << 30) // 2, max(known, default=1 << 30)
    fitting = (most - _BESIDE) * 2 // 3
    size = min(max(min(half, fitting), _SMALLEST_HEAP), _LARGEST_HEAP) >> 20 << 20
    return Heap(size=size, beside=_BESIDE + size // 2)


def _node(
    name: str,
    service: spec.Elasticsearch,
    namespace: str,
    aliases: tuple[str, ...],
    templates: Templates,
) -> Workload:
    resources = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    heap = _heap(resources)
    generated = templates.data(
        f"{_TEMPLATES}/elasticsearch.yaml.j2",
        name=name, http=_HTTP, readiness=_READINESS, secured=service.secured, aliases=aliases,
        auto_create=",".join([*(f"-{reserved}" for reserved in (STREAM, *aliases)), "+*"]),
    )  # fmt: skip
    options = templates.text(f"{_TEMPLATES}/jvm.options.properties.j2", heap=heap.size >> 20)
    config = Config(
        f"{name}-config",
        (
            ("elasticsearch.yml", flat_settings(generated, service.settings)),
            ("platc.options", options),
        ),
    )
    container = Container(
        name="elasticsearch", image=_image(service), ports=_ports(), resources=resources,
        mounts=_node_mounts(), heap=heap,
        startup=Probe(handler=TcpSocket(_READINESS), period=5, failures=60),
        readiness=Probe(handler=TcpSocket(_READINESS)),
        liveness=Probe(handler=TcpSocket(_HTTP), period=20, failures=6),
        origin=service_origin(name),
    )  # fmt: skip
    return Workload(
        name=name, namespace=namespace, service=name, app="elasticsearch", component="main",
        version=service.version, controller=StatefulSet(),
        pod=Pod(
            containers=(container,), init=(_copy_config(name, service),),
            volumes=_node_volumes(name, service, config.name), user=_USER, group=_USER,
            fs_group=_USER, grace=120,
        ),
        exposures=(exposure(name, _ports(), headless=True),), configs=(config,),
        origin=service_origin(name),
    )  # fmt: skip


def _copy_config(name: str, service: spec.Elasticsearch) -> Container:
    """Return the init container that copies the configuration into an emptyDir.

    The folder must be writable, because Elasticsearch creates its keystore there. The first
    password of the superuser is added to the keystore here, because the image refuses a password
    file that its group can read.
    """
    steps = [
        f"cp -R {_HOME}/config/. /config/",
        "cp /settings/elasticsearch.yml /config/",
        "cp /settings/platc.options /config/jvm.options.d/",
    ]
    secret: tuple[Mount, ...] = ()
    if service.secured:
        path = _password_files(service)[ELASTIC]
        secret = (_password_mount(ELASTIC),)
        steps += [
            "export ES_PATH_CONF=/config",
            "rm -f /config/elasticsearch.keystore",
            "elasticsearch-keystore create",
            f"elasticsearch-keystore add -x bootstrap.password < {path}",
        ]
    return Container(
        name="copy-config", image=_image(service), command=("/bin/bash", "-ec", "\n".join(steps)),
        mounts=(
            Mount("config", "/config"),
            Mount("settings", "/settings", read_only=True),
            Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
            *secret,
        ),
        resources=_TOOL, origin=service_origin(name),
    )  # fmt: skip


def _node_mounts() -> tuple[Mount, ...]:
    return (
        Mount("data", f"{_HOME}/data"),
        Mount("config", f"{_HOME}/config"),
        Mount("logs", f"{_HOME}/logs"),
        Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
    )


def _password_mount(user: str) -> Mount:
    volume = _volume_name(user)
    return Mount(volume, f"{_SECRETS}/{volume}", read_only=True)


def _node_volumes(name: str, service: spec.Elasticsearch, config: str) -> tuple[Volume, ...]:
    claim = Claim(
        size=service.storage, storage_class=service.storage_class,
        origin=service_origin(name, "storage"),
    )  # fmt: skip
    own = {user: ref for user, ref in service.passwords.items() if user == ELASTIC}
    return (
        Volume("data", claim),
        Volume("settings", ConfigFiles(config)),
        Volume("config", EmptyDir(size=16 << 20)),
        Volume("logs", EmptyDir(size=256 << 20)),
        Volume("tmp", EmptyDir(size=256 << 20)),
        *_secret_volumes(name, own, service.passwords),
    )


def _secret_volumes(
    name: str, passwords: dict[str, str], stated: Mapping[str, str]
) -> tuple[Volume, ...]:
    """Return a volume for each password; ``stated`` are those under ``passwords``."""
    volumes = []
    for user, reference in passwords.items():
        place = ("passwords", user) if user in stated else ("exporter", "password")
        key = secret_key(reference, service_origin(name, *place))
        source = SecretFiles(key.secret, (key.key,), key.origin)
        volumes.append(Volume(_volume_name(user), source))
    return tuple(volumes)


def _volume_name(user: str) -> str:
    return f"password-{user.replace('_', '-')}"


def _password_files(service: spec.Elasticsearch) -> dict[str, str]:
    """Return the path of each user's password in the containers."""
    return {
        user: f"{_SECRETS}/{_volume_name(user)}/{parse_reference(reference).key}"
        for user, reference in _users(service).items()
    }


def _roles(service: spec.Elasticsearch) -> dict[str, str]:
    """Return the role of each user."""
    own = {service.exporter.user: _WATCHER} if service.exporter is not None else {}
    return {user: own.get(user, _ROLE) for user in _users(service)}


def setup_files(
    name: str,
    service: spec.Elasticsearch,
    namespace: str,
    aliases: tuple[str, ...],
    templates: Templates,
) -> tuple[tuple[str, str], ...]:
    """Return the script of the set-up job and the request bodies that it sends."""

    def body(template: str, **values: object) -> str:
        return json.dumps(templates.data(f"{_TEMPLATES}/{template}", **values), indent=2) + "\n"

    rollover = service.logs.rollover
    files = {
        "ilm-policy.json": body(
            "ilm-policy.json.j2", keep=duration_text(service.logs.keep),
            max_age=duration_text(rollover.age), max_size=f"{rollover.size}b",
        ),
        f"{STREAM}.json": body(
            "index-template.json.j2", patterns=[STREAM], alias=None, policy=POLICY,
            excludes=_NOT_STORED, pipeline=None,
        ),
        "setup.sh": templates.text(
            f"{_TEMPLATES}/setup.sh.j2", url=f"http://{service_host(name, namespace)}:{_HTTP}",
            secured=service.secured, passwords=_password_files(service), policy=POLICY,
            watcher=_WATCHER if service.exporter is not None else "",
            templates=[STREAM, *aliases], aliases=aliases, role=_ROLE, pipeline=_TIME_PIPELINE,
            roles=_roles(service),
        ),
    }  # fmt: skip
    for alias in aliases:
        files[f"{alias}.json"] = body(
            "index-template.json.j2", patterns=[f"{alias}-*"], alias=alias, policy=POLICY,
            excludes=_NOT_STORED, pipeline=_TIME_PIPELINE,
        )  # fmt: skip
        files[f"{alias}-first.json"] = body("first-index.json.j2", alias=alias)
    if aliases:
        files["time-pipeline.json"] = body(
            "time-pipeline.json.j2", stated="{{{timestamp}}}", now="{{{_ingest.timestamp}}}"
        )
    if service.secured:
        names = [STREAM, *aliases, *(f"{alias}-*" for alias in aliases)]
        files["role.json"] = body("role.json.j2", names=names)
        if service.exporter is not None:
            files["exporter-role.json"] = body("exporter-role.json.j2")
    return tuple(sorted(files.items()))


def _setup(
    name: str,
    service: spec.Elasticsearch,
    namespace: str,
    aliases: tuple[str, ...],
    templates: Templates,
) -> Workload:
    files = setup_files(name, service, namespace, aliases, templates)
    container = Container(
        name="setup", image=_image(service), command=("/bin/bash", "/setup/setup.sh"),
        mounts=(
            Mount("setup", "/setup", read_only=True),
            Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
            *map(_password_mount, _users(service)),
        ),
        resources=_SMALL, origin=service_origin(name, "logs"),
    )  # fmt: skip
    return Workload(
        name=f"{name}-setup", namespace=namespace, service=name, app="elasticsearch",
        component="setup", version=service.version,
        controller=Job(retries=6, deadline=timedelta(minutes=30)),
        pod=Pod(
            containers=(container,), user=_USER, group=_USER, fs_group=_USER, restart="OnFailure",
            service_account=name,
            volumes=(
                Volume("setup", ConfigFiles(f"{name}-setup")),
                Volume("tmp", EmptyDir(size=8 << 20, memory=True)),
                *_secret_volumes(name, _users(service), service.passwords),
            ),
        ),
        configs=(Config(f"{name}-setup", files),), origin=service_origin(name, "logs"),
    )  # fmt: skip


ELASTICSEARCH = Kind("elasticsearch", spec.Elasticsearch, lower, offer)
