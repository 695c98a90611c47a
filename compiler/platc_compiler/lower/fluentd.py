"""Lowering of ``fluentd``: a pod on every node that ships the containers' logs.

Sources: fluent/fluentd-kubernetes-daemonset (v1.19, debian-elasticsearch9: Gemfile.lock, image's
entry point), fluentd 1.19.3 in_tail and buffer, fluent-plugin-elasticsearch 6.0.0,
fluent-plugin-kubernetes_metadata_filter 3.8.0, fluent-plugin-prometheus 2.2.2.
"""

from __future__ import annotations

import json
from datetime import timedelta
from textwrap import indent

from msgspec.structs import replace

from platc_compiler.ir.network import ApiServer, Edge
from platc_compiler.ir.observability import Alert, Metric, RuleTest
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    FieldRef,
    HostPath,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    SecretFiles,
    TcpSocket,
    Volume,
)
from platc_compiler.ir.taints import EVERYTHING
from platc_compiler.ir.workloads import Config, DaemonSet, Rights, Rule, Scrape, Workload
from platc_compiler.lower.dependencies import dependency_links, split_dependency
from platc_compiler.lower.elastic_stack import log_store
from platc_compiler.lower.facts import Login, LogStore
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables, secret_key
from platc_spec.kinds import fluentd as spec
from platc_spec.secret_references import parse_reference

IMAGE = "fluent/fluentd-kubernetes-daemonset"
_BUILD = "debian-elasticsearch{major}-1.1"
"""Elasticsearch refuses a client of another major version."""
_PORT = 24231
_API_SERVER = 6443
_SECRETS = "/run/secrets/elasticsearch"
_SIZED = sized(memory=200, cpu=100, most_memory=400, most_cpu=200)
_DEFAULT = replace(_SIZED, limits=replace(_SIZED.limits, ephemeral_storage=256 << 20))
"""Of local disk it needs its own log only, of which the kubelet keeps 50 MiB."""
_LOGS = ("/var/log/containers", "/var/log/pods")
"""The first folder contains links into the second one."""
_GAUGES = (
    "fluentd_output_status_buffer_available_space_ratio",
    "fluentd_output_status_buffer_queue_length",
    "fluentd_output_status_buffer_stage_length",
    "fluentd_output_status_buffer_total_bytes",
    "fluentd_output_status_retry_wait",
)
_COUNTERS = (
    "fluentd_output_status_emit_count",
    "fluentd_output_status_emit_records",
    "fluentd_output_status_num_errors",
    "fluentd_output_status_retry_count",
    "fluentd_output_status_slow_flush_count",
    "fluentd_output_status_write_count",
    "fluentd_tail_file_closed",
    "fluentd_tail_file_opened",
    "fluentd_tail_file_rotated",
)
_LABELS = ("plugin_id", "type")
_REFUSED = "fluentd_refused_records_total"
"""Records that Elasticsearch did not take yet and that are sent again."""
_LOST = "fluentd_lost_records_total"
"""Records that are not stored: they stand in Fluentd's own log only."""
_STATE = "/fluentd/state"
_NODE = "K8S_NODE_NAME"
"""The variable from which the filter of Kubernetes' names knows its node."""


def offer(name: str, service: spec.Fluentd, _namespace: str) -> Offering:
    """Offer no port; state how it logs in to the store of the logs."""
    login = Login(
        service=split_dependency(service.depends_on[0])[0], user=service.user,
        password=service.password, field=("password",), origin=service_origin(name),
    )  # fmt: skip
    return Offering(logins=(login,))


def lower(name: str, service: spec.Fluentd, context: Context) -> Fragment:
    """Return the DaemonSet, its right to read names and labels of pods, metrics and an alert."""
    workload = _workload(name, service, context)
    pods, place = workload.endpoint, service_origin(name)
    rule = Rule(("",), ("namespaces", "pods"), ("get", "list", "watch"))
    return Fragment(
        workloads=(workload,),
        rights=(
            Rights(
                account=name,
                namespace=workload.namespace,
                rules=(rule,),
                cluster=True,
                origin=place,
            ),
        ),
        links=dependency_links(service.depends_on, pods, service_origin(name, "depends_on")),
        edges=(Edge(pods, ApiServer(), _API_SERVER, "TCP", "API server", place),),
        metrics=(
            *(Metric(metric, name, _LABELS, "gauge", origin=place) for metric in _GAUGES),
            *(Metric(metric, name, _LABELS, "counter", origin=place) for metric in _COUNTERS),
            *(Metric(metric, name, (), "counter", origin=place) for metric in (_REFUSED, _LOST)),
        ),
        alerts=(_buffer_alert(name), _refusal_alert(name), _loss_alert(name)),
    )


