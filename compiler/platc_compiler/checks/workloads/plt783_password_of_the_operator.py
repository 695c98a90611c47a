"""CloudNativePG cannot read the password of the superuser, or reads one for two roles.

Why: the operator takes a password only out of a Secret of the type ``kubernetes.io/basic-auth``,
and refuses one whose ``username`` is not the role's. Without the superuser's password the job that
makes roles and rights cannot log in. Passwords of other roles may be in any secret: that job sets
them.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    provider: cloudnative-pg
    storage: 5Gi
    superuser_password: pg/superuser
```

Good:
```yaml
secrets: { superuser: { keys: [username, password], type: kubernetes.io/basic-auth } }
services:
  db:
    kind: postgres
    provider: cloudnative-pg
    storage: 5Gi
    superuser_password: superuser/password
```

Fix: declare a secret with this type and both keys, and seal ``postgres`` as its ``username``. Each
role that has such a secret needs one of its own, with its own name in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_compiler.lower.postgres.passwords import basic_auth, passwords
from platc_spec.kinds.postgres import Postgres
from platc_spec.secret_references import parse_reference
from platc_spec.secrets import BASIC_AUTH

CODE = "PLT783"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such password."""
    for name, service in context.of_kind(Postgres).items():
        if service.operated:
            yield from _of(name, service, context)


def _of(name: str, service: Postgres, context: Context) -> Iterator[Diagnostic]:
    secrets, users = context.spec.secrets, dict[str, str]()
    for role, reference, place in passwords(name, service):
        secret = basic_auth(reference, secrets)
        if secret is not None:
            other = users.setdefault(secret, role)
            if other != role:
                message = f"the secret '{secret}' has one user name, and '{other}' has it already"
                yield error(CODE, message, place, f"give '{role}' a secret of its own")
        elif place[-1] == "superuser_password" and parse_reference(reference).secret in secrets:
            message = "CloudNativePG reads the superuser's password out of no other secret than one"
            wanted = f"keys: [username, password], type: {BASIC_AUTH}"
            hint = f"write superuser/password, with secrets: {{ superuser: {{ {wanted} }} }}"
            yield error(CODE, f"{message} of the type {BASIC_AUTH}", place, hint)
