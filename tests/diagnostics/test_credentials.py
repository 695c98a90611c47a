"""Credentials in every place and form: none is ever shown, each is told of.

``credentials.yaml`` holds the places and the forms. A place is filled with each of its forms, so
the table has some hundreds of rows. What may be shown is every line of the text, whatever a
diagnostic points at, and every sentence about a value.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from platc_compiler.diagnostics.masking import Mask, without_comment
from platc_compiler.diagnostics.rendering import as_github, as_json, as_sarif, as_text
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.places import Places
from platc_compiler.source.source import Source

TABLE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "credentials.yaml").read_text("utf-8")
)
HEAD = """\
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: {} }
services:
  web:
    kind: workload
"""


class Row(NamedTuple):
    """One credential in one place."""

    id: str
    text: str
    secret: str
    environment: str | None


def _row(place: tuple[str, dict[str, str]], form: str, name: str, value: str, secret: str) -> Row:
    where, stated = place
    quoted = json.dumps(value)
    image = "" if "image:" in stated.get("web", "") else "    image: a/b:1\n"
    body = f"{HEAD}{image}{stated.get('web', '')}\n{stated.get('top', '')}\n"
    text = body.replace("VALUE", quoted).replace("NAME", name)
    return Row(f"{where}-{form}", text, secret, stated.get("environment"))


NAMED = [
    _row(place, name, name, value, value)
    for place, (name, value) in product(TABLE["places_of_named"].items(), TABLE["named"].items())
]
TELLING = [
    _row(place, form, "WHATEVER", stated["value"], stated["secret"])
    for place, (form, stated) in product(
        TABLE["places_of_telling"].items(), TABLE["telling"].items()
    )
    # A comment is one line of the text itself.
    if not (place[0] == "comment" and "\n" in stated["value"])
]
ROWS = [*NAMED, *TELLING]
FORMATS = (as_text, as_json, as_sarif, as_github)


def pieces(secret: str) -> list[str]:
    """Return the forms in which a credential might be seen, the beginning of a longer one too."""
    written = {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    return [*written, *(each[:12] for each in written if len(each) > 16)]


def shows(text: str, secret: str) -> bool:
    return any(piece in text for piece in pieces(secret))


def all_lines(text: str) -> str:
    """Return a text with each of its lines as it would be shown."""
    return "\n".join(map(without_comment, Places(text, "platform.yaml").lines))


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 150
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert len(TABLE["innocent"]) >= 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_credential_is_told_of_and_never_shown(row: Row) -> None:
    found = compile_platform(Source(row.text, environment=row.environment)).diagnostics
    for form in FORMATS:
        assert not shows(form(found), row.secret)
    assert not shows("\n".join(found.source for found in found), row.secret)
    if "comment" not in row.id:
        refused = any(d.severity == "error" for d in found)
        assert refused or any(d.code == "PLT503" for d in found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_no_line_of_the_text_has_it(row: Row) -> None:
    assert not shows(all_lines(row.text), row.secret)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_no_line_has_it_where_the_text_breaks_off(row: Row) -> None:
    """At the end, and behind the credential: its quotation mark is never closed."""
    place = max(row.text.find(piece) + len(piece) for piece in pieces(row.secret))
    for end in ("\n  '", "\n]", "\n\t- x: y: z", "\n*nowhere"):
        # Before an alias is read, nothing tells that its anchor is a credential; a comment ends.
        broken = [] if row.id.startswith(("anchor-", "comment-")) else [row.text[:place] + end]
        for text in (row.text + end, *broken):
            assert not shows(all_lines(text), row.secret)


def test_a_word_of_a_sentence_is_not_hidden_for_a_short_credential() -> None:
    path = ("services", "web", "env", "PASSWORD")
    mask = Mask([(path, "a"), (path, "b7")], frozenset())
    said = mask.masked("'a' is a text, PASSWORD=a { PASSWORD: a } as b7 is", path)
    dots = "•" * 6
    assert said == f"'{dots}' is a text, PASSWORD={dots} {{ PASSWORD: {dots} }} as {dots} is"


@pytest.mark.parametrize(("name", "value"), TABLE["innocent"].items())
def test_what_looks_alike_is_left_alone(name: str, value: str) -> None:
    row = _row(("env", {"web": "    env: { NAME: VALUE }"}), "", name, value, value)
    found = compile_platform(Source(row.text)).diagnostics
    assert [d.code for d in found if d.code == "PLT503"] == []
    assert all_lines(row.text) == row.text
