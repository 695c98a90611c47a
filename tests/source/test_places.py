"""Where in the file a fault is shown."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from platc_compiler.diagnostics import error, warning
from platc_compiler.source.places import Places

SHOP = """\
platform: shop
services:
  web:
    ports: { http: 8080 }
    env:
      PASSWORD: hush  # and this stays
environments:
  production:
    services:
      web: { replicas: 2 }
"""


def located(path: tuple[str | int, ...], environment: str | None = None, **more: Any) -> Any:  # noqa: ANN401
    return Places(SHOP, "platform.yaml", environment).locate(warning("PLT501", "m", path, **more))


def test_a_value_on_one_line_is_pointed_at_itself() -> None:
    found = located(("services", "web", "ports", "http"))
    assert (found.line, found.column, found.end_column) == (4, 20, 24)
    assert found.path == "services.web.ports.http"


def test_a_key_is_pointed_at_when_the_key_is_meant() -> None:
    found = located(("services", "web", "ports", "http"), on_key=True)
    assert (found.line, found.column, found.end_column) == (4, 14, 18)


def test_a_collection_over_several_lines_is_pointed_at_by_its_key() -> None:
    found = located(("services", "web"))
    assert (found.line, found.column, found.end_column) == (3, 3, 6)


def test_what_is_missing_is_pointed_at_by_what_lacks_it() -> None:
    found = located(("services", "web", "image"))
    assert (found.line, found.column, found.end_column) == (3, 3, 6)
    assert found.path == "services.web.image"


def test_a_value_of_an_environment_is_found_where_it_is_overridden() -> None:
    assert located(("services", "web", "replicas"), "production").line == 10
    assert located(("services", "web", "ports", "http"), "production").line == 4


def test_a_credential_is_blotted_out_of_every_line_that_is_shown() -> None:
    secret = ("services", "web", "env", "PASSWORD")
    found = Places(SHOP, "platform.yaml").locate(error("PLT501", "is it 'hush'?", secret))
    assert found.source == "      PASSWORD: ••••  # and this stays"
    assert found.message == "is it '••••••'?"


def test_the_value_of_a_hidden_diagnostic_counts_as_a_credential() -> None:
    image = ("services", "web", "image")
    text = SHOP.replace("  web:\n", "  web:\n    image: keep/me:1\n")
    places = Places(text, "platform.yaml")
    assert places.locate(error("PLT501", "m", image)).source == "    image: keep/me:1"
    places.hide([replace(error("PLT503", "m", image), hidden=True)])
    assert places.locate(error("PLT501", "m", image)).source == "    image: •••••••••"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_are_right_for_every_kind_of_line_end(end: str) -> None:
    text = SHOP.replace("\n", end)
    found = Places(text, "f").locate(error("PLT005", "m", ("services", "web", "env", "PASSWORD")))
    assert (found.line, found.column) == (6, 17)
    assert found.source == "      PASSWORD: ••••  # and this stays"


def test_what_cannot_be_a_key_of_a_secret_is_hidden_where_one_is_wanted() -> None:
    text = "secrets: { db: { keys: [password, 'postgresql://shop:Zx81hush@db:5432/x'] } }"
    places = Places(text, "platform.yaml")
    fault = replace(error("PLT005", "m", ("secrets", "db", "keys", 1)), hidden=True)
    places.hide([fault])
    shown = places.locate(fault).source
    assert "Zx81hush" not in shown
    assert "password" in shown
