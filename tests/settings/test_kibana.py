"""What Kibana takes under ``config``."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.pipeline import compile_platform
from platc_compiler.settings.catalogue import catalogue
from platc_compiler.settings.kibana import PROGRAM
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

KNOWN = [
    line.setting
    for line in catalogue("kibana").all
    if line.setting.name.lower() not in PROGRAM.decided
]


def told(config: dict[str, Any]) -> list[str]:
    """Return the codes of what is said of a configuration."""
    spec = {
        "platform": "logs", "version": 1, "namespaces": {"logs": None},
        "cluster": {"nodes": {"main": {"memory": "16GB", "cpu": 8}}},
        "secrets": {"logs": {"keys": ["elastic", "kibana", "key"]}},
        "services": {
            "search": {
                "kind": "elasticsearch", "storage": "5Gi",
                "passwords": {"elastic": "logs/elastic", "kibana_system": "logs/kibana"},
            },
            "kibana": {
                "kind": "kibana", "depends_on": ["search"], "password": "logs/kibana",
                "encryption_key": "logs/key", "config": config,
            },
        },
    }  # fmt: skip
    found = compile_platform(Source(yaml_text(spec))).diagnostics
    return [each.code for each in found if each.code in {"PLT729", "PLT730", "PLT731", "PLT732"}]


@given(st.data())
def test_random_settings_of_the_catalogue_are_accepted(data: st.DataObject) -> None:
    setting = data.draw(st.sampled_from(KNOWN))
    values: dict[str, st.SearchStrategy[Any]] = {
        "bool": st.sampled_from([True, False, "true"]),
        "enum": st.sampled_from(setting.choices or ("",)),
        "open": st.just({"any": 1}),
        "text": st.text("abc", min_size=1),
    }
    assert told({setting.name: data.draw(values[setting.type])}) == []


@pytest.mark.parametrize(
    ("config", "codes"),
    [
        ({"server": {"publicBaseUri": "https://x.example.com"}}, ["PLT730"]),
        ({"server.compression": {"enabled": "on"}}, ["PLT731"]),
        ({"xpack": {"anything": {"enabled": "on"}}}, []),
        ({"server": {"ssl": {"keyPassphrase": "${X}"}}}, []),
    ],
)
def test_what_the_core_does_not_have_is_told_and_plug_ins_are_left_alone(
    config: dict[str, Any], codes: list[str]
) -> None:
    assert told(config) == codes
