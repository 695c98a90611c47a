"""A realm does not have the client with which a service logs people in.

The realm is not declared or is disabled, has no such client or a disabled one, does not let it come
back to the service, gives it another secret, or does not tell the roles of people.

Why: Keycloak shows an error instead of its form (``Client not found``, ``Invalid parameter:
redirect_uri``), or the service cannot redeem the code of a login. Without the claim ``roles``,
nobody has a role that ``login`` names.

Bad:
```yaml
secrets: { sso: { keys: [admin, database, superuser, grafana] } }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: sso/superuser
    databases: { keycloak: { owner: keycloak } }
    roles: { keycloak: { password: sso/database } }
  keycloak:
    kind: keycloak
    database: postgres/keycloak
    admin: { password: sso/admin }
    realms: { shop: {} }
  grafana:
    kind: grafana
    admin: { password: sso/admin }
    login: { by: keycloak, realm: shop, client_secret: sso/grafana }
```

Good:
```yaml
secrets: { sso: { keys: [admin, database, superuser, grafana] } }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: sso/superuser
    databases: { keycloak: { owner: keycloak } }
    roles: { keycloak: { password: sso/database } }
  keycloak:
    kind: keycloak
    database: postgres/keycloak
    admin: { password: sso/admin }
    env: { GRAFANA: "${sso/grafana}" }
    realms:
      shop:
        settings:
          clients:
            - clientId: grafana
              secret: "${GRAFANA}"
              redirectUris: ["http://localhost:3000/login/generic_oauth"]
              protocolMappers:
                - name: roles
                  protocol: openid-connect
                  protocolMapper: oidc-usermodel-realm-role-mapper
                  config: { claim.name: roles, multivalued: "true", id.token.claim: "true" }
  grafana:
    kind: grafana
    admin: { password: sso/admin }
    login: { by: keycloak, realm: shop, client_secret: sso/grafana }
```

Fix: declare the client in ``settings`` or in the file of the realm. Keycloak changes no realm that
is there already: make the client there by hand, or allow the warning if that is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.checks.workloads.declared_realms import realm as readable_realm
from platc_compiler.diagnostics import Diagnostic, Hint, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.facts import SignIn
from platc_compiler.lower.kind import Context
from platc_spec.kinds.keycloak import Keycloak
from platc_spec.secret_references import variable_reference

CODE = "PLT766"
_Fault = tuple[str, Hint | str]
"""What is wrong with a realm, and what mends it."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each such login; other checks report a realm that cannot be read."""
    for name, offering in context.offerings.items():
        login = offering.sign_in
        keycloak = context.spec.services.get(login.by) if login is not None else None
        if login is None or not isinstance(keycloak, Keycloak):
            continue
        place = ("services", name, "login")
        realm = keycloak.realms.get(login.realm)
        if realm is None:
            meant = did_you_mean(
                login.realm, keycloak.realms, f"declare it under realms of '{login.by}'"
            )
            message = f"'{login.by}' declares no realm '{login.realm}'"
            yield warning(CODE, message, (*place, "realm"), meant)
            continue
        read = readable_realm(login.realm, realm, context)
        if read is None:
            continue
        fault = _fault_of_realm(read) or _fault(
            login, _named(read, "clients", "clientId"), keycloak
        )
        fault = fault or _fault_of_roles(login, read)
        if fault is not None:
            message, hint = fault
            yield warning(CODE, f"the realm '{login.realm}' {message}", place, hint, on_key=True)


def _named(part: Mapping[str, Any], key: str, name: str) -> dict[str, Mapping[str, Any]]:
    """Return the objects that a part of a realm lists, by their names or ids."""
    listed = part.get(key)
    entries = listed if isinstance(listed, list) else []
    return {str(each.get(name)): each for each in entries if isinstance(each, Mapping)}


def _fault_of_realm(realm: Mapping[str, Any]) -> _Fault | None:
    return ("is disabled", "remove enabled: false") if realm.get("enabled") is False else None


def _fault_of_roles(login: SignIn, realm: Mapping[str, Any]) -> _Fault | None:
    """Return the fault of a realm none of whose mappers for the client writes ``roles``."""
    holders = [_named(realm, "clients", "clientId")[login.client]]
    holders += _named(realm, "clientScopes", "name").values()
    mappers = [
        each for held in holders for each in _named(held, "protocolMappers", "name").values()
    ]
    configs = [each.get("config") for each in mappers]
    claims = {each.get("claim.name") for each in configs if isinstance(each, Mapping)}
    if not login.by_roles or "roles" in claims:
        return None
    return (
        f"has no mapper that gives '{login.client}' the claim 'roles'",
        "add to its protocolMappers an oidc-usermodel-realm-role-mapper with claim.name: roles",
    )


def _fault(login: SignIn, clients: Mapping[str, Any], keycloak: Keycloak) -> _Fault | None:
    client, back, secret = login.client, login.back, login.secret
    found = clients.get(client)
    if found is None:
        text = f'{{ clientId: {client}, secret: "${{NAME}}", redirectUris: ["{back}"] }}'
        return f"has no client '{client}'", f"add to its clients: {text}"
    if found.get("enabled") is False:
        return f"has disabled the client '{client}'", "remove its enabled: false"
    uris = found.get("redirectUris")
    listed = uris if isinstance(uris, list) else []
    if not any(_covers(str(uri), back, found) for uri in listed):
        return f"does not let '{client}' return to {back}", "add this URL to its redirectUris"
    stated = found.get("secret")
    if isinstance(stated, str) and stated.startswith("${") and stated.endswith("}"):
        variable = stated[2:-1]
        reference = variable_reference(keycloak.env.get(variable, ""))
        if reference is not None and "/".join(reference) != secret:
            return (
                f"gives '{client}' the secret {'/'.join(reference)}, and not {secret}",
                "name the same key of the same secret in both places",
            )
    return None


def _covers(uri: str, back: str, client: Mapping[str, Any]) -> bool:
    """Return whether a redirect URI of a client allows a URL; ``*`` at its end is for the rest."""
    whole = f"{str(client.get('rootUrl', '')).rstrip('/')}{uri}" if uri.startswith("/") else uri
    return back.startswith(whole[:-1]) if whole.endswith("*") else back == whole
