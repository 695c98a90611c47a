"""Of two faults in different places, both are told in one run."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from platc_compiler.merging import merge
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from tests.tools import ROOT

_QUEUE = {"kind": "workload", "image": "example.com/queue:1.0", "ports": {"amqp": 5671}}
_MINIMAL = load((ROOT / "examples/minimal/platform.yaml").read_text("utf-8")).data
PLATFORM = merge(_MINIMAL, {"services": {"queue": _QUEUE}})
FAULTS: dict[str, dict[str, Any]] = {
    "a bad amount of a node": {"cluster": {"nodes": {"main": {"memory": "8XB"}}}},
    "a bad name of the platform": {"platform": "My_Shop"},
    "a bad number": {"services": {"web": {"replicas": "two"}}},
    "a list for a mapping": {"services": {"queue": {"volumes": ["data:/data"]}}},
    "a missing kind": {"services": {"cache": {"image": "example.com/cache:1.0"}}},
    "a namespace that is a list": {"namespaces": {"shop": ["a"]}},
    "a port that is not there": {"services": {"web": {"depends_on": ["queue:http"]}}},
    "a probe of an unknown port": {
        "services": {"web": {"probes": {"readiness": {"http": "/", "port": "htp"}}}}
    },
    "a second Prometheus": {
        "services": {
            "second": {
                "kind": "prometheus",
                "storage": "5Gi",
                "retention": {"time": "7d", "size": "4GB"},
                "depends_on": ["alertmanager"],
            }
        }
    },
    "a text for a command": {"services": {"queue": {"command": "run it"}}},
    "an unknown key": {"services": {"queue": {"replica": 2}}},
    "an unknown key at the top": {"servces": {}},
    "an unknown kind": {"services": {"store": {"kind": "redis"}}},
    "an unknown namespace": {"services": {"queue": {"namespace": "shopp"}}},
    "an unknown receiver": {"notifications": {"routes": {"critical": "nobody"}}},
    "an unknown secret": {"services": {"web": {"env": {"TOKEN": "${nothing/token}"}}}},
    "an unknown service": {"services": {"prometheus": {"depends_on": ["alertmanager", "nobody"]}}},
    "bad PromQL": {"alerts": {"Bad": {"expr": "up ==", "severity": "info", "summary": "Bad"}}},
}


def _told(over: dict[str, Any]) -> set[tuple[str, str]]:
    found = compile_platform(Source(yaml_text(merge(PLATFORM, over)))).diagnostics
    return {(each.code, each.path) for each in found}


ALONE = {name: _told(over) for name, over in FAULTS.items()}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told(name: str) -> None:
    assert ALONE[name]


@pytest.mark.parametrize(("one", "other"), list(combinations(FAULTS, 2)))
def test_a_fault_hides_no_other(one: str, other: str) -> None:
    assert ALONE[one] | ALONE[other] <= _told(merge(FAULTS[one], FAULTS[other]))
