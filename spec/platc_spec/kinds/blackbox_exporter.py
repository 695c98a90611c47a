"""``blackbox_exporter``: asks services whether they answer, as their clients do."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator

from platc_spec.addresses import Cidr
from platc_spec.base import Config, Duration, Resources, ServiceName, Version
from platc_spec.service import Deployed

_PROBERS = ("http", "tcp", "dns", "icmp", "grpc", "unix")
_GENERATED = ("http", "https", "tcp", "tls", "dns")
"""The modules by which Prometheus asks."""


def _modules(config: dict[str, object]) -> dict[str, object]:
    """Refuse what the exporter does not start with, or what it knows no prober for.

    Source: ``Config`` and ``Module`` in config/config.go of blackbox_exporter 0.28. A module with
    an unknown prober is loaded, and each of its probes fails.
    """
    modules = config.get("modules", {})
    if config.keys() - {"modules"} or not isinstance(modules, Mapping):
        raise ValueError("the configuration of blackbox_exporter has one key: modules, a mapping")
    for name, module in modules.items():
        if not isinstance(module, Mapping):
            raise ValueError(f"modules.{name}: write a mapping")  # noqa: TRY004 - Pydantic's
        unknown = sorted(map(str, module.keys() - {"prober", "timeout", *_PROBERS}))
        if unknown:
            known = ", ".join(("prober", "timeout", *_PROBERS))
            raise ValueError(f"modules.{name}: unknown key {unknown[0]!r}; known: {known}")
        prober = module.get("prober", "http" if name in _GENERATED else None)
        if prober not in _PROBERS:
            raise ValueError(f"modules.{name}: write prober: one of {', '.join(_PROBERS)}")
    return config


class BlackboxExporter(Deployed):
    """A prober: it asks every port that a service offers, and every exposed host.

    Inside the cluster it asks the path of the readiness probe by HTTP, and connects by TCP where
    there is none. An exposed host is asked by its name, through the ingress.
    """

    kind: Literal["blackbox_exporter"]
    version: Version = "0.28.0"
    """The version of blackbox_exporter."""
    interval: Duration = timedelta(seconds=30)
    """How often each target is asked."""
    without: tuple[ServiceName, ...] = ()
    """Services that it does not ask."""
    addresses: tuple[Cidr, ...] = ()
    """The networks in which exposed hosts are; left out, every public address."""
    resources: Resources = Resources()
    """Requests and limits."""
    config: Annotated[Config, AfterValidator(_modules)] = {}
    """The exporter's own configuration in its own syntax, merged over the generated modules
    ``http``, ``https``, ``tcp``, ``tls`` and ``dns``."""
