"""The job that gives Kibana a data view for each stream of logs.

Without one, Discover shows nothing and asks for it. Where security is on, the superuser's password
is needed (``kibana_system`` may not call Kibana), so that the job then runs in the namespace of
Elasticsearch, which has it.

Sources: the data views API of Kibana 8.2 to 9.x (``POST /api/data_views/data_view``, ``/default``),
which 8.0 and 8.1 had under another name; curl is in Elasticsearch's image (its Dockerfile, 9.2).
"""

from __future__ import annotations

import json
from datetime import timedelta

from platc_compiler.ir.network import Link
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    Mount,
    Pod,
    SecretFiles,
    Volume,
)
from platc_compiler.ir.workloads import Config, Job, Workload
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.elastic_stack import IMAGE
from platc_compiler.lower.facts import LogStore
from platc_compiler.lower.job_names import with_digest
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.resources import sized
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.elastic_stack import ELASTIC
from platc_spec.kinds import kibana as spec
from platc_spec.secret_references import parse_reference

KNOWN_SINCE = (8, 2)
"""The first version whose API of data views has this path."""
_USER = 1000
_SECRETS = "/run/secrets/kibana/elastic"
_DEFAULT = sized(memory=32, cpu=20, most_memory=64, most_cpu=500)
_TEMPLATES = "kinds/kibana"


def data_views(
    name: str, service: spec.Kibana, store: LogStore, url: str, context: Context
) -> Fragment:
    """Return the job and its way to Kibana.

    Args:
        name: the service of Kibana.
        service: its part of platform.yaml.
        store: the log store that Kibana shows.
        url: where Kibana is.
        context: the context of the lowering.
    """
    shown, _ = split_dependency(service.depends_on[0])
    own = context.namespace(service)
    password = (store.passwords or {}).get(ELASTIC)
    namespace = store.namespace if password is not None and store.namespace else own
    streams = (store.stream, *(each.alias for each in context.log_streams(shown)))
    config = Config(f"{name}-data-views", _files(streams, url, password, context))
    job = Workload(
        name=f"{name}-data-views", namespace=namespace, service=name, app="kibana",
        component="data-views", version=store.version,
        controller=Job(retries=6, deadline=timedelta(minutes=30)),
        pod=_pod(name, shown, store, password), configs=(config,), origin=service_origin(name),
    )  # fmt: skip
    return Fragment(
        # The link has the job's name without the digest, because the policy is named after it.
        workloads=(with_digest(job, job.configs, context),),
        links=(Link(job.endpoint, name, "http", service_origin(name)),),
    )


def _files(
    streams: tuple[str, ...], url: str, password: str | None, context: Context
) -> tuple[tuple[str, str], ...]:
    def body(template: str, **values: object) -> str:
        data = context.templates.data(f"{_TEMPLATES}/{template}", **values)
        return json.dumps(data, indent=2) + "\n"

    ids = {stream: f"platc-{stream}" for stream in streams}
    views = {
        f"{ids[stream]}.json": body(
            "data-view.json.j2", id=ids[stream], stream=stream,
            name=stream.replace("-", " ").capitalize(),
        )
        for stream in streams
    }  # fmt: skip
    script = context.templates.text(
        f"{_TEMPLATES}/data-views.sh.j2", url=url, ids=list(ids.values()),
        password_file=f"{_SECRETS}/{parse_reference(password).key}" if password else "",
    )  # fmt: skip
    default = body("default-view.json.j2", id=ids[streams[0]])
    return tuple(sorted({**views, "default.json": default, "data-views.sh": script}.items()))


def _pod(name: str, shown: str, store: LogStore, password: str | None) -> Pod:
    mounts = [
        Mount("views", "/views", read_only=True),
        Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
    ]
    volumes = [
        Volume("views", ConfigFiles(f"{name}-data-views")),
        Volume("tmp", EmptyDir(size=8 << 20, memory=True)),
    ]
    if password is not None:
        key = secret_key(password, service_origin(shown, "passwords", ELASTIC))
        mounts.append(Mount("password", _SECRETS, read_only=True))
        volumes.append(Volume("password", SecretFiles(key.secret, (key.key,), key.origin)))
    container = Container(
        name="data-views", image=store.image or f"{IMAGE}:{store.version}",
        command=("/bin/bash", "/views/data-views.sh"),
        mounts=tuple(mounts), resources=_DEFAULT, origin=service_origin(name),
    )  # fmt: skip
    return Pod(
        containers=(container,), volumes=tuple(volumes), user=_USER, group=_USER, fs_group=_USER,
        restart="OnFailure", service_account=f"{name}-data-views",
    )  # fmt: skip
