"""What steers a terminal or a log reaches neither, whatever field of platform.yaml it stands in."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest

from platc_compiler.diagnostics import Located
from platc_compiler.diagnostics.rendering import as_github, as_json, as_sarif, as_text
from platc_compiler.diagnostics.visible import visible
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source

SEQUENCES = {
    "colour": "\x1b[31mred",
    "window-title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;http://evil\x1b\\here",
    "clear": "\x1b[2J\x1b[H",
    "c1-csi": "\x9b31m",
    "c1-osc": "\x9d0;owned\x9c",
    "backspace": "a\b\b\bb",
    "return": "a\rb",
    "nul": "a\x00b",
    "delete": "a\x7fb",
    "bidi": "a\u202eb\u2066c\u2069",
    "line-separator": "a\u2028b\u2029c\x85d",
    "command": "a\n::error::owned",
    "command-at-once": "::set-output name=a::b",
    "old-command": "a ##[error]owned",
    "percent": "a%0A::error::owned",
}
FIELDS: dict[str, str] = {
    "value": "  web: { kind: workload, image: X }",
    "unknown-key": "  web: { kind: workload, image: a/b:1, X: 1 }",
    "unknown-value": "  web: { kind: X }",
    "service": "  X: { kind: workload, image: a/b:1 }",
    "env-name": "  web: { kind: workload, image: a/b:1, env: { X: a } }",
    "env-value": "  web: { kind: workload, imge: a, env: { A: X } }",
    "dependency": "  web: { kind: workload, image: a/b:1, depends_on: [X] }",
    "twice": "  web: { X: 1, X: 2 }",
    "namespace": "  web: { kind: workload, image: a/b:1, namespace: X }",
    "host": "  far: { kind: external, address: { host: X } }",
    "alert": (
        "  web: { kind: workload, image: a/b:1 }\n"
        "alerts: { X: { expr: X, summary: X, severity: warning } }"
    ),
    "patch": "  web: { kind: workload, image: a/b:1 }\npatches: [{ target: { kind: X, name: X } }]",
    "secret": "  web: { kind: workload, image: a/b:1, env: { A: a } }\nsecrets: { X: {} }",
    "broken": "  web: { kind: workload, image: X }\n  - X: [",
}
HEAD = """\
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: {} }
services:
"""


def printable(text: str) -> bool:
    """Return whether a text of several lines has no character that steers anything."""
    return all(line.isprintable() for line in text.split("\n"))


def strings(value: object) -> list[str]:
    """Return every text in a JSON document."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def assert_harmless(found: tuple[Located, ...]) -> None:
    shown = as_text(found)
    assert printable(shown)
    assert not re.search(r"^\s*::|##\[", shown, re.MULTILINE)
    for line in as_github(found).split("\n"):
        assert line.isprintable()
        assert re.match(r"::(error|warning|notice) file=[^:]*::", line)
        assert "##[" not in line
    assert len(as_github(found).split("\n")) == len(found)
    document = json.loads(as_json(found))
    assert printable(as_json(found))
    assert printable(as_sarif(found))
    assert all(text.isprintable() for text in strings(document))
    log = json.loads(as_sarif(found))
    for result in log["runs"][0]["results"]:
        assert printable(result["message"]["text"])
        assert len(result["message"]["text"].split("\n")) <= 1 + 12
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[\w./~%-]+", uri, re.ASCII)


@pytest.mark.parametrize(("sequence", "field"), list(product(SEQUENCES, FIELDS)))
def test_no_field_carries_a_sequence_to_the_reader(sequence: str, field: str) -> None:
    text = HEAD + FIELDS[field].replace("X", json.dumps(SEQUENCES[sequence]))
    found = compile_platform(Source(text)).diagnostics
    assert found
    assert_harmless(found)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_nor_does_a_character_that_stands_in_the_text_itself(sequence: str) -> None:
    """YAML refuses most of them; the line of the fault is shown all the same."""
    text = HEAD + f"  web: {{ kind: workload, imge: {SEQUENCES[sequence]} }}\n"
    found = compile_platform(Source(text)).diagnostics
    assert found
    assert_harmless(found)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_nor_does_the_name_of_a_file(sequence: str) -> None:
    found = compile_platform(Source("platform: 1\n", file=SEQUENCES[sequence])).diagnostics
    assert found
    assert_harmless(found)


def test_what_is_printable_stays_as_it_is() -> None:
    for text in ("", "über 日本 😀", "a::b", "50 %", "'${a/b}' – «x»"):
        assert visible(text) == text
    assert visible(visible("\x1b\n")) == visible("\x1b\n") == r"\x1b\n"
