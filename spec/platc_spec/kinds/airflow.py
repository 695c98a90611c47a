"""``airflow``: workflow orchestration, 2.x with its webserver and 3.x with its API server."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from platc_spec.addresses import Cidr
from platc_spec.base import (
    Duration,
    Env,
    Lazily,
    Model,
    Refers,
    Resources,
    SecretRef,
    ServiceName,
    Version,
)
from platc_spec.service import Component, DatabaseRef, Deployed, exposed_url

if TYPE_CHECKING:
    from platc_spec.login import AirflowLogin
else:
    # Lazily names the model: its module is imported when platform.yaml states one.
    AirflowLogin = Model

GIT_SYNC = "registry.k8s.io/git-sync/git-sync:v4.7.1"
STATSD_EXPORTER = "quay.io/prometheus/statsd-exporter:v0.31.0"


def _supported(version: str) -> str:
    match = re.match(r"(\d+)\.(\d+)\.\d+", version)
    release = (int(match[1]), int(match[2])) if match else (0, 0)
    if not ((2, 7) <= release < (3, 0) or (3, 2) <= release < (4, 0)):
        raise ValueError(
            f"platc knows Airflow 2.7 to 2.11 and 3.2 onwards, not {version}: write such as 3.3.2"
        )
    return version


AirflowVersion = Annotated[Version, AfterValidator(_supported)]
"""A release of Airflow, major, minor and patch."""

Setting = (
    Annotated[str, Field(pattern=r"^[^\n]*$")]
    | bool
    | int
    | float
    | list[Any]
    | dict[str, Any]
    | None
)
"""A value of an option on one line; lists and mappings are written as JSON, ``null`` removes
platc's value."""

Url = Annotated[
    str,
    Field(
        pattern=r"^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$",
        examples=["https://example.com/airflow"],
    ),
]
"""An address without a query. Airflow does not find itself below a path with encoded characters."""

Slots = Annotated[int, Field(ge=1, le=100_000, strict=True)]


class Keys(Model):
    """The keys that every component shares; ``platc seal --generate`` makes them."""

    fernet: Annotated[
        SecretRef,
        Refers(
            "secret",
            recipe="fernet",
            renewal="Airflow cannot read what it has encrypted with the old key: seal the new and"
            " the old one, with a comma between, and run airflow rotate-fernet-key",
        ),
    ]
    """Encrypts connections and variables in the database (``generate: fernet``)."""
    session: Annotated[SecretRef, Refers("secret", recipe="hex:32")]
    """Signs browser sessions (``[webserver] secret_key``, in 3.x ``[api] secret_key``)."""
    jwt: Annotated[SecretRef, Refers("secret", recipe="base64:64")] | None = None
    """Signs the tokens with which tasks call the API server; required in 3.x, and used only
    there."""


class Admin(Model):
    """The first user; it is created when the database is migrated, and never changed later."""

    username: Annotated[str, Field(min_length=1, max_length=64)] = "admin"
    """The name to log in with."""
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] = "admin@example.com"
    """The address."""
    first_name: str = "Platform"
    """The first name."""
    last_name: str = "Admin"
    """The last name."""
    password: Annotated[
        SecretRef,
        Refers(
            "secret",
            recipe="password",
            renewal="Airflow takes it only for a user that is not there yet: run airflow users"
            " reset-password in the pod of its API server or web server",
        ),
    ]
    """The declared secret that holds the password."""


OfGit = Annotated[SecretRef, Refers("secret", issuer="the Git server")]
"""A credential that the Git server has issued."""


class Git(Model):
    """A repository that git-sync copies to every component that reads DAGs."""

    repo: Annotated[
        str,
        Field(
            pattern=r"^(https?://|ssh://|[A-Za-z0-9_.-]+@)[A-Za-z0-9_.-]",
            examples=["https://example.com/dags.git"],
        ),
    ]
    """The repository's address."""
    ref: str = "HEAD"
    """The branch, tag or commit."""
    subpath: Annotated[str, Field(pattern=r"^([A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)?$")] = ""
    """The folder of the repository that holds the DAGs; default: its root."""
    period: Duration = timedelta(seconds=60)
    """The interval between two fetches."""
    max_failures: Annotated[int, Field(ge=-1, le=10_000, strict=True)] = 5
    """The number of consecutive failures before the container restarts; -1 for no limit."""
    username: str | None = None
    """The user to log in as, over HTTPS."""
    password: OfGit | None = None
    """The password or token of that user."""
    ssh_key: OfGit | None = None
    """The private key, over SSH."""
    known_hosts: OfGit | None = None
    """The host's public keys, over SSH; needed with ``ssh_key``."""
    cidrs: tuple[Cidr, ...] = ()
    """The host's addresses; default: every public address, on the repository's port only."""
    image: str = GIT_SYNC
    """The image of git-sync, v4."""
    resources: Resources = Resources()
    """Requests and limits of each git-sync container."""

    @model_validator(mode="after")
    def _complete_login(self) -> Self:
        if ".." in self.subpath.split("/"):
            raise ValueError("a repository's subpath stays inside of it: write it without '..'")
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password of a repository belong together")
        if (self.ssh_key is None) != (self.known_hosts is None):
            raise ValueError("ssh_key and known_hosts of a repository belong together")
        if self.ssh_key is not None and self.repo.startswith("http"):
            raise ValueError(
                "ssh_key needs a repository reached by SSH, such as git@example.com:dags.git"
            )
        return self


