"""The pod in which the KubernetesExecutor runs a task, and its template.

The executor requires a container named ``base``. It sets the arguments, the name of the pod and
further labels (``PodGenerator.construct_pod`` of apache-airflow-providers-cncf-kubernetes).
"""

from __future__ import annotations

from platc_compiler.ir.pipelines import Runner
from platc_compiler.ir.pods import Container, Env, Pod, SecretKey
from platc_compiler.ir.workloads import Artefact, Config
from platc_compiler.lower.airflow import git_sync, mail, pods, remote_logs, secret_files, settings
from platc_compiler.lower.airflow.site import GROUP, USER, Site
from platc_compiler.lower.resources import sized, stated_resources

COMPONENT = "worker"
_DEFAULT = sized(memory=384, cpu=100, most_memory=768, most_cpu=1000)
"""In 3.3.2 the supervisor and the task need 150 MiB each, and the imports of the task more."""
_POOLS = {"default_pool": 128}


def runner(site: Site) -> Runner:
    """Return what pipelines need to know of the service."""
    sections = settings.components(site)
    return Runner(
        service=site.name, namespace=site.namespace, version=site.service.version, worker=pod(site),
        worker_labels=site.selector(COMPONENT),
        parallelism=settings.number(sections, "core", "parallelism", 32),
        # An image of the user's own can hold DAGs, as well as a repository.
        other_dags=site.service.dags.git is not None or site.service.image is not None,
        active_tasks=settings.number(sections, "core", "max_active_tasks_per_dag", 16),
        pools=tuple(sorted({**_POOLS, **site.service.pools}.items())), started=site.started,
        origin=site.origin(),
    )  # fmt: skip


def account(site: Site) -> str:
    """Return the service account of tasks."""
    return f"{site.name}-{COMPONENT}"


def template_config(site: Site) -> Config:
    """Return the pod template, which the scheduler mounts and reads again for every task."""
    path = f"pod-templates/{site.name}.yaml"
    return Config(
        f"{site.name}-pod-template", (("pod_template.yaml", Artefact(path)),), reloads=True
    )


def pod(site: Site) -> Pod:
    """Return the pod of a task."""
    stated = site.service.worker
    keys = _keys(site)
    needed = (*keys, *git_sync.keys(site))
    container = Container(
        name="base", image=site.image,
        # Otherwise every task would also load the Kubernetes client of the executor.
        env=(
            Env("AIRFLOW__CORE__EXECUTOR", "LocalExecutor"),
            *(remote_logs.login(site) if site.modern else ()),
            *pods.environment(
                mail.environment(site, stated.env), site.origin(COMPONENT, "env")
            ),
        ),
        mounts=(
            *pods.mounts(site, keys, worker=True), *git_sync.mounts(site), *mail.mounts(site),
        ),
        resources=stated_resources(stated.resources, _DEFAULT, site.origin(COMPONENT, "resources")),
        origin=site.origin(COMPONENT),
    )  # fmt: skip
    return Pod(
        containers=(container,), init=git_sync.once(site),
        volumes=(*pods.volumes(site, needed), *git_sync.volumes(site)),
        user=USER, group=GROUP, fs_group=GROUP, restart="Never", grace=60,
        token=site.starts_pods, service_account=account(site), labels=site.selector(COMPONENT),
    )  # fmt: skip


def _keys(site: Site) -> tuple[SecretKey, ...]:
    keys = () if site.modern else secret_files.component_keys(site)
    return (*keys, *mail.keys(site))
