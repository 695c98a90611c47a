"""The job that migrates the database and creates the first user and the pools."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from platc_compiler.ir.pods import Container, Env, Mount, Pod, SecretKey
from platc_compiler.ir.workloads import Config, Job, Workload
from platc_compiler.lower.airflow import pods, secret_files
from platc_compiler.lower.airflow.site import GROUP, HOME, USER, Site
from platc_compiler.lower.job_names import with_digest
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key

COMPONENT = "migration"
_DEFAULT = sized(memory=256, cpu=100, most_memory=512, most_cpu=1000)
_ATTEMPTS = 60
"""How often the entry point of the image tries to connect to the database, about every 3 s."""
_POOLS = f"{HOME}/pools.json"


def workload(site: Site, shared: Config) -> Workload:
    """Return the job; ``shared`` are the files that all components read."""
    job = Workload(
        name=f"{site.name}-{COMPONENT}", namespace=site.namespace, service=site.name,
        app="airflow", component=COMPONENT, version=site.service.version,
        controller=Job(retries=10, deadline=timedelta(minutes=30)), pod=_pod(site),
        origin=site.origin(COMPONENT),
    )  # fmt: skip
    return with_digest(job, (shared,), site.context)


def _pod(site: Site) -> Pod:
    keys = secret_files.component_keys(site)
    steps = [_migrate(site, keys), *_first_user(site, keys), *_pools(site, keys)]
    needed = (*keys, *_password(site))
    return Pod(
        init=tuple(steps[:-1]), containers=(steps[-1],), volumes=pods.volumes(site, needed),
        user=USER, group=GROUP, fs_group=GROUP, restart="OnFailure",
        service_account=f"{site.name}-{COMPONENT}",
    )  # fmt: skip


def _step(site: Site, name: str, keys: tuple[SecretKey, ...], args: tuple[str, ...]) -> Container:
    place = site.origin(COMPONENT)
    return Container(
        name=name, image=site.image, args=args, env=pods.environment({}, ()),
        mounts=pods.mounts(site, keys),
        resources=stated_resources(site.service.migration, _DEFAULT, place), origin=place,
    )  # fmt: skip


def _migrate(site: Site, keys: tuple[SecretKey, ...]) -> Container:
    step = _step(site, "migrate", keys, ("db", "migrate"))
    patient = tuple(
        Env(env.name, str(_ATTEMPTS)) if env.name == "CONNECTION_CHECK_MAX_COUNT" else env
        for env in step.env
    )
    return replace(step, env=patient)


def _password(site: Site) -> tuple[SecretKey, ...]:
    admin = site.service.admin
    if admin is None:
        return ()
    return (secret_key(admin.password, site.origin("admin", "password")),)


def _first_user(site: Site, keys: tuple[SecretKey, ...]) -> tuple[Container, ...]:
    """Return the step that creates the first user; it does not change an existing one."""
    admin = site.service.admin
    if admin is None:
        return ()
    command = site.context.templates.text(
        "kinds/airflow/create_user.sh.j2",
        admin=admin,
        password=secret_files.path(_password(site)[0]),
    )
    step = _step(site, "create-user", (*keys, *_password(site)), ("bash", "-c", command))
    return (step,)


def _pools(site: Site, keys: tuple[SecretKey, ...]) -> tuple[Container, ...]:
    if not site.service.pools:
        return ()
    step = _step(site, "pools", keys, ("pools", "import", _POOLS))
    mount = Mount("config", _POOLS, read_only=True, sub_path="pools.json")
    return (replace(step, mounts=(*step.mounts, mount)),)
