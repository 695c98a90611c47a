"""The components that run permanently: the command and the probes of each."""

from __future__ import annotations

from msgspec import Struct, field

from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    Env,
    Exec,
    HttpGet,
    Mount,
    Port,
    Probe,
    Resources,
    SecretKey,
    Volume,
)
from platc_compiler.ir.workloads import Config, Deployment, Workload
from platc_compiler.lower.airflow import (
    git_sync,
    login,
    mail,
    pods,
    remote_logs,
    secret_files,
    settings,
    worker,
)
from platc_compiler.lower.airflow.site import ALIVE, HEALTH, HTTP, POD_TEMPLATES, Site
from platc_compiler.lower.ports import exposure
from platc_compiler.lower.resources import sized, stated_resources
from platc_spec.service import Component

_OLDEST = 30
"""Seconds that a heartbeat may be old: the default of the options of both generations."""


class _Probes(Struct, frozen=True, kw_only=True):
    """The three probes of the kubelet."""

    startup: Probe
    readiness: Probe
    liveness: Probe


class _Part(Struct, frozen=True, kw_only=True):
    """A component: what its workload is made from."""

    name: str
    stated: Component
    default: Resources
    args: tuple[str, ...]
    ports: tuple[Port, ...] = ()
    exposed: bool = False
    """Whether a Service has its ports."""
    probes: _Probes
    dags: bool = False
    """Whether it reads DAGs."""
    mails: bool = False
    """Whether it sends mail in 3.x; in 2.x every component can."""
    secrets: tuple[SecretKey, ...] = ()
    """What no other component has."""
    token: bool = False
    """Whether it calls the Kubernetes API server."""
    grace: int = 30
    env: tuple[Env, ...] = ()
    configs: tuple[Config, ...] = ()
    mounts: tuple[Mount, ...] = ()
    volumes: tuple[Volume, ...] = field(default=())


def workloads(site: Site, shared: Config) -> tuple[Workload, ...]:
    """Return a Deployment for each component; ``shared`` are the files that all of them read."""
    parts = [_front(site), _scheduler(site, shared), _triggerer(site)]
    if site.modern:
        parts.append(_dag_processor(site))
    return tuple(_workload(site, part, shared) for part in parts if part.stated.replicas)


def _workload(site: Site, part: _Part, shared: Config) -> Workload:
    key = part.name.replace("-", "_")
    keys = secret_files.component_keys(site)
    own = (*keys, *(mail.keys(site) if part.mails else ()), *part.secrets)
    env = mail.environment(site, part.stated.env) if part.mails else part.stated.env
    container = Container(
        name=part.name, image=site.image, args=part.args, ports=part.ports,
        env=(*part.env, *pods.environment(env, site.origin(key, "env"))),
        mounts=(
            *pods.mounts(site, own), *_script(part), *part.mounts,
            *(git_sync.mounts(site) if part.dags else ()),
            *(mail.mounts(site) if part.mails else ()),
        ),
        resources=stated_resources(
            part.stated.resources, part.default, site.origin(key, "resources")
        ),
        startup=part.probes.startup, readiness=part.probes.readiness, liveness=part.probes.liveness,
        origin=site.origin(key),
    )  # fmt: skip
    # The workload that owns the ConfigMap has a checksum of it; the others get one here.
    told = () if part.configs else (("platc.dev/airflow-config-checksum", pods.digest(shared)),)
    pod = pods.pod(
        site, container, init=(pods.wait(site, keys, container.resources),), dags=part.dags,
        token=part.token, grace=part.grace, annotations=told, secrets=own, further=part.volumes,
    )  # fmt: skip
    return Workload(
        name=f"{site.name}-{part.name}", namespace=site.namespace, service=site.name, app="airflow",
        component=part.name, version=site.service.version, pod=pod,
        controller=Deployment(replicas=part.stated.replicas),
        exposures=(exposure(f"{site.name}-{part.name}", part.ports),) if part.exposed else (),
        configs=part.configs, origin=site.origin(key),
    )  # fmt: skip


def _script(part: _Part) -> tuple[Mount, ...]:
    """Return the mount of the script that probes by a command run."""
    if not isinstance(part.probes.liveness.handler, Exec):
        return ()
    return (Mount("config", ALIVE, read_only=True, sub_path="alive.py"),)


