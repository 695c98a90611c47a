"""What a server refuses of a user's own configuration, beside what the platform declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from platc_compiler.servers import alertmanager, blackbox_exporter, prometheus
from platc_compiler.servers.fault import Fault
from platc_compiler.servers.own import Own
from platc_spec.durations import duration_text
from platc_spec.kinds.prometheus import Prometheus
from platc_spec.observability import Notifications
from platc_spec.platform import Spec
from platc_spec.service import Service

_NEEDED = {
    "prometheus": frozenset({"global", "alerting", "rule_files", "scrape_configs"}),
    "alertmanager": frozenset({"global", "route", "receivers"}),
    "blackbox_exporter": frozenset({"modules"}),
}
"""Keys without which a server does not do what the platform declares."""


def faults(own: Own, spec: Spec) -> Iterator[Fault]:
    """Yield what the server refuses; each path begins below ``config``.

    The configuration of a blackbox_exporter is the whole one: its modules are merged.
    """
    for key in sorted(_NEEDED[own.kind] & own.config.keys()):
        if own.config[key] is None:
            message = f"{own.title} would be left without '{key}'"
            yield Fault((key,), message, "write only what is to be otherwise")
    if own.kind == "blackbox_exporter":
        yield from blackbox_exporter.faults(own.config, exact=own.exact)
    elif own.kind == "alertmanager":
        yield from alertmanager.faults(own.config, _declared(spec.notifications), exact=own.exact)
    else:
        service = spec.services[own.service]
        usual = service.scrape_interval if isinstance(service, Prometheus) else timedelta(minutes=1)
        config = own.config
        if isinstance(config.get("global"), Mapping):
            common = {"scrape_interval": duration_text(usual), **config["global"]}
            config = {**config, "global": common}
        if isinstance(service, Prometheus) and service.remote_write:
            config = _with_addresses(config, service)
        yield from prometheus.faults(config, _intervals(spec, usual), exact=own.exact)


def _with_addresses(config: Mapping[str, Any], service: Prometheus) -> Mapping[str, Any]:
    """Return the configuration with the address of each server that platform.yaml declares.

    What ``config`` says of such a server is merged over it, and repeats no address.
    """
    stated = config.get("remote_write")
    if not isinstance(stated, list):
        return config
    entries = [
        {"url": "http://declared", **each}
        if isinstance(each, Mapping) and each.get("name") in service.remote_write
        else each
        for each in stated
    ]
    return {**config, "remote_write": entries}


def _declared(notifications: Notifications | None) -> alertmanager.Declared:
    if notifications is None:
        return alertmanager.Declared()
    return alertmanager.Declared(
        receivers=notifications.receivers.keys(),
        intervals=notifications.time_intervals.keys(),
        mail=notifications.smtp is not None,
    )


def _intervals(spec: Spec, usual: timedelta) -> dict[str, int]:
    """Return how often each job is scraped, in nanoseconds; ``""`` is any other one."""
    found = {"": _nanoseconds(usual)}
    for name, service in spec.services.items():
        found[name] = _nanoseconds(_interval(service) or usual)
    return found


def _interval(service: Service) -> timedelta | None:
    interval = getattr(getattr(service, "metrics", None), "interval", None)
    return interval if isinstance(interval, timedelta) else None


def _nanoseconds(length: timedelta) -> int:
    return length // timedelta(microseconds=1) * 1000