def _buffer_alert(name: str) -> Alert:
    ratio = "fluentd_output_status_buffer_available_space_ratio"
    series = f'{ratio}{{job="{name}",plugin_id="logs",type="elasticsearch"}}'
    return Alert(
        name="LogBufferNearlyFull", group=name, severity="warning", service=name,
        expr=f'min by (job, instance, plugin_id) ({ratio}{{job="{name}"}}) < 20',
        lasting=timedelta(minutes=10), origin=service_origin(name),
        summary="Logs are not taken by Elasticsearch fast enough",
        description="{{ $value }} % of the buffer of {{ $labels.instance }} is free. When it is"
        " full, reading stops, and lines are lost once the node rotates their files away.",
        test=RuleTest(((series, "5x60"),), ((series, "90x60"),)),
    )  # fmt: skip


def _refusal_alert(name: str) -> Alert:
    """Return the alert on records that are refused again and again.

    Those of the first start, before the set-up job has made the stream, last some minutes.
    """
    series = f'{_REFUSED}{{job="{name}",instance="a"}}'
    return Alert(
        name="LogRecordsRefused", group=name, severity="warning", service=name,
        expr=f'sum by (job) (rate({_REFUSED}{{job="{name}"}}[5m])) > 0',
        lasting=timedelta(minutes=15), origin=service_origin(name),
        summary="Elasticsearch refuses log records",
        description="{{ $value }} records a second are refused and sent again. The log of"
        " Elasticsearch has the reason: no index, no room on the disk, or too much to do.",
        test=RuleTest(((series, "0+60x60"),), ((series, "5x60"),)),
    )  # fmt: skip


def _loss_alert(name: str) -> Alert:
    """Return the alert on records that are not stored.

    A counter that appears with 1 has no increase; the last line keeps a gap from looking like that.
    """
    series = f'{_LOST}{{job="{name}",instance="a"}}'
    chosen = f'{_LOST}{{job="{name}"}}'
    return Alert(
        name="LogRecordsLost", group=name, severity="warning", service=name,
        expr=f"sum by (job) (increase({chosen}[15m])) > 0"
        f" or sum by (job) ({chosen} unless {chosen} offset 15m)"
        f' and on() (count(up{{job="{name}"}} offset 15m) > 0)',
        origin=service_origin(name),
        summary="Log records are not stored",
        description="{{ $value }} records were refused for good; they stand in the log of Fluentd's"
        " pods, each with the reason.",
        test=RuleTest(
            ((f'up{{job="{name}",instance="a"}}', "1x60"), (series, "_x50 1x10")),
            ((series, "3x60"),),
        ),
    )  # fmt: skip


def _config(name: str, service: spec.Fluentd, context: Context) -> Config:
    target = context.offer(service.depends_on[0])
    exclude = [f"/var/log/containers/{name}-*_{context.namespace(service)}_*.log"]
    exclude += [f"/var/log/containers/*_{namespace}_*.log" for namespace in service.exclude]
    buffer = service.buffer
    text = context.templates.text(
        "kinds/fluentd/fluent.conf.j2",
        port=_PORT, exclude=json.dumps(exclude), parse_json=service.parse_json,
        stream=_store(service, context).stream, task_logs=_task_logs(service, context),
        host=target.host, elasticsearch_port=target.public or target.number,
        elasticsearch_major=int(_major(service, context)),
        user=service.user if service.password else None,
        password_file=_password_file(service), total=buffer.size, chunk=buffer.chunk,
        flush=_seconds(buffer.flush), retry=_seconds(buffer.retry),
        refused=_REFUSED, lost=_LOST,
        **{part: _fragments(service, part) for part in ("sources", "filters", "outputs")},
    )  # fmt: skip
    return Config(f"{name}-config", (("fluent.conf", text),))


