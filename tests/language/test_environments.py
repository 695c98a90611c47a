"""An environment over the rest of the platform."""

from __future__ import annotations

import pytest

from platc_compiler.language.environments import select_environment
from platc_compiler.source.load import load

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


def test_an_environment_is_merged_over_the_rest_and_leaves_no_environments() -> None:
    data = select_environment(load(SHOP).data, "production").data
    assert data["services"]["web"]["replicas"] == 2
    assert data["services"]["web"]["ports"] == {"http": 8080}
    assert "environments" not in data


def test_an_unknown_environment_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="staging"):
        select_environment(load(SHOP).data, "staging")
