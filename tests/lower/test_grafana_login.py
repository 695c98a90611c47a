"""What people who log in by a Keycloak become in Grafana."""

from __future__ import annotations

import pytest

from platc_compiler.lower.grafana_login import roles
from platc_spec.login import GrafanaLogin

NOBODY = {"by": "keycloak", "realm": "a", "client_secret": "a/b"}


@pytest.mark.parametrize(
    ("stated", "ends"),
    [
        ({}, " || 'Viewer'"),
        ({"viewers": ["guest"]}, "'guest') && 'Viewer'"),
        ({"viewers": []}, "'editor') && 'Editor'"),
        ({"admins": [], "editors": [], "viewers": []}, "''"),
    ],
)
def test_only_without_a_list_of_viewers_everybody_may_look(
    stated: dict[str, list[str]], ends: str
) -> None:
    assert roles(GrafanaLogin.model_validate({**NOBODY, **stated})).endswith(ends)


def test_administrators_win_over_editors() -> None:
    found = roles(GrafanaLogin.model_validate({**NOBODY, "admins": ["a", "b"], "editors": ["c"]}))
    assert [each.rpartition(" ")[2] for each in found.split(" || ")] == [
        "'Admin'",
        "'Admin'",
        "'Editor'",
        "'Viewer'",
    ]


@pytest.mark.parametrize("name", ["it's", "a`b", "a b", ""])
def test_a_role_cannot_leave_its_quotes(name: str) -> None:
    with pytest.raises(ValueError, match="String should"):
        GrafanaLogin.model_validate({**NOBODY, "admins": [name]})
