"""Logs of finished tasks, in Elasticsearch.

3.x: the supervisor of a task writes them there itself when the task ends, so that neither a log
shipper nor the life of the pod stands between. 2.x prints them as JSON, and a log shipper must
carry the lines with their ``log_id`` and ``offset``.
Source: the task handlers of apache-airflow-providers-elasticsearch 6.9.1 and 5.1.0.
"""

from __future__ import annotations

import re

from msgspec import Struct

from platc_compiler.ir.pods import Env
from platc_compiler.lower.airflow.site import Site
from platc_compiler.lower.secret_keys import secret_key


class Store(Struct, frozen=True):
    """An Elasticsearch, as far as Airflow must know it."""

    address: str
    index: str
    major: str
    """Its major version, empty where unknown: a client of another one must say that it knows."""


def store(site: Site) -> Store | None:
    """Return where logs are kept, ``None`` when they are not."""
    name = site.service.logs
    if name is None:
        return None
    offer = site.context.offer(name)
    version = str(getattr(site.context.spec.services[name], "version", ""))
    major = re.match(r"\d+", version)
    # The alias that the kind `elasticsearch` makes for it, with a life cycle behind it.
    return Store(f"http://{offer.address}", f"{site.name}-logs", major[0] if major else "")


def login(site: Site) -> tuple[Env, ...]:
    """Return the address with the user in it, for whoever reads or writes logs.

    Airflow takes no command for this option, so the kubelet puts the password into it.
    """
    stated, logs = site.service.logs_login, store(site)
    if stated is None or logs is None:
        return ()
    key = secret_key(stated.password, site.origin("logs_login", "password"))
    scheme, _, address = logs.address.partition("://")
    url = f"{scheme}://{stated.user}:$(ELASTICSEARCH_PASSWORD)@{address}"
    return (Env("ELASTICSEARCH_PASSWORD", key), Env("AIRFLOW__ELASTICSEARCH__HOST", url))
