"""Servers that a Prometheus sends its samples to, and others whose samples it scrapes.

Sources: prometheus.io, "Configuration" (``remote_write``) and "Federation" (``honor_labels``, so
that series keep the labels that the other server gave them); grafana.com, "Mimir: authentication"
(``X-Scope-OrgID``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Link
from platc_compiler.ir.observability import (
    Access,
    Alert,
    Federated,
    RemoteWrite,
    RuleTest,
    ScrapeJob,
)
from platc_compiler.ir.platform import Fragment
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_compiler.servers.secret_files import FOLDERS
from platc_spec.kinds import prometheus as spec
from platc_spec.remote import Remote


def with_remotes(
    alone: Fragment, name: str, service: spec.Prometheus, context: Context
) -> Fragment:
    """Return the part of a Prometheus with what it sends to others, and scrapes of them."""
    (monitor,) = alone.monitors
    remotes = tuple(
        RemoteWrite(each, _access(stated, stated.path, context), stated.metrics)
        for each, stated in service.remote_write.items()
    )
    links = (
        Link(monitor.pods, *split_dependency(stated.service), (*place, "service"))
        for place, stated in every_remote(name, service)
    )
    return replace(
        alone,
        monitors=(replace(monitor, remotes=remotes),),
        links=(*alone.links, *links),
        scrapes=(*alone.scrapes, *_federations(name, service, context)),
        alerts=(*alone.alerts, *(_alerts(name) if remotes else ())),
    )


def _federations(name: str, service: spec.Prometheus, context: Context) -> Iterator[ScrapeJob]:
    """Yield a job for each other Prometheus; what it stores is said of other things than itself."""
    for job, stated in service.federation.items():
        path = f"{context.offering(stated.service).path}{stated.path}"
        yield ScrapeJob(
            name=job, service=split_dependency(stated.service)[0], path=path,
            discovery=Federated(_access(stated, path, context), stated.match),
            interval=stated.interval, honor_labels=True, foreign=True,
            origin=service_origin(name, "federation", job),
        )  # fmt: skip


def _alerts(name: str) -> tuple[Alert, ...]:
    """Return the alerts on what cannot be sent; source: the mixin of the Prometheus project."""
    owner = Owner("prometheus", service_origin(name, "remote_write"), service=name)
    failed, sent, newest, taken = (
        owner.series(f"prometheus_remote_storage_{each}")
        for each in (
            "samples_failed_total", "samples_total", "queue_highest_timestamp_seconds",
            "queue_highest_sent_timestamp_seconds",
        )
    )  # fmt: skip
    lost = f"rate({failed}[5m])"
    behind = f"max_over_time({newest}[5m]) - max_over_time({taken}[5m])"
    return (
        owner.alert(
            "PrometheusRemoteWriteFails", f"{lost} / ({lost} + rate({sent}[5m])) > 0.01",
            "critical", "Prometheus loses samples that {{ $labels.remote_name }} should have",
            "{{ $value | humanizePercentage }} of the samples were refused.",
            RuleTest(((failed, "0+1x60"), (sent, "0+10x60")), ((failed, "7"), (sent, "0+10x60"))),
            minutes=15,
        ),
        owner.alert(
            "PrometheusRemoteWriteBehind", f"{behind} > 120", "warning",
            "What Prometheus sends to {{ $labels.remote_name }} comes too late",
            "Samples are {{ $value | humanizeDuration }} old when they are sent. What is older than"
            " the log, about two hours, is never sent.",
            RuleTest(
                ((newest, "1000+60x60"), (taken, "800")),
                ((newest, "1000+60x60"), (taken, "990+60x60")),
            ), minutes=15,
        ),
    )  # fmt: skip


def remote_secrets(name: str, service: spec.Prometheus) -> Iterator[tuple[str, Origin]]:
    """Yield each ``secret/key`` that Prometheus reads for them, with its path in platform.yaml."""
    for place, stated in every_remote(name, service):
        stored = {"ca": stated.ca, "password": stated.password, "token": stated.token}
        for key, reference in stored.items():
            if reference is not None:
                yield reference, (*place, key)


def every_remote(name: str, service: spec.Prometheus) -> Iterator[tuple[Origin, Remote]]:
    """Yield each server that a Prometheus sends to or scrapes, after its path in platform.yaml."""
    every: dict[str, Mapping[str, Remote]] = {
        "remote_write": service.remote_write,
        "federation": service.federation,
    }
    for key, servers in every.items():
        for each, stated in servers.items():
            yield service_origin(name, key, each), stated


def _access(stated: Remote, path: str, context: Context) -> Access:
    return Access(
        address=context.offer(stated.service).address, scheme=stated.scheme, path=path,
        tenant=stated.tenant or "", user=stated.user or "", password_file=_file(stated.password),
        token_file=_file(stated.token), ca_file=_file(stated.ca),
    )  # fmt: skip


def _file(reference: str | None) -> str:
    return f"{FOLDERS['prometheus']}/{reference}" if reference else ""
