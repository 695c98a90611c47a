"""The connections of Airflow: links to other services, and edges inside and outside the cluster."""

from __future__ import annotations

from platc_compiler.ir.network import ApiServer, Edge, Link, Pods
from platc_compiler.lower.airflow import git_sync, login, migration, settings, worker
from platc_compiler.lower.airflow.site import HTTP, STATSD, Site
from platc_compiler.lower.dependencies import dependency_links


def links(site: Site) -> tuple[Link, ...]:
    """Return the connections to other services.

    ``depends_on`` is for the code of tasks. It runs in the pods of tasks, in the pods that DAGs
    written by hand start, and in the triggerer while a task is deferred.
    """
    started = () if site.started is None else (site.started,)
    task_code = [site.pods(worker.COMPONENT), *_triggerer(site), *started]
    declared = [
        link
        for source in task_code
        for link in dependency_links(site.service.depends_on, source, site.origin("depends_on"))
    ]
    return (*_to_database(site), *_to_logs(site), *_to_mail(site), *login.links(site), *declared)


def edges(site: Site) -> tuple[Edge, ...]:
    """Return the connections to Airflow's own parts, to the API server and to the repository."""
    return (
        *git_sync.edges(site, *_readers_of_dags(site)),
        *_to_api_server(site),
        *_reports(site),
        *_serves_logs(site),
        *_to_statsd(site),
    )


def _triggerer(site: Site) -> tuple[Pods, ...]:
    return (site.pods("triggerer"),) if site.service.triggerer.replicas else ()


def _parser(site: Site) -> str:
    return "dag-processor" if site.modern else "scheduler"


def _readers_of_dags(site: Site) -> tuple[Pods, ...]:
    return (site.pods(worker.COMPONENT), *_triggerer(site), site.pods(_parser(site)))


def _components(site: Site) -> tuple[Pods, ...]:
    parser = (site.pods("dag-processor"),) if site.modern else ()
    return (site.pods(site.front), site.pods("scheduler"), *_triggerer(site), *parser)


def _to_database(site: Site) -> tuple[Link, ...]:
    """Return the links to the database; tasks of 3.x use the API server instead."""
    tasks = () if site.modern else (site.pods(worker.COMPONENT),)
    sources = (*_components(site), site.pods(migration.COMPONENT), *tasks)
    place = site.origin("database")
    return tuple(Link(source, site.database.service, None, place) for source in sources)


def _to_logs(site: Site) -> tuple[Link, ...]:
    """Return the links to the log store.

    The user interface reads it; in 3.x tasks write to it, and the triggerer for deferred ones.
    """
    if site.service.logs is None:
        return ()
    writers = (site.pods(worker.COMPONENT), *_triggerer(site)) if site.modern else ()
    sources = (site.pods(site.front), *writers)
    return tuple(Link(source, site.service.logs, None, site.origin("logs")) for source in sources)


def _to_mail(site: Site) -> tuple[Link, ...]:
    """Return the links to the mail server.

    Tasks report their own failure; the component that parses DAGs reports lost tasks.
    """
    if site.mail is None:
        return ()
    sources = (site.pods(worker.COMPONENT), site.pods(_parser(site)))
    place = ("notifications", "smtp", "service")
    return tuple(Link(source, site.mail.service, None, place) for source in sources)


def _to_api_server(site: Site) -> tuple[Edge, ...]:
    """Return the edges of the executor, the reader of running logs, and tasks that start pods."""
    tasks = (site.pods(worker.COMPONENT),) if site.starts_pods else ()
    sources = (site.pods("scheduler"), site.pods(site.front), *tasks)
    port = site.context.spec.cluster.api_server.port
    return tuple(
        Edge(source, ApiServer(), port, "TCP", "API server", site.origin()) for source in sources
    )


def _reports(site: Site) -> tuple[Edge, ...]:
    """Return the edge from tasks of 3.x to the execution API of Airflow's API server."""
    if not site.modern:
        return ()
    source, target = site.pods(worker.COMPONENT), site.pods(site.front)
    return (Edge(source, target, HTTP, "TCP", "execution API", site.origin()),)


def _serves_logs(site: Site) -> tuple[Edge, ...]:
    """Return the edge from the user interface to the logs of deferred tasks."""
    source, port = site.pods(site.front), settings.log_port(site)
    return tuple(
        Edge(source, target, port, "TCP", "logs of deferred tasks", site.origin("triggerer"))
        for target in _triggerer(site)
    )


def _to_statsd(site: Site) -> tuple[Edge, ...]:
    sources = (*_components(site), site.pods(worker.COMPONENT))
    target = site.pods("statsd")
    return tuple(
        Edge(source, target, STATSD, "UDP", "StatsD", site.origin("statsd")) for source in sources
    )
