"""The sidecar of Thanos beside a Prometheus.

Sources: docs/components/sidecar.md, Dockerfile (the entry point is ``thanos``) and
cmd/thanos/sidecar.go (``validatePrometheus``: the two lengths of a block must be the same where
blocks are uploaded) of thanos-io/thanos 0.42.4.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.network import Link, Pods
from platc_compiler.ir.observability import Alert, Exporter, RuleTest, ScrapeJob, StaticTargets
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Container,
    HttpGet,
    Mount,
    Port,
    Probe,
    SecretFiles,
    SecretKey,
    Volume,
)
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_compiler.lower.ports import exposure
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.remote import Thanos

GRPC = Port("grpc", 10901)
"""Where Thanos Query asks for samples (the Store API)."""
_HTTP = Port("thanos-http", 10902)
_DEFAULT = sized(memory=64, cpu=20, most_memory=256, most_cpu=500)
_FOLDER = "/etc/thanos"
_BLOCK = "2h"


def with_sidecar(fragment: Fragment, name: str, stated: Thanos, url: str) -> Fragment:
    """Return the part of a Prometheus with the sidecar in its pod.

    Args:
        fragment: the part without it: one workload, whose first container is Prometheus.
        name: the service.
        stated: what platform.yaml says of the sidecar.
        url: Prometheus within the pod.
    """
    (workload,) = fragment.workloads
    pod, (prometheus, *others) = workload.pod, workload.pod.containers
    data = next(mount for mount in prometheus.mounts if mount.volume == "data")
    beside = replace(
        pod,
        containers=(
            replace(prometheus, args=(*prometheus.args, *_block_arguments(stated))),
            *others,
            _sidecar(name, stated, url, data),
        ),
        volumes=(*pod.volumes, *_volumes(name, stated)),
    )
    front = exposure(name, (*prometheus.ports, GRPC))
    return replace(
        fragment,
        workloads=(replace(workload, pod=beside, exposures=(front,)),),
        links=(*fragment.links, *_links(name, stated, fragment.monitors[0].pods)),
        exporters=(*fragment.exporters, _exporter(name, stated)),
        scrapes=(*fragment.scrapes, _job(name)),
        alerts=(*fragment.alerts, *_alerts(name, stated)),
    )


def _block_arguments(stated: Thanos) -> tuple[str, ...]:
    """Return what Prometheus needs so that it joins no blocks that are still to be uploaded."""
    if stated.bucket is None:
        return ()
    return tuple(f"--storage.tsdb.{end}-block-duration={_BLOCK}" for end in ("min", "max"))


def _sidecar(name: str, stated: Thanos, prometheus: str, data: Mount) -> Container:
    """Return the container; it writes down on the volume of Prometheus what it has uploaded."""
    place = service_origin(name, "thanos")
    amounts = stated_resources(stated.resources, _DEFAULT, (*place, "resources"))
    key = _key(name, stated)
    bucket = () if key is None else (f"--objstore.config-file={_FOLDER}/{key.key}",)
    mounts = () if key is None else (Mount("thanos", _FOLDER, read_only=True),)
    ready = HttpGet("/-/ready", _HTTP.number)
    return Container(
        name="thanos", image=stated.image or f"quay.io/thanos/thanos:v{stated.version}",
        args=(
            "sidecar", f"--tsdb.path={data.path}", f"--prometheus.url={prometheus}",
            f"--grpc-address=0.0.0.0:{GRPC.number}", f"--http-address=0.0.0.0:{_HTTP.number}",
            *bucket,
        ),
        ports=(GRPC, _HTTP), resources=amounts, env=memory_limit(amounts), mounts=(data, *mounts),
        # It is ready when it has read the labels of Prometheus, which may first replay its log.
        startup=Probe(handler=ready, period=10, failures=120), readiness=Probe(handler=ready),
        liveness=Probe(handler=HttpGet("/-/healthy", _HTTP.number), failures=6), origin=place,
    )  # fmt: skip


def _volumes(name: str, stated: Thanos) -> tuple[Volume, ...]:
    """Return the volume with the configuration of the object store."""
    key = _key(name, stated)
    if key is None:
        return ()
    return (Volume("thanos", SecretFiles(key.secret, (key.key,), key.origin)),)


def _links(name: str, stated: Thanos, pods: Pods) -> tuple[Link, ...]:
    """Return the connection to the object store."""
    if stated.to is None:
        return ()
    return (Link(pods, *split_dependency(stated.to), service_origin(name, "thanos", "to")),)


def _exporter(name: str, stated: Thanos) -> Exporter:
    version = "" if stated.image else stated.version
    return Exporter(catalogue="thanos", service=name, job=_job_name(name), version=version)


def _job(name: str) -> ScrapeJob:
    """Return the job of the sidecar, which Prometheus reaches within its pod."""
    return ScrapeJob(
        name=_job_name(name), service=name, origin=service_origin(name, "thanos"),
        discovery=StaticTargets((f"localhost:{_HTTP.number}",)),
    )  # fmt: skip


def _job_name(name: str) -> str:
    return f"{name}-thanos"


def _alerts(name: str, stated: Thanos) -> tuple[Alert, ...]:
    """Return an alert on uploads; the scrape tells whether the sidecar answers."""
    if stated.bucket is None:
        return ()
    owner = Owner("prometheus", service_origin(name, "thanos"), service=name)
    failed = f'thanos_shipper_upload_failures_total{{job="{_job_name(name)}"}}'
    return (
        owner.alert(
            "PrometheusBlocksNotUploaded", f"increase({failed}[3h]) > 0", "warning",
            "The sidecar of Thanos cannot upload blocks",
            '{{ printf "%.0f" $value }} uploads failed in 3 hours. Blocks that reach the end of '
            "retention before they are uploaded are lost to the archive.",
            RuleTest(((failed, "0+1x240"),), ((failed, "7"),)), minutes=15,
        ),
    )  # fmt: skip


def _key(name: str, stated: Thanos) -> SecretKey | None:
    if stated.bucket is None:
        return None
    return secret_key(stated.bucket, service_origin(name, "thanos", "bucket"))
