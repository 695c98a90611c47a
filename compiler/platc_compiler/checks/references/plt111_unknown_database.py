"""A database is named that its service does not have.

Why: the program would start, fail to log in, and restart again and again.

Bad:
```yaml
secrets:
  airflow: { keys: [admin, database, fernet, jwt, session, superuser] }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: airflow/superuser
    databases: { airflow: { owner: airflow } }
    roles: { airflow: { password: airflow/database } }
  airflow:
    kind: airflow
    version: 3.3.2
    database: postgres/airflw
    keys: { fernet: airflow/fernet, session: airflow/session, jwt: airflow/jwt }
    admin: { password: airflow/admin }
```

Good:
```yaml
secrets:
  airflow: { keys: [admin, database, fernet, jwt, session, superuser] }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: airflow/superuser
    databases: { airflow: { owner: airflow } }
    roles: { airflow: { password: airflow/database } }
  airflow:
    kind: airflow
    version: 3.3.2
    database: postgres/airflow
    keys: { fernet: airflow/fernet, session: airflow/session, jwt: airflow/jwt }
    admin: { password: airflow/admin }
```

Fix: write ``service/database`` with a database that the service declares under ``databases:``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context

CODE = "PLT111"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each database that its service does not offer."""
    for reference in context.references:
        service, _, name = reference.name.partition("/")
        if reference.to != "database" or service not in context.offerings:
            continue
        known = [database.name for database in context.offerings[service].databases]
        if name not in known:
            choices = [f"{service}/{database}" for database in known]
            hint = did_you_mean(reference.name, choices, _where(service, context))
            yield error(
                CODE, f"the service '{service}' has no database '{name}'", reference.path, hint
            )


def _where(service: str, context: Context) -> str:
    """Return where a database is declared; not every kind can have one."""
    stated = context.spec.services[service]
    if "databases" in type(stated).model_fields:
        return f"declare it under services.{service}.databases:"
    return f"a service of kind {stated.kind} has no databases here; name one of kind postgres"
