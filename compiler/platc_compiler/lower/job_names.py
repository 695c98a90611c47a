"""Names of Jobs that are applied with everything else.

The pod template of a Job is immutable, so that a changed one needs a Job of another name. The name
ends in a digest of what the pod runs: its template as Kubernetes is given it, and the files that it
mounts. The pod carries a checksum of the sealed values that it uses, so that a Job that sets
passwords runs again with a new one. Applying the same platform again changes nothing. Old Jobs
delete themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from platc_compiler.ir.pods import ConfigFiles, Pod
from platc_compiler.ir.workloads import Config, Workload
from platc_compiler.lower.kind import Context
from platc_compiler.lower.pod_settings import settled
from platc_compiler.objects.digests import data_digest
from platc_compiler.objects.labels import workload_labels
from platc_compiler.objects.pod_template import pod_template
from platc_compiler.objects.secret_checksums import ciphertexts, with_secret_checksum


def with_digest(job: Workload, configs: Iterable[Config], context: Context) -> Workload:
    """Return the Job with a digest of what it runs at the end of its name.

    Args:
        job: the Job; its pod names its service account, as the name of the Job changes.
        configs: the ConfigMaps that the pod mounts, with their texts.
        context: the context of the lowering.
    """
    known = ciphertexts(context.sealed)
    pod = settled(job.pod, job.service, context.spec)
    job = replace(job, pod=with_secret_checksum(pod, job.namespace, known))
    template = pod_template(
        context.templates, job.pod, account=job.pod.service_account or "",
        labels=workload_labels(context.spec.platform, job), annotations={},
        selector=dict(job.selector),
    )  # fmt: skip
    mounted = {key: text for config in configs for key, text in _mounted(job.pod, config)}
    return replace(job, name=f"{job.name}-{data_digest([template, mounted])}")


def _mounted(pod: Pod, config: Config) -> Iterator[tuple[str, str]]:
    """Yield the files of a ConfigMap that containers of a pod mount, by ConfigMap and key."""
    volumes = {
        volume.name
        for volume in pod.volumes
        if isinstance(volume.source, ConfigFiles) and volume.source.config == config.name
    }
    paths = {
        mount.sub_path
        for container in (*pod.init, *pod.containers)
        for mount in container.mounts
        if mount.volume in volumes
    }
    for key, text in (*config.texts.items(), *config.binary):
        if None in paths or key in paths:
            yield f"{config.name}/{key}", text