def _front(site: Site) -> _Part:
    """Return the user interface.

    Measured at rest, with PostgreSQL: 3.3.2 with FAB 280 MiB for one worker and 622 MiB for two,
    which share nothing; 2.7.3 354 MiB for two.
    """
    sections = settings.components(site)
    if site.modern:
        stated = site.service.api_server or Component()
        count = settings.number(sections, "api", "workers", 1)
        path = f"{site.below}/api/v2"
        alive, ready = f"{path}/version", f"{path}/monitor/health"
        args: tuple[str, ...] = ("api-server",)
        default = sized(
            memory=128 + 320 * count, cpu=100, most_memory=256 + 512 * count, most_cpu=1000
        )
    else:
        stated = site.service.webserver or Component()
        count = settings.number(sections, "webserver", "workers", 2)
        # It serves only below the path of its URL.
        alive, ready = f"{site.below}/api/v1/version", f"{site.below}/health"
        # The default of the PID file is in AIRFLOW_HOME, which is read-only here.
        args = ("webserver", "--pid", "/tmp/airflow-webserver.pid")  # noqa: S108 - in a pod
        default = sized(
            memory=256 + 128 * count, cpu=100, most_memory=512 + 256 * count, most_cpu=1000
        )
    probes = _Probes(
        startup=Probe(handler=HttpGet(alive, HTTP), period=5, timeout=10, failures=60),
        readiness=Probe(handler=HttpGet(ready, HTTP), timeout=10),
        liveness=Probe(handler=HttpGet(alive, HTTP), period=30, timeout=20, failures=5),
    )
    return _Part(
        name=site.front, stated=stated, default=default, args=args, ports=(Port("http", HTTP),),
        exposed=True, probes=probes, token=True, env=remote_logs.login(site),
        secrets=login.keys(site), mounts=login.mounts(site),
    )  # fmt: skip


def _scheduler(site: Site, shared: Config) -> _Part:
    """Return the scheduler. Its probes ask the health server of the scheduler.

    The health server reads the heartbeat from the database, like ``airflow jobs check``, but no
    probe starts another Airflow process of 140 MiB. In both generations it answers 503 for an old
    heartbeat and for an unreachable database (airflow/utils/scheduler_health.py); the liveness
    probe tells the two apart.

    Measured at rest, with PostgreSQL and three DAGs: 3.3.2 248 MiB, 2.7.3, which parses them, 534.
    """
    ask = HttpGet("/health", HEALTH)
    template = worker.template_config(site)
    probes = _Probes(
        startup=Probe(handler=ask, period=5, timeout=10, failures=60),
        readiness=Probe(handler=ask, timeout=10),
        liveness=_liveness(f"http://127.0.0.1:{HEALTH}{ask.path}"),
    )
    return _Part(
        name="scheduler", stated=site.service.scheduler, args=("scheduler",), probes=probes,
        default=sized(
            memory=512 if site.modern else 640, cpu=250, most_memory=1024, most_cpu=1000
        ),
        dags=not site.modern, token=True, configs=(shared, template),
        mounts=(Mount("pod-template", POD_TEMPLATES, read_only=True),),
        volumes=(Volume("pod-template", ConfigFiles(template.name)),),
    )  # fmt: skip


def _dag_processor(site: Site) -> _Part:
    """Return the component that parses DAGs: at rest, with three of them, 348 MiB in 3.3.2."""
    return _Part(
        name="dag-processor", stated=site.service.dag_processor or Component(), dags=True,
        args=("dag-processor",),
        probes=_of_background(site, "DagProcessorJob", "dag_processor", "health_check_threshold"),
        # It sends the mail about lost tasks, which cannot send it themselves.
        mails=True,
        default=sized(memory=384, cpu=100, most_memory=768, most_cpu=1000),
    )  # fmt: skip


def _triggerer(site: Site) -> _Part:
    """Return the triggerer; it also serves the logs of the tasks that it waits for.

    The user interface asks for them at the name under which the triggerer is listed in the
    database. Pods of a Deployment have no DNS names, hence the address of the pod.

    Measured at rest, with PostgreSQL, all processes together: 3.3.2 239 MiB, of which 32 MiB for
    the log server; 2.7.3 260 MiB, of which 98 MiB.
    """
    probes = _of_background(site, "TriggererJob", "triggerer", "triggerer_health_check_threshold")
    stated = "hostname_callable" in settings.components(site).get("core", {})
    listed = Env("AIRFLOW__CORE__HOSTNAME_CALLABLE", "airflow.utils.net.get_host_ip_address")
    return _Part(
        name="triggerer", stated=site.service.triggerer, dags=True, grace=60, args=("triggerer",),
        ports=(Port("logs", settings.log_port(site)),), probes=probes,
        env=(*(() if stated else (listed,)), *(remote_logs.login(site) if site.modern else ())),
        default=sized(memory=320, cpu=50, most_memory=640, most_cpu=500),
    )  # fmt: skip


def _of_background(site: Site, job: str, section: str, option: str) -> _Probes:
    """Return the probes of a component that serves nothing.

    It is ready when its DAGs exist, and alive while the database has a heartbeat of it that is as
    young as the option says. ``airflow jobs check`` asks the same, and starts another Airflow for
    it: measured, 5.0 to 6.8 CPU-seconds and 146 to 162 MiB; the query takes 0.1 and 24 MiB.
    """
    oldest = settings.number(settings.components(site), section, option, _OLDEST)
    check = ("python", ALIVE, job, str(oldest))
    return _Probes(
        startup=Probe(handler=Exec(check), period=5, timeout=30, failures=60),
        readiness=Probe(handler=Exec(("test", "-d", site.dags_folder)), period=15),
        liveness=_liveness(*check[2:]),
    )


def _liveness(*question: str) -> Probe:
    """Return a probe with this check; it succeeds while the database does not answer."""
    return Probe(handler=Exec(("python", ALIVE, *question)), period=60, timeout=30, failures=5)
