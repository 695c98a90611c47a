"""Where the pods of a platform use secrets."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Env, Pod, SecretFiles, SecretKey


class SecretUse(Struct, frozen=True):
    """A key that a pod of a namespace takes from a secret."""

    namespace: str
    secret: str
    key: str
    origin: Origin


def secret_uses(platform: Platform) -> Iterator[SecretUse]:
    """Yield every use of a secret: by workloads, workers, tasks and ways into the cluster."""
    for entry in platform.http_entries:
        for key in entry.tls_keys:
            yield SecretUse(entry.namespace, key.secret, key.key, key.origin)
    for workload in platform.workloads:
        yield from uses_of_pod(workload.pod, workload.namespace, workload.origin)
    for runner in platform.runners:
        yield from uses_of_pod(runner.worker, runner.namespace, runner.origin)
    yield from uses_of_tasks(platform)


def uses_of_tasks(platform: Platform) -> Iterator[SecretUse]:
    """Yield every use of a secret by a task of a pipeline."""
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            yield from _of_env(task.env, pipeline.runner.namespace, task.origin)
            if task.pod is not None:
                yield from uses_of_pod(task.pod, pipeline.runner.namespace, task.origin)


def uses_of_pod(pod: Pod, namespace: str, origin: Origin) -> Iterator[SecretUse]:
    """Yield every use of a secret by one pod; ``origin`` is where no use has its own."""
    for container in (*pod.init, *pod.containers):
        yield from _of_env(container.env, namespace, container.origin or origin)
    for pulled in pod.pull_secrets:
        yield SecretUse(namespace, pulled.secret, pulled.key, pulled.origin or origin)
    for volume in pod.volumes:
        source = volume.source
        if isinstance(source, SecretFiles):
            for key in source.keys:
                yield SecretUse(namespace, source.secret, key, source.origin or origin)


def _of_env(variables: tuple[Env, ...], namespace: str, origin: Origin) -> Iterator[SecretUse]:
    for variable in variables:
        value = variable.value
        if isinstance(value, SecretKey):
            yield SecretUse(namespace, value.secret, value.key, value.origin or origin)
