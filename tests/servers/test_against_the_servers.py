"""Random configurations: what platc accepts, the real program accepts, and the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from platc_compiler.servers import alertmanager, blackbox_exporter, prometheus
from platc_compiler.servers.durations import prometheus_duration
from platc_compiler.servers.fault import Fault
from platc_compiler.servers.shape import text_of
from tests.servers import drawn
from tests.servers.verdicts import verdicts

SERVERS = ("alertmanager", "blackbox_exporter", "prometheus")
ONLY_PLATC: Mapping[str, tuple[str, ...]] = {
    "alertmanager": (
        # An empty item is read as one without any key; of a receiver, Alertmanager panics.
        "an item of .* is empty",
        # The month 13, or -1: accepted, and never.
        "is never: a month",
        # 5 without a unit is 5 ns.
        "is a time in nanoseconds",
        "this is a whole number, not 1.5",
        # An empty token of Rocket.Chat is set for Go, and logs nobody in.
        "'token(_id)?' or 'token(_id)?_file' is missing here",
    ),
    "blackbox_exporter": (
        "an item of .* is empty",
        "this is a whole number, not 1.5",
        # The exporter reads "yes" as true.
        "this is true or false, not 'yes'",
        # It starts with these, and each probe of the module fails or asks otherwise than said.
        "'prober' is missing here",
        "is not one of http, tcp, dns, icmp, grpc, unix",
        "Prometheus asks by the module",
        "is not one of ip4, ip6",
        "is not one of udp, tcp",
        "is not one of br, deflate, gzip, identity",
        "is not one of HTTP/1.0",
        "is no code of DNS",
        "is no address",
        "the regular expression is refused",
    ),
    "prometheus": ("an item of .* is empty", "this is a whole number, not 1.5"),
}
"""What only platc refuses, with the reason."""
ONLY_TOOL = ("specified without client (cert|key) file", "Could not compile CEL program")
"""What only promtool refuses, and Prometheus does not: a certificate in the text, its key in a
file. Programs in CEL are not read."""


def _faults(server: str, config: dict[str, Any]) -> tuple[Fault, ...]:
    if server == "alertmanager":
        return tuple(alertmanager.faults(config, alertmanager.Declared(), exact=True))
    if server == "blackbox_exporter":
        return tuple(blackbox_exporter.faults(config, exact=True))
    stated = config.get("global")
    interval = (stated.get("scrape_interval") if isinstance(stated, dict) else None) or "1m"
    usual = None if isinstance(interval, (dict, list)) else prometheus_duration(text_of(interval))
    return tuple(prometheus.faults(config, {"": usual or 60 * 10**9}, exact=True))


def _drawn(server: str, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield valid configurations and mutants; the seed is the name."""
    for seed in range(count):
        random = Random(seed)  # noqa: S311 - no secret
        config: dict[str, Any] = getattr(drawn, server)(random)
        if seed % 8:
            config = drawn.mutated(config, server, random)
        yield str(seed), config


def _compare(server: str, count: int, folder: Path) -> None:
    configs = dict(_drawn(server, count))
    said = verdicts(server, configs, folder)
    accepted, wrong = 0, []
    for name, config in configs.items():
        found = _faults(server, config)
        refused = said[name]
        accepted += not refused
        if refused and not found and not any(re.search(each, refused) for each in ONLY_TOOL):
            wrong.append(f"{name}: only {server} refuses it: {refused}")
        if found and not refused and not _listed(server, found):
            wrong.append(f"{name}: only platc refuses it: {found[0]}")
        assert all(_leads_somewhere(fault, config) for fault in found), found
    assert not wrong, "\n".join(wrong)
    assert accepted > count / 4


def _listed(server: str, found: tuple[Fault, ...]) -> bool:
    return all(
        any(re.search(reason, fault.message) for reason in ONLY_PLATC[server]) for fault in found
    )


def _leads_somewhere(fault: Fault, config: Any) -> bool:  # noqa: ANN401
    """Whether the path of a fault is one of the configuration: its line is shown."""
    value = config
    for part in fault.path:
        known = value if isinstance(value, dict) else range(len(value))
        if part not in known:
            return False
        value = value[part]
    return True


@pytest.mark.parametrize("server", SERVERS)
def test_platc_and_the_server_accept_the_same(server: str, tmp_path: Path) -> None:
    _compare(server, 300, tmp_path)


def test_a_channel_needs_what_alertmanager_needs(tmp_path: Path) -> None:
    configs = drawn.receivers_that_lack_a_key()
    said = verdicts("alertmanager", configs, tmp_path)
    found = {name: _faults("alertmanager", config) for name, config in configs.items()}
    assert {name for name in configs if said[name]} == {name for name in configs if found[name]}
    assert not any(said[name] for name in configs if name.endswith("-"))
    assert sum(map(bool, said.values())) > len(configs) / 2


@pytest.mark.e2e
@pytest.mark.parametrize("server", SERVERS)
def test_platc_and_the_server_accept_the_same_of_thousands(server: str, tmp_path: Path) -> None:
    _compare(server, 2000, tmp_path)
