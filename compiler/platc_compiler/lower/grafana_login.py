"""Login to Grafana by OpenID Connect.

Sources: pkg/login/social/connectors/generic_oauth.go (the claims), conf/defaults.ini of
grafana/grafana; grafana.com, "Configure Keycloak OAuth2 authentication"; keycloak.org, "Securing
applications", the endpoints of OpenID Connect.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from platc_compiler.ir.network import Link, Pods
from platc_compiler.lower.facts import SignIn
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_spec.kinds import grafana as spec
from platc_spec.login import GrafanaLogin

CALLBACK = "/login/generic_oauth"
"""The path below ``root_url`` to which the browser comes back."""


def sign_in(service: spec.Grafana, stated: GrafanaLogin) -> SignIn:
    """Return as which client it logs people in."""
    return SignIn(
        by=stated.by, realm=stated.realm, client=stated.client, secret=stated.client_secret,
        back=f"{service.root_url.rstrip('/')}{CALLBACK}",
        by_roles=bool(stated.admins or stated.editors or stated.viewers),
    )  # fmt: skip


def login_settings(service: spec.Grafana, context: Context) -> dict[str, dict[str, Any]]:
    """Return the sections of grafana.ini; none without ``login``."""
    stated = service.login
    if stated is None:
        return {}
    found = context.offering(stated.by).sign_on
    if found is None:
        return {}
    outside, inside = (
        f"{base}/realms/{stated.realm}/protocol/openid-connect"
        for base in (found.outside, found.inside)
    )
    leave = urlencode(
        {
            "client_id": stated.client,
            "post_logout_redirect_uri": f"{service.root_url.rstrip('/')}/login",
        }
    )
    return {
        "auth": {
            "disable_login_form": stated.only, "oauth_auto_login": stated.only,
            "signout_redirect_url": f"{outside}/logout?{leave}",
        },
        "auth.generic_oauth": {
            "enabled": True, "name": stated.by.capitalize(), "allow_sign_up": True,
            "client_id": stated.client, "scopes": "openid email profile",
            "auth_url": f"{outside}/auth", "token_url": f"{inside}/token",
            "api_url": f"{inside}/userinfo", "use_pkce": True, "use_refresh_token": True,
            "email_attribute_path": "email", "login_attribute_path": "preferred_username",
            "name_attribute_path": "name", "role_attribute_path": roles(stated),
            "role_attribute_strict": stated.viewers is not None,
        },
    }  # fmt: skip


def roles(stated: GrafanaLogin) -> str:
    """Return the JMESPath expression that finds the role in Grafana among the claims.

    A person without the claim has no roles. An expression that finds no text refuses the login
    where that is strict.
    """
    chosen = [
        f"contains({_CLAIM}, '{name}') && '{role}'"
        for role, names in (
            ("Admin", stated.admins),
            ("Editor", stated.editors),
            ("Viewer", stated.viewers or ()),
        )
        for name in names
    ]
    others = ["'Viewer'"] if stated.viewers is None else []
    return " || ".join([*chosen, *others]) or "''"


_CLAIM = "not_null(roles, `[]`)"


def login_links(name: str, service: spec.Grafana, pods: Pods) -> tuple[Link, ...]:
    """Return the connection to the service that logs people in."""
    if service.login is None:
        return ()
    return (Link(pods, service.login.by, "http", service_origin(name, "login", "by")),)
