"""git-sync: it fetches DAGs from a repository, as a sidecar of components and before each task.

Source of variables and flags: the manual of git-sync v4.7.1. git-sync ignores misspelt variables.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from platc_compiler.ir.network import Edge, Outside, Pods
from platc_compiler.ir.pods import (
    Container,
    EmptyDir,
    Env,
    HttpGet,
    Mount,
    Port,
    Probe,
    SecretKey,
    TcpSocket,
    Volume,
)
from platc_compiler.lower.airflow import secret_files
from platc_compiler.lower.airflow.site import DAGS, Site
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.durations import duration_text
from platc_spec.kinds.airflow import Git

_USER = 65_533
"""The user of the image of git-sync; SSH needs a user that is in its passwd file."""
_ROOT = "/git"
_PORT = 2020
_SIZE = 512 << 20
_DEFAULT = sized(memory=64, cpu=20, most_memory=128, most_cpu=200)
_SSH_PORT = 22


def volumes(site: Site) -> tuple[Volume, ...]:
    """Return the volumes of a pod with git-sync."""
    git = site.service.dags.git
    if git is None:
        return ()
    return (
        Volume("dags", EmptyDir(size=_SIZE)),
        Volume("git-home", EmptyDir(size=16 << 20)),
    )


def mounts(site: Site) -> tuple[Mount, ...]:
    """Return the mount of the DAGs: the whole volume, because git-sync replaces a link in it."""
    return (Mount("dags", DAGS, read_only=True),) if site.service.dags.git else ()


def keys(site: Site) -> tuple[SecretKey, ...]:
    """Return the keys of secrets that git-sync logs in with."""
    git = site.service.dags.git
    if git is None:
        return ()
    place = site.origin("dags", "git")
    return tuple(
        secret_key(reference, (*place, name))
        for name, reference in (
            ("password", git.password),
            ("ssh_key", git.ssh_key),
            ("known_hosts", git.known_hosts),
        )
        if reference is not None
    )


def sidecar(site: Site) -> tuple[Container, ...]:
    """Return the container that keeps the DAGs up to date.

    The containers after it in the pod wait for its first success.
    """
    git = site.service.dags.git
    if git is None:
        return ()
    ask = HttpGet("/", _PORT)
    own = (
        Env("GITSYNC_PERIOD", duration_text(git.period, "h")),
        Env("GITSYNC_HTTP_BIND", f":{_PORT}"),
    )
    return (
        _container(
            site, git, "git-sync", own,
            sidecar=True, ports=(Port("git-sync", _PORT),),
            startup=Probe(handler=ask, period=5, failures=60), readiness=Probe(handler=ask),
            liveness=Probe(handler=TcpSocket(_PORT), period=30),
        ),
    )  # fmt: skip


def once(site: Site) -> tuple[Container, ...]:
    """Return the container that fetches the DAGs before a task."""
    git = site.service.dags.git
    if git is None:
        return ()
    own = (Env("GITSYNC_PERIOD", "5s"), Env("GITSYNC_ONE_TIME", "true"))
    return (_container(site, git, "git-sync", own),)


def edges(site: Site, *sources: Pods) -> tuple[Edge, ...]:
    """Return the edge to the repository for each group of pods with git-sync."""
    git = site.service.dags.git
    if git is None:
        return ()
    host, port = address(git.repo)
    target = Outside(host, tuple(map(str, git.cidrs)))
    place = site.origin("dags", "git", "repo")
    return tuple(Edge(source, target, port, "TCP", "git", place) for source in sources)


def address(repo: str) -> tuple[str, int]:
    """Return the host and port of a repository's address.

    >>> address("git@example.com:team/dags.git")
    ('example.com', 22)
    """
    if "://" not in repo:
        return repo.partition("@")[2].partition(":")[0], _SSH_PORT
    url = urlsplit(repo)
    return url.hostname or "", url.port or {"https": 443, "http": 80}.get(url.scheme, _SSH_PORT)


def _container(  # noqa: PLR0913 - parts of a container
    site: Site,
    git: Git,
    name: str,
    env: tuple[Env, ...],
    *,
    sidecar: bool = False,
    ports: tuple[Port, ...] = (),
    startup: Probe | None = None,
    readiness: Probe | None = None,
    liveness: Probe | None = None,
) -> Container:
    place = site.origin("dags", "git")
    _, secrets = secret_files.volumes(keys(site))
    return Container(
        name=name, image=git.image, env=(*_env(git), *env), ports=ports, sidecar=sidecar,
        mounts=(Mount("dags", _ROOT), Mount("git-home", "/tmp"), *secrets),  # noqa: S108 - in a pod
        resources=stated_resources(git.resources, _DEFAULT, (*place, "resources")),
        startup=startup, readiness=readiness, liveness=liveness, user=_USER, origin=place,
    )  # fmt: skip


def _env(git: Git) -> tuple[Env, ...]:
    login = {
        "GITSYNC_USERNAME": git.username,
        "GITSYNC_PASSWORD_FILE": git.password and secret_files.reference_path(git.password),
        "GITSYNC_SSH_KEY_FILE": git.ssh_key and secret_files.reference_path(git.ssh_key),
        "GITSYNC_SSH_KNOWN_HOSTS_FILE": git.known_hosts
        and secret_files.reference_path(git.known_hosts),
    }
    return (
        Env("GITSYNC_REPO", git.repo),
        Env("GITSYNC_REF", git.ref),
        Env("GITSYNC_ROOT", _ROOT),
        Env("GITSYNC_LINK", "repo"),
        Env("GITSYNC_MAX_FAILURES", str(git.max_failures)),
        *(Env(name, value) for name, value in login.items() if value is not None),
    )
