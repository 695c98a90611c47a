"""The parts of a kind, and the context of its lowering."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from msgspec import Struct

from platc_compiler.ir.network import Offer, Pods
from platc_compiler.ir.platform import Database, Fragment
from platc_compiler.language.references import Reference, references
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.facts import (
    Executors,
    Login,
    LogStore,
    LogStream,
    Monitoring,
    SignIn,
    SignOn,
    Telemetry,
)
from platc_compiler.source.beside import NOTHING, Beside, named_text
from platc_compiler.templating.templates import Templates
from platc_spec.platform import Spec
from platc_spec.service import Service

ServiceT = TypeVar("ServiceT", bound=Service)


class Offering(Struct, frozen=True):
    """What a service has for others: all that other kinds can know of it.

    Offerings are made before any check and before any service is lowered.
    """

    ports: tuple[Offer, ...] = ()
    """The first one is the default of ``depends_on``."""
    databases: tuple[Database, ...] = ()
    monitoring: Monitoring | None = None
    notifies: bool = False
    """Whether it sends notifications of the alerts that arrive at its first port."""
    shows_dashboards: bool = False
    log_store: LogStore | None = None
    log_streams: tuple[LogStream, ...] = ()
    logins: tuple[Login, ...] = ()
    sign_on: SignOn | None = None
    sign_in: SignIn | None = None
    telemetry: Telemetry | None = None
    executors: Executors | None = None
    pods: Pods | None = None
    """Its pods, as far as they call other services by ``controller``."""
    autoscaling: str = ""
    """Which server of metrics for autoscalers it is, such as ``keda``; empty for none."""
    path: str = ""
    """The path below which the first port answers, without a slash at its end."""


class Context(Struct, frozen=True, dict=True):
    """What the lowering of a service can use beside the service itself."""

    spec: Spec
    offerings: Mapping[str, Offering]
    """By service."""
    templates: Templates
    sealed: tuple[dict[str, Any], ...] = ()
    """The SealedSecret objects of the committed file beside platform.yaml."""
    data: Mapping[str, Any] = {}
    """What platform.yaml says, as it was read: the words of it that no model keeps."""
    beside: Beside = NOTHING
    """The files beside platform.yaml."""

    def file(self, path: str) -> str | None:
        """Return the text of a file beside platform.yaml, ``None`` if there is none.

        Raises:
            Unreadable: it cannot be read.
        """
        return named_text(self.beside, path)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """All values of the platform that name something declared elsewhere."""
        return tuple(references(self.spec))

    def namespace(self, service: Service) -> str:
        """Return the namespace of a service: the stated one, or the only one of the platform."""
        return self.spec.namespace_of(service)

    def of_kind(self, model: type[ServiceT]) -> dict[str, ServiceT]:
        """Return the services of a kind by name: a kind knows those of its own."""
        return self.spec.of_kind(model)

    def offer(self, dependency: str) -> Offer:
        """Return the port that ``service`` or ``service:port`` names.

        Raises:
            KeyError: there is no such service; the checks of references have reported it.
        """
        name, port = split_dependency(dependency)
        offers = self.offerings[name].ports
        return next(offer for offer in offers if not port or offer.port == port)

    def database(self, reference: str) -> Database:
        """Return the database that ``service/name`` names.

        Raises:
            StopIteration: there is no such database; the checks of references have reported it.
        """
        service, _, name = reference.partition("/")
        return next(d for d in self.offerings[service].databases if d.name == name)

    def offering(self, dependency: str) -> Offering:
        """Return what the service that ``service`` or ``service:port`` names has for others.

        Raises:
            KeyError: there is no such service; the checks of references have reported it.
        """
        return self.offerings[split_dependency(dependency)[0]]

    @property
    def monitors(self) -> tuple[str, ...]:
        """The services that scrape metrics and evaluate rules."""
        return tuple(name for name, each in self.offerings.items() if each.monitoring)

    @property
    def notifiers(self) -> tuple[str, ...]:
        """The services that send notifications of alerts."""
        return tuple(name for name, each in self.offerings.items() if each.notifies)

    @property
    def dashboard_servers(self) -> tuple[str, ...]:
        """The services that show dashboards."""
        return tuple(name for name, each in self.offerings.items() if each.shows_dashboards)

    def log_streams(self, store: str) -> tuple[LogStream, ...]:
        """Return the log streams for a log store, in the order of their services' names."""
        return tuple(
            stream
            for _, offering in sorted(self.offerings.items())
            for stream in offering.log_streams
            if store in stream.stores
        )


class Kind(Struct, Generic[ServiceT], frozen=True):
    """A kind of service.

    Another package adds one by an entry point of the group ``platc.kinds``: its name is the name of
    the kind, and its value is an object of this class.
    """

    name: str
    model: type[ServiceT]
    lower: Callable[[str, ServiceT, Context], Fragment]
    """Takes a service's name, the service and the context; returns its part of the platform."""
    offer: Callable[[str, ServiceT, str], Offering] = lambda _name, _service, _namespace: Offering()
    """Takes a service's name, the service and its namespace; returns what it has for others."""
