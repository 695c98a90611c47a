"""Lowering of ``airflow``: one module per subject."""

from __future__ import annotations

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Port
from platc_compiler.lower.airflow import (
    alerts,
    catalogue,
    components,
    connections,
    login,
    migration,
    pods,
    remote_logs,
    rights,
    sessions,
    statsd,
    worker,
)
from platc_compiler.lower.airflow.site import HTTP, Site, front
from platc_compiler.lower.exporters import exporter
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.ports import port_offers, service_host
from platc_spec.kinds import airflow as spec


def offer(name: str, service: spec.Airflow, namespace: str) -> Offering:
    """Offer the user interface and API, and state where the logs of tasks may be stored."""
    part = front(service)
    endpoint = Pods(f"{name}-{part}", namespace, selector_labels("airflow", name, part))
    host = service_host(f"{name}-{part}", namespace)
    return Offering(
        port_offers(name, host, endpoint, (Port("http", HTTP),)),
        log_streams=(remote_logs.stream(name, service),),
        logins=remote_logs.logins(name, service),
        sign_in=login.sign_in(service),
    )


def lower(name: str, service: spec.Airflow, context: Context) -> Fragment:
    """Return the components of the generation, the executor's pods, and what belongs to them."""
    site = Site(name, service, context)
    shared = pods.config(site)
    return Fragment(
        workloads=(
            *components.workloads(site, shared),
            migration.workload(site, shared),
            statsd.workload(site),
        ),
        rights=rights.rights(site),
        links=connections.links(site),
        edges=connections.edges(site),
        metrics=catalogue.metrics(site),
        exporters=(exporter("airflow", name, service),) if site.modern else (),
        alerts=alerts.alerts(site),
        runners=(worker.runner(site),),
        sessions=sessions.sessions(site),
    )


AIRFLOW = Kind("airflow", spec.Airflow, lower, offer)
