"""The typed facts of an ``Offering``: what a service does for others, beside its ports.

A kind states facts about its own service, and asks the context for the facts of others. It never
asks for another kind by name, so that a kind of another package can take part.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Pods


class Monitoring(Struct, frozen=True):
    """The service scrapes metrics, evaluates rules, and answers PromQL at its first port."""

    scrape_interval: timedelta


class LogStore(Struct, frozen=True, kw_only=True):
    """The service stores logs and answers the REST API of Elasticsearch."""

    version: str
    """The version of Elasticsearch whose API it has."""
    stream: str
    """The data stream of the containers' logs."""
    image: str | None = None
    """Its image, when another than Elasticsearch's own of this version."""
    namespace: str | None = None
    """Where it runs, when platc deploys it."""
    passwords: Mapping[str, str] | None = None
    """``secret/key`` by user; ``None`` when nobody has to log in."""


class LogStream(Struct, frozen=True, kw_only=True):
    """Logs that the service wants to be stored apart from the logs of containers."""

    alias: str
    """The alias under which they are written and read."""
    stores: tuple[str, ...]
    """The services that can store them."""
    shipped: bool
    """Whether a log shipper must take them from the pods; otherwise the service writes them."""


class Telemetry(Struct, frozen=True, kw_only=True):
    """The service takes what programs push by OTLP, and serves their metrics to Prometheus."""

    protocols: Mapping[str, str]
    """By port: the protocol, as ``OTEL_EXPORTER_OTLP_PROTOCOL`` names it."""
    signals: tuple[str, ...]
    """What it takes: ``metrics``, ``logs``, ``traces``."""
    prefix: str
    """What the names of all metrics begin with when it serves them."""
    adds_labels: bool = False
    """Whether it adds labels that the programs do not state."""


class Executors(Struct, frozen=True, kw_only=True):
    """The service runs executors, which connect to the pods of a program that depends on it."""

    pods: Pods
    to: tuple[int, ...]
    """The ports of the program that executors connect to."""
    back: tuple[int, int]
    """The first and the last port of an executor that the program connects to."""


class SignOn(Struct, frozen=True, kw_only=True):
    """The service logs people in for others, by OpenID Connect as Keycloak has it."""

    outside: str
    """Its address for browsers, without a slash at its end."""
    inside: str
    """Its address for the pods of the platform, likewise."""


class SignIn(Struct, frozen=True, kw_only=True):
    """The service lets people log in by another one, as a client of its realm."""

    by: str
    """The service that logs them in."""
    realm: str
    client: str
    secret: str
    """``secret/key`` of the client's secret."""
    back: str
    """The URL to which the browser comes back."""
    by_roles: bool
    """What people may do follows from the claim ``roles``."""


class Login(Struct, frozen=True, kw_only=True):
    """The service logs in to another one, when that one requires a password."""

    service: str
    user: str
    password: str | None
    """``secret/key``; ``None`` when platform.yaml names none."""
    field: tuple[str, ...]
    """The path below the service where platform.yaml names the password."""
    origin: Origin
    """The path that a diagnostic shows when the user or the password is missing."""