def _fragments(service: spec.Fluentd, part: str) -> list[str]:
    """Return the user's own fragments in the order of their names."""
    margin = "" if part == "sources" else "  "
    texts = (text.rstrip("\n") for _, text in sorted(service.config.get(part, {}).items()))
    return [indent(text, margin) for text in texts]


def _task_logs(service: spec.Fluentd, context: Context) -> str | None:
    """Return the alias of the task logs that only a log shipper can store, ``None`` without any."""
    store, _ = split_dependency(service.depends_on[0])
    return next((each.alias for each in context.log_streams(store) if each.shipped), None)


def _store(service: spec.Fluentd, context: Context) -> LogStore:
    return log_store(service.depends_on[0], context)


def _major(service: spec.Fluentd, context: Context) -> str:
    return _store(service, context).version.partition(".")[0]


def _image(service: spec.Fluentd, context: Context) -> str:
    build = _BUILD.format(major=_major(service, context))
    return f"{IMAGE}:v{service.version}-{build}"


def _password_file(service: spec.Fluentd) -> str:
    return f"{_SECRETS}/{parse_reference(service.password).key}" if service.password else ""


def _seconds(length: timedelta) -> int:
    return max(1, int(length.total_seconds()))


def _workload(name: str, service: spec.Fluentd, context: Context) -> Workload:
    config = _config(name, service, context)
    container = Container(
        name="fluentd",
        image=service.image or _image(service, context),
        env=(
            *(() if _NODE in service.env else (Env(_NODE, FieldRef("spec.nodeName")),)),
            *environment_variables(service.env, service_origin(name, "env")),
        ),
        ports=(Port("metrics", _PORT),), mounts=_mounts(service),
        resources=stated_resources(
            service.resources, _DEFAULT, service_origin(name, "resources")
        ),
        startup=Probe(handler=TcpSocket(_PORT), period=5, failures=36),
        readiness=Probe(handler=TcpSocket(_PORT)),
        liveness=Probe(handler=HttpGet("/metrics", _PORT), period=30, timeout=10, failures=5),
        origin=service_origin(name),
    )  # fmt: skip
    return Workload(
        name=name, namespace=context.namespace(service), service=name, app="fluentd",
        component="main", version=service.version, controller=DaemonSet(),
        # Only root and its group can read the log files.
        pod=Pod(
            containers=(container,), user=0, group=0,
            volumes=_volumes(name, service, config.name, _state_folder(name, service, context)),
            token=True, tolerations=(EVERYTHING,), grace=60,
        ),
        configs=(config,), scrape=Scrape(port=_PORT), origin=service_origin(name),
    )  # fmt: skip


def _state_folder(name: str, service: spec.Fluentd, context: Context) -> str:
    """Return the node's folder of the buffers and of the position file.

    An emptyDir would go with the pod: the lines that Elasticsearch has not taken yet would be lost
    once the node has rotated their files away. Other log shippers keep theirs on the node as well
    (the Helm charts of fluent-bit, vector and filebeat). ``total_limit_size`` bounds each buffer.
    """
    return f"/var/lib/platc/{context.spec.platform}/{context.namespace(service)}/{name}"


def _mounts(service: spec.Fluentd) -> tuple[Mount, ...]:
    secret = (Mount("password", _SECRETS, read_only=True),) if service.password else ()
    return (
        *(Mount(path.rpartition("/")[2], path, read_only=True) for path in _LOGS),
        Mount("config", "/fluentd/etc", read_only=True),
        Mount("state", _STATE),
        Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
        *secret,
    )


def _volumes(name: str, service: spec.Fluentd, config: str, state: str) -> tuple[Volume, ...]:
    secret: tuple[Volume, ...] = ()
    if service.password is not None:
        key = secret_key(service.password, service_origin(name, "password"))
        secret = (Volume("password", SecretFiles(key.secret, (key.key,), key.origin)),)
    return (
        *(Volume(path.rpartition("/")[2], HostPath(path)) for path in _LOGS),
        Volume("config", ConfigFiles(config)),
        Volume("state", HostPath(state, "DirectoryOrCreate")),
        Volume("tmp", EmptyDir(size=32 << 20)),
        *secret,
    )


FLUENTD = Kind("fluentd", spec.Fluentd, lower, offer)
