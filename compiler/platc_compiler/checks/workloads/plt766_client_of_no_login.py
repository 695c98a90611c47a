"""A realm does not have the client with which a service logs people in.

The realm is not declared, has no such client, does not let it come back to the service, or gives it
another secret.

Why: Keycloak shows an error instead of its form (``Client not found``, ``Invalid parameter:
redirect_uri``), or the service cannot redeem the code of a login.

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
        clients = _clients(login.realm, realm, context)
        if clients is None:
            continue
        fault = _fault(login, clients, keycloak)
        if fault is not None:
            message, hint = fault
            yield warning(CODE, f"the realm '{login.realm}' {message}", place, hint, on_key=True)


def _clients(name: str, realm: Any, context: Context) -> dict[str, Any] | None:  # noqa: ANN401
    """Return the clients of a realm by id; ``None`` for a realm that cannot be read."""
    read = readable_realm(name, realm, context)
    if read is None:
        return None
    listed = read.get("clients", [])
    entries = listed if isinstance(listed, list) else []
    return {str(each.get("clientId")): each for each in entries if isinstance(each, Mapping)}


def _fault(
    login: SignIn, clients: Mapping[str, Any], keycloak: Keycloak
) -> tuple[str, Hint | str] | None:
    client, back, secret = login.client, login.back, login.secret
    found = clients.get(client)
    if found is None:
        text = f'{{ clientId: {client}, secret: "${{NAME}}", redirectUris: ["{back}"] }}'
        return f"has no client '{client}'", f"add to its clients: {text}"
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
