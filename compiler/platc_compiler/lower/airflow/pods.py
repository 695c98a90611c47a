"""What all pods that run the image of Airflow have in common."""

from __future__ import annotations

import json

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    Mount,
    Pod,
    Resources,
    SecretKey,
    Volume,
)
from platc_compiler.ir.workloads import Config
from platc_compiler.lower.airflow import git_sync, login, mail, secret_files, settings
from platc_compiler.lower.airflow.site import (
    CONFIG_FILE,
    CONNECTION,
    GROUP,
    HOME,
    LOGS,
    USER,
    Site,
)
from platc_compiler.lower.secret_keys import environment_variables
from platc_compiler.objects.digests import files_digest

_MIGRATION_WAIT = 600
"""Seconds that a component waits for the migration of the database before its pod restarts."""
_PATIENCE = 6
"""Seconds that a liveness probe waits for the database."""
_ANSWER = 15
"""Seconds that it then waits for the component; the sum is below the timeout of the probe."""
_TMP = 256 << 20
_LOG_SIZE = 512 << 20


def config(site: Site) -> Config:
    """Return the files that all components read."""
    templates = site.context.templates
    folder = "kinds/airflow"
    files = [("airflow.cfg", settings.text(site, settings.components(site)))]
    if site.database.password is not None:
        text = templates.text(
            f"{folder}/connection.py.j2",
            password=secret_files.path(SecretKey(*site.database.password)),
            user=site.database.owner, address=site.database_port.address,
            database=site.database.name,
        )  # fmt: skip
        files.append(("connection.py", text))
    alive = templates.text(
        f"{folder}/alive.py.j2", patience=_PATIENCE, answer=_ANSWER, local=site.named
    )
    files.append(("alive.py", alive))
    if site.modern:
        files.append(("worker.cfg", settings.text(site, settings.worker(site))))
    people = login.text(site)
    if people is not None:
        files.append((login.FILE, people))
    if mail.known(site):
        files.append((mail.FILE, mail.text(site)))
    if site.service.pools:
        files.append(("pools.json", _pools(site)))
    return Config(site.config, tuple(files), shared=True)


def _pools(site: Site) -> str:
    """Return the pools as ``airflow pools import`` reads them."""
    pools = {
        name: {"slots": slots, "description": "", "include_deferred": False}
        for name, slots in sorted(site.service.pools.items())
    }
    return json.dumps(pools, indent=2) + "\n"


def digest(shared: Config) -> str:
    """Return the digest of the shared configuration."""
    return files_digest([(shared.name, shared.texts)])


def mounts(site: Site, keys: tuple[SecretKey, ...], *, worker: bool = False) -> tuple[Mount, ...]:
    """Return the mounts of a container: files that it reads, and folders that it can write."""
    _, secrets = secret_files.volumes(keys)
    isolated = worker and site.modern
    files = {CONFIG_FILE: "worker.cfg" if isolated else "airflow.cfg"}
    if not isolated and site.database.password is not None:
        files[CONNECTION] = "connection.py"
    if not site.modern:
        files[f"{HOME}/{login.FILE}"] = login.FILE
    return (
        *(Mount("config", path, read_only=True, sub_path=key) for path, key in files.items()),
        *secrets,
        Mount("logs", LOGS),
        Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
    )


def volumes(site: Site, keys: tuple[SecretKey, ...]) -> tuple[Volume, ...]:
    """Return the volumes of :func:`mounts`."""
    secrets, _ = secret_files.volumes(keys)
    return (
        Volume("config", ConfigFiles(site.config)),
        *secrets,
        Volume("logs", EmptyDir(size=_LOG_SIZE)),
        Volume("tmp", EmptyDir(size=_TMP)),
    )


def environment(stated: dict[str, str], place: Origin) -> tuple[Env, ...]:
    """Return the environment of a container.

    The entry point of the image connects to the database before every command, unless a variable
    turns this off. It would start Airflow once more each time, and tasks of 3.x cannot reach it.
    """
    return (
        Env("CONNECTION_CHECK_MAX_COUNT", "0"),
        *environment_variables(stated, place),
    )


def wait(site: Site, keys: tuple[SecretKey, ...], resources: Resources) -> Container:
    """Return the init container that waits until the database is migrated."""
    args = ("db", "check-migrations", "--migration-wait-timeout", str(_MIGRATION_WAIT))
    return Container(
        name="wait-for-migrations", image=site.image, args=args,
        env=environment({}, ()), mounts=mounts(site, keys), resources=resources,
        origin=site.origin(),
    )  # fmt: skip


def pod(  # noqa: PLR0913 - parts of a pod
    site: Site,
    container: Container,
    *,
    init: tuple[Container, ...] = (),
    dags: bool = False,
    token: bool = False,
    grace: int = 30,
    annotations: tuple[tuple[str, str], ...] = (),
    secrets: tuple[SecretKey, ...],
    further: tuple[Volume, ...] = (),
) -> Pod:
    """Return the pod of a component; ``secrets`` are those of its container."""
    needed = (*secrets, *git_sync.keys(site)) if dags else secrets
    return Pod(
        containers=(container,),
        init=(*init, *(git_sync.sidecar(site) if dags else ())),
        volumes=(*volumes(site, needed), *further, *(git_sync.volumes(site) if dags else ())),
        user=USER, group=GROUP, fs_group=GROUP, token=token, grace=grace, annotations=annotations,
    )  # fmt: skip
