"""An Airflow service as all its modules see it, and the paths in its pods."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlsplit

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import Labels, selector_labels
from platc_compiler.ir.network import Offer, Pods
from platc_compiler.ir.pipelines import PIPELINE
from platc_compiler.ir.platform import Database
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import service_host
from platc_spec.kinds import airflow as spec
from platc_spec.observability import Smtp

HOME = "/opt/airflow"
"""``AIRFLOW_HOME`` of the official image."""
DAGS = f"{HOME}/dags"
LOGS = f"{HOME}/logs"
SECRETS = f"{HOME}/secrets"
CONFIG_FILE = f"{HOME}/airflow.cfg"
CONNECTION = f"{HOME}/connection.py"
ALIVE = f"{HOME}/alive.py"
POD_TEMPLATES = f"{HOME}/pod_templates"

USER = 50_000
"""The user of the image; it owns the files of Airflow."""
GROUP = 0
"""The group of the image's files. The entry point of the image warns of any other, in every pod.

Source: ``check_uid_gid`` in scripts/docker/entrypoint_prod.sh of apache/airflow.
"""

_NAMED = {
    "airflow.utils.net.get_host_ip_address",
    "airflow.utils.net.getfqdn",
    "socket.getfqdn",
    "socket.gethostname",
}
"""Values of ``[core] hostname_callable`` that give a name or an address of the pod."""

HTTP = 8080
HEALTH = 8974
"""The health server of the scheduler (``[scheduler] scheduler_health_check_server_port``)."""
TRIGGER_LOGS = 8794
"""The log server of the triggerer (``[logging] trigger_log_server_port``)."""
STATSD = 9125
METRICS = 9102


class Site(Struct, frozen=True, dict=True):
    """A service of kind ``airflow`` in its platform."""

    name: str
    service: spec.Airflow
    context: Context

    @property
    def modern(self) -> bool:
        """Whether it is of the third generation."""
        return self.service.generation >= 3  # noqa: PLR2004 - the generation's number

    @cached_property
    def namespace(self) -> str:
        """The namespace of its pods and of tasks."""
        return self.context.namespace(self.service)

    @property
    def image(self) -> str:
        """The image of every component and of tasks."""
        return self.service.image or f"apache/airflow:{self.service.version}"

    @property
    def pulled_image(self) -> str:
        """The image, by the name under which the cluster pulls it."""
        images = self.context.spec.images
        if images is None:
            return self.image
        from platc_compiler.lower.images import pulled

        return pulled(self.image, images)

    @cached_property
    def database(self) -> Database:
        """Its database."""
        return self.context.database(self.service.database)

    @property
    def named(self) -> bool:
        """Whether jobs are listed under a name that the pod itself can find out."""
        stated = self.service.config.get("core", {}).get("hostname_callable")
        return stated is None or stated in _NAMED

    @property
    def database_port(self) -> Offer:
        """The port of its database."""
        return self.context.offer(self.database.service)

    @property
    def front(self) -> str:
        """The component that serves the user interface."""
        return front(self.service)

    @property
    def below(self) -> str:
        """The path of the address of the user interface, under which Airflow serves."""
        return urlsplit(self.service.url or "").path.rstrip("/")

    @property
    def front_url(self) -> str:
        """The user interface's address inside the cluster."""
        host = service_host(f"{self.name}-{self.front}", self.namespace)
        return f"http://{host}:{HTTP}{self.below}"

    @property
    def dags_folder(self) -> str:
        """The folder of the DAGs: below the link of git-sync, or in the image."""
        git = self.service.dags.git
        return "/".join(filter(None, (DAGS, "repo", git.subpath))) if git else DAGS

    @property
    def config(self) -> str:
        """The ConfigMap that all components read."""
        return f"{self.name}-config"

    @cached_property
    def mail(self) -> Smtp | None:
        """The mail server, when a pipeline of this service sends mail."""
        wanted = any(
            pipeline.defaults.email
            and (pipeline.defaults.email_on_failure or pipeline.defaults.email_on_retry)
            for pipeline in self.context.spec.pipelines.values()
            if pipeline.runs_on == self.name
        )
        notifications = self.context.spec.notifications
        return notifications.smtp if wanted and notifications else None

    @property
    def starts_pods(self) -> bool:
        """Whether tasks start pods of their own."""
        stated = self.service.worker.starts_pods
        return stated if stated is not None else any(
            task.image
            for pipeline in self.context.spec.pipelines.values()
            if pipeline.runs_on == self.name
            for task in pipeline.tasks.values()
        )  # fmt: skip

    @property
    def started(self) -> Pods | None:
        """The pods that tasks of DAGs written by hand start, where there are any.

        The KubernetesPodOperator labels each pod that it starts; those of pipelines have policies
        of their own. Source: ``_get_ti_pod_labels`` in operators/pod.py of
        apache-airflow-providers-cncf-kubernetes.
        """
        if not self.service.worker.starts_pods:
            return None
        labels = (("kubernetes_pod_operator", "True"),)
        return Pods(f"{self.name}-started", self.namespace, labels, (PIPELINE,))

    def selector(self, component: str) -> Labels:
        """Return the labels that select the pods of one component."""
        return selector_labels("airflow", self.name, component)

    def pods(self, component: str) -> Pods:
        """Return the pods of one component as an end of a connection."""
        return Pods(f"{self.name}-{component}", self.namespace, self.selector(component))

    def origin(self, *rest: str | int) -> Origin:
        """Return the path of a part of the service in platform.yaml."""
        return service_origin(self.name, *rest)


def front(service: spec.Airflow) -> str:
    """Return the name of the component that serves the user interface."""
    return "api-server" if service.generation >= 3 else "webserver"  # noqa: PLR2004 - generation