class Dags(Model):
    """The source of the DAGs; default: ``/opt/airflow/dags`` in the image."""

    git: Git | None = None
    """A git repository."""


class LogsLogin(Model):
    """The user of Elasticsearch that writes and reads the logs, if its security is on."""

    user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_.-]*$", max_length=60)] = "airflow"
    """The user, one of ``passwords`` of the ``elasticsearch`` service."""
    password: SecretRef
    """Its password; it becomes part of a URL, so it contains only letters, digits, ``-`` and
    ``_``."""


class Worker(Model):
    """The pod in which the executor runs each task."""

    resources: Resources = Resources()
    """Requests and limits of a task's pod; a pod that the task itself starts is counted
    separately."""
    env: Env = {}
    """Further environment variables of tasks."""
    starts_pods: bool | None = None
    """Whether tasks may start pods of their own in their namespace (KubernetesPodOperator);
    default: if a pipeline has a task with an image. ``true`` says that hand-written DAGs do so:
    their pods may connect to DNS and to the services under ``depends_on``."""
    reads_xcom: bool = False
    """Whether they may also execute commands in those pods, which ``do_xcom_push`` needs; the right
    covers every pod of the namespace, the scheduler's included."""


class Airflow(Deployed):
    """Apache Airflow with the KubernetesExecutor: each task runs in a pod of its own."""

    kind: Literal["airflow"]
    version: AirflowVersion
    """The release: 2.7 to 2.11, or 3.2 onwards."""
    config: dict[str, dict[str, Setting]] = {}
    """Options of airflow.cfg by section, with the names of this release's reference."""
    database: DatabaseRef
    """The database that holds Airflow's state, written ``service/database``."""
    keys: Keys
    """The keys that every component shares."""
    admin: Admin | None = None
    """The first user; without it, nobody can log in before ``airflow users create``."""
    login: Annotated[AirflowLogin, Lazily("platc_spec.login", "AirflowLogin")] | None = None
    """Login by a Keycloak of the platform, which takes the place of the form; it needs ``url``.
    Default: only the users that Airflow's own database knows."""
    dags: Dags = Dags()
    """The source of the DAGs."""
    url: Url | None = exposed_url(None)
    """The address of the user interface for people; with a path, everything is served below it."""
    logs: Annotated[ServiceName, Refers("service", ("elasticsearch",), reached=True)] | None = None
    """The ``elasticsearch`` service that keeps the logs of finished tasks; without one, logs are
    lost with their pods."""
    logs_login: LogsLogin | None = None
    """Airflow's login there."""
    pools: dict[str, Slots] = {}
    """Slots of each pool; the default of ``default_pool`` is 128."""
    webserver: Component | None = None
    """The user interface of 2.x."""
    api_server: Component | None = None
    """The user interface and API of 3.x, to which tasks connect."""
    scheduler: Component = Component()
    """The scheduler; in 2.x it also parses the DAGs."""
    dag_processor: Component | None = None
    """The DAG processor of 3.x."""
    triggerer: Component = Component()
    """The triggerer, which waits for deferred tasks; ``replicas: 0`` removes it."""
    worker: Worker = Worker()
    """The pod in which the executor runs each task."""
    migration: Resources = Resources()
    """Requests and limits of the job that migrates the database."""
    statsd: Component = Component()
    """The exporter that converts Airflow's StatsD metrics for Prometheus."""

    @model_validator(mode="after")
    def _login_for_logs(self) -> Self:
        if self.logs_login is not None and self.logs is None:
            raise ValueError("logs_login is of no use without logs")
        return self

    @model_validator(mode="after")
    def _login_comes_back(self) -> Self:
        if self.login is not None and self.url is None:
            raise ValueError("login needs url: browsers come back to it from Keycloak")
        return self

    @model_validator(mode="after")
    def _fits_its_generation(self) -> Self:
        if self.generation == 3:  # noqa: PLR2004 - the generation's number
            if self.webserver is not None:
                raise ValueError("there is no webserver in Airflow 3: write api_server instead")
            if self.keys.jwt is None:
                raise ValueError("keys.jwt is missing: Airflow 3 signs the tokens of tasks with it")
        else:
            if self.api_server is not None:
                raise ValueError("there is no API server in Airflow 2: write webserver instead")
            if self.dag_processor is not None:
                raise ValueError(
                    "there is no dag_processor in Airflow 2: its scheduler parses DAGs"
                )
        return self

    @property
    def generation(self) -> int:
        """The major version: 2 or 3."""
        return int(self.version.partition(".")[0])
