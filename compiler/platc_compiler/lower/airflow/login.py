"""Login to Airflow by OpenID Connect, by the OAuth of Flask AppBuilder.

Sources: ``get_oauth_user_info`` and ``auth_user_oauth`` in security_manager/override.py
of apache-airflow-providers-fab, flask_appbuilder/security/views.py (the callback); keycloak.org,
"Securing applications", the endpoints of OpenID Connect.
"""

from __future__ import annotations

from platc_compiler.ir.network import Link
from platc_compiler.ir.pods import Mount, SecretKey
from platc_compiler.lower.airflow.secret_files import reference_path
from platc_compiler.lower.airflow.site import HOME, Site
from platc_compiler.lower.facts import SignIn
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.kinds import airflow as spec

FILE = "webserver_config.py"
"""The file of the shared configuration that says how people log in."""
_MODERN = 3


def sign_in(service: spec.Airflow) -> SignIn | None:
    """Return as which client it logs people in."""
    stated = service.login
    if stated is None:
        return None
    below = "/auth" if service.generation >= _MODERN else ""
    return SignIn(
        by=stated.by, realm=stated.realm, client=stated.client, secret=stated.client_secret,
        back=f"{(service.url or '').rstrip('/')}{below}/oauth-authorized/{stated.by}",
        by_roles=bool(stated.admins or stated.operators or stated.users or stated.viewers),
    )  # fmt: skip


def text(site: Site) -> str | None:
    """Return the file; ``None`` where Airflow's own default is right."""
    stated, templates = site.service.login, site.context.templates
    if stated is None:
        return None if site.modern else templates.text("kinds/airflow/webserver_config.py.j2")
    found = site.context.offering(stated.by).sign_on
    outside, inside = (
        f"{base}/realms/{stated.realm}"
        for base in ((found.outside, found.inside) if found else ("", ""))
    )
    chosen = {
        "Admin": stated.admins, "Op": stated.operators, "User": stated.users,
        "Viewer": stated.viewers or (),
    }  # fmt: skip
    mapping: dict[str, list[str]] = {}
    for role, names in chosen.items():
        for name in names:
            mapping.setdefault(name, []).append(role)
    return templates.text(
        "kinds/airflow/webserver_login.py.j2",
        modern=site.modern, name=stated.by, client=stated.client,
        secret=reference_path(stated.client_secret), issuer=outside,
        authorize=f"{outside}/protocol/openid-connect/auth",
        inside=f"{inside}/protocol/openid-connect", mapping=mapping,
        everybody=stated.viewers is None,
    )  # fmt: skip


def keys(site: Site) -> tuple[SecretKey, ...]:
    """Return the secret of the client, for the user interface alone."""
    stated = site.service.login
    if stated is None:
        return ()
    return (secret_key(stated.client_secret, site.origin("login", "client_secret")),)


def mounts(site: Site) -> tuple[Mount, ...]:
    """Return the mount of the file in the user interface; in 2.x every component reads it."""
    if site.service.login is None or not site.modern:
        return ()
    return (Mount("config", f"{HOME}/{FILE}", read_only=True, sub_path=FILE),)


def links(site: Site) -> tuple[Link, ...]:
    """Return the connection to the service that logs people in."""
    stated = site.service.login
    if stated is None:
        return ()
    return (Link(site.pods(site.front), stated.by, "http", site.origin("login", "by")),)
