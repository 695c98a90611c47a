"""Fragments of fluent.conf: what they hold, and what the plugins of the image take of it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.lower.kinds import KINDS
from platc_compiler.pipeline import compile_platform
from platc_compiler.settings.catalogue import Line, catalogue
from platc_compiler.settings.fluent_conf import NotParsedError, parse
from platc_compiler.settings.fluentd import OWN_IDS, OWN_LABELS, labels, plugins
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

KNOWN = catalogue("fluentd")
VALUES = {
    "bool": st.sampled_from(["true", "false", "yes", "no"]),
    "integer": st.integers(0, 10**9).map(str),
    "float": st.floats(0, 10**6, allow_nan=False).map(lambda number: f"{number:.3f}"),
    "size": st.builds("{}{}".format, st.integers(0, 999), st.sampled_from(["", "k", "M", "g"])),
    "time": st.builds("{}{}".format, st.integers(0, 999), st.sampled_from(["", "s", "m", "h"])),
    "string": st.sampled_from(["text", '"a text # of two"', "'single'", "#{ENV['HOME']}"]),
    "regexp": st.sampled_from(["/^a+$/", "/(?<key>[^ ]*)/i"]),
    "array": st.sampled_from(["a,b", '["a",\n  "b"]']),
    "hash": st.sampled_from(["a:1", '{"a":\n "}"}']),
}
SETTINGS = [
    line
    for line in KNOWN.all
    if line.setting.name.count(".") == 2
    and line.setting.name.startswith("output.")
    and ".*." not in line.setting.name
    and line.setting.type not in {"obsoleted", "section"}
    and line.setting.name.rpartition(".")[2] not in {"type", "id", "label", "log_level"}
]
PASSWORDS = {"elastic": "logs/elastic", "fluentd": "logs/fluentd"}


PLATFORM = yaml_text(
    {
        "platform": "logs",
        "version": 1,
        "cluster": {"nodes": {"main": {"memory": "16GB", "cpu": 8}}},
        "namespaces": {"logs": None},
        "secrets": {"logs": {"keys": ["elastic", "fluentd"]}},
        "services": {
            "search": {"kind": "elasticsearch", "storage": "5Gi", "passwords": PASSWORDS},
            "logs": {"kind": "fluentd", "depends_on": ["search"], "password": "logs/fluentd"},
        },
    }
)
"""A platform without a fragment."""


def told(fragment: str) -> list[tuple[str, str]]:
    """Return what is said of a fragment."""
    assert "fluentd" in KINDS
    spec = {
        "platform": "logs",
        "version": 1,
        "cluster": {"nodes": {"main": {"memory": "16GB", "cpu": 8}}},
        "namespaces": {"logs": None},
        "secrets": {"logs": {"keys": ["elastic", "fluentd"]}},
        "services": {
            "search": {"kind": "elasticsearch", "storage": "5Gi", "passwords": PASSWORDS},
            "logs": {
                "kind": "fluentd",
                "depends_on": ["search"],
                "password": "logs/fluentd",
                "config": {"outputs": {"own": fragment}},
            },
        },
    }
    found = compile_platform(Source(yaml_text(spec))).diagnostics
    return [(d.code, d.message) for d in found if d.code in {"PLT471", "PLT730", "PLT731"}]


def test_the_ids_and_labels_of_platc_are_all_known() -> None:
    result = compile_platform(Source(PLATFORM))
    (text,) = (
        text for name, text in result.files.items() if name.endswith("configmap-logs-config.yaml")
    )
    root = parse(yaml.safe_load(text)["data"]["fluent.conf"])
    ids = {each.value("@id") for each in plugins(root)} - {""}
    assert ids == OWN_IDS - {"task_logs"}
    assert set(labels(root)) == OWN_LABELS - {"@ROOT"}


def _needed(plugin: str) -> list[Line]:
    return [
        line
        for line in KNOWN.all
        if line.setting.name.startswith(f"{plugin}.")
        and line.setting.name.count(".") == 2
        and line.setting.changed == "required"
        and line.setting.type != "section"
    ]


@given(st.data())
def test_random_settings_of_the_catalogue_are_accepted_and_misspelt_ones_are_told(
    data: st.DataObject,
) -> None:
    chosen = data.draw(st.sampled_from(SETTINGS)).setting
    plugin = chosen.name.rpartition(".")[0]
    every = {line.setting.name: line.setting for line in _needed(plugin)} | {chosen.name: chosen}
    lines = [f"@type {plugin.partition('.')[2]}"]
    for name, setting in every.items():
        values = st.sampled_from(setting.choices) if setting.choices else VALUES[setting.type]
        lines.append(f"{name.rpartition('.')[2]} {data.draw(values)}")
    body = "\n  ".join(lines)
    assert told(f"<match own.**>\n  {body}\n</match>\n") == []
    wrong = [code for code, _ in told(f"<match own.**>\n  {body}\n  zzz_unknown 1\n</match>\n")]
    assert wrong == ["PLT730"]


def test_a_value_may_go_on_over_several_lines() -> None:
    root = parse(
        '<match a>\n  headers {"a":\n    "}"}\n  note "one\n two"\n  last 1 # of all\n</match>'
    )
    (match,) = root.sections
    assert match.argument == "a"
    assert [(each.name, each.line) for each in match.parameters] == [
        ("headers", 2), ("note", 4), ("last", 6),
    ]  # fmt: skip
    assert match.value("last") == "1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<match a>\n  <store>\n</match>", "line 3: </match> closes nothing"),
        ("<match a>\n  @type null\n", "<match> of line 1 is not closed"),
        ("<match a>\n</match>\n<store", "line 3 is neither a section nor a parameter: <store"),
    ],
)
def test_what_is_no_configuration_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(NotParsedError) as fault:
        parse(text)
    assert str(fault.value) == said


def test_plugins_of_another_image_and_free_sections_are_not_judged() -> None:
    assert told("<match a>\n  @type prometheus\n  <metric>\n    any 1\n  </metric>\n</match>") == []
    assert told("<match a>\n  @type own\n  any 1\n</match>") == [
        ("PLT471", "the image has no output plugin 'own' (line 1)")
    ]


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        (r"/^(?<time>[^ ]+) \[(?<level>[^\]]*)\] (?<rest>.*)$/", True),
        ("/[a-w&&[^c-g]z]+/im", True),
        ("/[[:alpha:]_(]+/", True),
        ("a/b", True),
        ("/(x/", False),
        ("/x)/", False),
        ("/[x/", False),
        ("/x/without", False),
        ("/without", False),
    ],
)
def test_a_regular_expression_is_closed(expression: str, taken: bool) -> None:  # noqa: FBT001
    said = told(
        "<match a>\n  @type rewrite_tag_filter\n  <rule>\n    key a\n    tag b\n"
        f"    pattern {expression}\n  </rule>\n</match>"
    )
    assert [code for code, _ in said] == ([] if taken else ["PLT731"])
