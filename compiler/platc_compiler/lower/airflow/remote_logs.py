"""Logs of finished tasks, in Elasticsearch.

In 3.x the supervisor of a task writes them there when the task ends, without a log shipper. 2.x
prints them as JSON, and a log shipper must store the lines with their ``log_id`` and ``offset``.
Source: the task handlers of apache-airflow-providers-elasticsearch 6.9.1 and 5.1.0.
"""

from __future__ import annotations

import re

from msgspec import Struct

from platc_compiler.ir.pods import Env
from platc_compiler.lower.airflow.site import Site
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.facts import Login, LogStream
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.kinds import airflow as spec

USER = "airflow"
"""The user of the log store when platform.yaml names none: the default of ``logs_login``."""


class Store(Struct, frozen=True):
    """The log store: what Airflow needs to know of it."""

    address: str
    index: str
    major: str
    """Its major version, empty when unknown; a client of another major version must state it."""


def stream(name: str, service: spec.Airflow) -> LogStream:
    """Return the stream of the logs of tasks."""
    dependencies = (split_dependency(each)[0] for each in service.depends_on)
    return LogStream(
        alias=f"{name}-logs", shipped=service.generation < 3,  # noqa: PLR2004 - the generation
        stores=tuple(filter(None, (service.logs, *dependencies))),
    )  # fmt: skip


def logins(name: str, service: spec.Airflow) -> tuple[Login, ...]:
    """Return how Airflow logs in to the store of its logs."""
    if service.logs is None:
        return ()
    stated = service.logs_login
    login = Login(
        service=service.logs, user=stated.user if stated else USER,
        password=stated.password if stated else None, field=("logs_login", "password"),
        origin=service_origin(name, "logs_login" if stated else "logs"),
    )  # fmt: skip
    return (login,)


def store(site: Site) -> Store | None:
    """Return where logs are stored, ``None`` when they are not."""
    name = site.service.logs
    if name is None:
        return None
    log_store = site.context.offering(name).log_store
    major = re.match(r"\d+", log_store.version) if log_store else None
    # The store makes an alias of this name, with a life cycle behind it.
    alias = stream(site.name, site.service).alias
    return Store(f"http://{site.context.offer(name).address}", alias, major[0] if major else "")


def login(site: Site) -> tuple[Env, ...]:
    """Return the variables of a process that reads or writes logs: an address with the user in it.

    Airflow cannot read this option from a command or a file: the kubelet inserts the password.
    """
    stated, logs = site.service.logs_login, store(site)
    if stated is None or logs is None:
        return ()
    key = secret_key(stated.password, site.origin("logs_login", "password"))
    scheme, _, address = logs.address.partition("://")
    url = f"{scheme}://{stated.user}:$(ELASTICSEARCH_PASSWORD)@{address}"
    return (Env("ELASTICSEARCH_PASSWORD", key), Env("AIRFLOW__ELASTICSEARCH__HOST", url))
