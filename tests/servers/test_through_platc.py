"""Random platforms: what the language and ``config:`` together make, the servers accept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
import yaml

from platc_compiler import passes
from platc_compiler.checks.stages import judge_language
from platc_compiler.diagnostics import has_error
from platc_compiler.lower.kind import Context
from platc_compiler.lower.platform import lower, offerings
from platc_compiler.pipeline import read, specify
from platc_compiler.source.source import Source
from platc_compiler.targets.alertmanager import alertmanager
from platc_compiler.targets.prometheus import prometheus
from platc_compiler.templating.templates import Templates
from platc_spec.base import Lazily
from platc_spec.observability import Receiver
from tests.servers import drawn
from tests.servers.verdicts import verdicts
from tests.tools import ROOT

_EVERY_KIND = yaml.safe_load(
    (ROOT / "tests/golden/platforms/receivers.yaml").read_text(encoding="utf-8")
)
_NAMES = ("team", "boss", "night")
_TEMPLATES = Templates()
_OWN = ("receivers", "inhibit_rules", "time_intervals", "global", "route")


def _channel(kind: str, random: Random) -> Any:  # noqa: ANN401
    """Return a channel as the golden platform has it, with other optional fields."""
    stated = dict(_EVERY_KIND["notifications"]["receivers"][kind][kind])
    field = Receiver.model_fields[kind]
    lazy = next(
        (mark for each in get_args(field.annotation) for mark in getattr(each, "__metadata__", ())
         if isinstance(mark, Lazily)), None,
    )  # fmt: skip
    for name, below in lazy.model.model_fields.items() if lazy else ():
        if below.annotation == str | None and not below.metadata and random.random() < 0.3:
            stated[below.alias or name] = random.choice(("x", "{{ .Status }}", "#a", "é: {}", "0"))
    return stated


def _notifications(random: Random) -> dict[str, Any]:
    kinds = [kind for kind in _EVERY_KIND["notifications"]["receivers"] if kind != "msteams"]
    receivers = {
        name: {kind: _channel(kind, random) for kind in random.sample(kinds, random.randint(1, 3))}
        for name in _NAMES
    }
    route = lambda: random.choice((  # noqa: E731 - short
        random.choice(_NAMES),
        {
            "receiver": random.choice(_NAMES),
            random.choice(("mute_time_intervals", "active_time_intervals")): ["nights"],
            random.choice(("group_wait", "group_interval", "repeat_interval")): "1m",
        },
    ))  # fmt: skip
    return {
        **{key: _EVERY_KIND["notifications"][key] for key in ("smtp", "templates")},
        "time_intervals": {"nights": [_interval(random)]},
        "routes": {"default": "team", **{s: route() for s in ("critical", "info")}},
        "watchdog": {"receiver": "boss", "repeat_interval": random.choice(("1s", "5m", "3d"))},
        "receivers": receivers,
    }


def _interval(random: Random) -> dict[str, Any]:
    return drawn.struct("timeinterval.TimeInterval", "alertmanager", random, 2, 4)


def _config(random: Random) -> dict[str, Any]:
    made = drawn.alertmanager(random)
    made["time_intervals"][0]["name"] = "own"
    made["receivers"] = [{**each, "name": f"{each['name']}"} for each in made["receivers"]]
    root = {"routes": made["route"]["routes"]}
    for each in root["routes"]:
        each["mute_time_intervals"] = random.choice(([], ["own"], ["nights"]))
    chosen = random.sample(_OWN, random.randint(0, len(_OWN)))
    made["route"] = root
    if {"route", "time_intervals"} & set(chosen):
        chosen = [*{*chosen, "route", "time_intervals"}]
    kept = {key: made[key] for key in chosen if key in made}
    if "global" in kept:
        stated = kept["global"].items()
        kept["global"] = {key: item for key, item in stated if not key.startswith("smtp_")}
    return kept


def _platform(random: Random) -> dict[str, Any]:
    services = {**_EVERY_KIND["services"]}
    services["alertmanager"] = {"kind": "alertmanager", "config": _config(random)}
    made = drawn.prometheus(random)
    made.pop("rule_files")
    made["global"] = {"sample_limit": 5}
    made.get("storage", {}).get("tsdb", {}).pop("retention", None)
    services["prometheus"] = {
        "kind": "prometheus", "depends_on": ["alertmanager"], "config": made,
    }  # fmt: skip
    return {**_EVERY_KIND, "services": services, "notifications": _notifications(random)}


def _mutated(platform: dict[str, Any], random: Random) -> dict[str, Any]:
    """Return the platform with one thing otherwise, in a configuration or in the language."""
    made: dict[str, Any] = json.loads(json.dumps(platform))
    server = random.choice(("alertmanager", "prometheus"))
    if random.random() < 0.3:
        made["notifications"] = drawn.mutated(made["notifications"], server, random)
    elif made["services"][server]["config"]:
        config = made["services"][server]["config"]
        made["services"][server]["config"] = drawn.mutated(config, server, random)
    return made


def _emitted(platform: dict[str, Any]) -> dict[str, Any] | None:
    """Return the configurations of both servers, ``None`` if the language's checks refuse it."""
    data = read(Source(json.dumps(platform, ensure_ascii=False)))
    specified = specify(data)
    if specified.spec is None or data.selected is None:
        return None
    spec, kinds = specified.spec, specified.kinds
    context = Context(spec, offerings(spec, kinds), _TEMPLATES, data.sealed, data.selected.data)
    if has_error(judge_language(context)):
        return None
    whole = passes.run(lower(context, kinds))
    files = {
        made.path: made.text
        for target in (alertmanager, prometheus)
        for made in target(whole, _TEMPLATES, {})
    }
    return {
        "alertmanager": yaml.safe_load(files["alertmanager/alertmanager.yml"]),
        "prometheus": yaml.safe_load(files["prometheus/prometheus.yml"]),
    }


def _accepted(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for seed in range(count):
        random = Random(seed)  # noqa: S311 - no secret
        platform = _platform(random)
        if seed % 3:
            platform = _mutated(platform, random)
        found = _emitted(platform)
        if found is not None:
            yield str(seed), found


def _check(count: int, folder: Path) -> None:
    accepted = dict(_accepted(count))
    for server in ("alertmanager", "prometheus"):
        (folder / server).mkdir()
        configs = {name: found[server] for name, found in accepted.items()}
        said = verdicts(server, configs, folder / server)
        wrong = [f"{name}: {why}" for name, why in said.items() if why and "client" not in why]
        assert not wrong, "\n".join(wrong)
    assert len(accepted) > count / 6


def test_the_servers_accept_what_is_emitted(tmp_path: Path) -> None:
    _check(150, tmp_path)


@pytest.mark.e2e
def test_the_servers_accept_what_is_emitted_of_thousands(tmp_path: Path) -> None:
    _check(2000, tmp_path)
