"""A service writes to or reads from a secured Elasticsearch, and has no password for it.

Why: Elasticsearch answers every request with 401. Kibana never becomes ready, and Fluentd's buffer
fills until it loses lines.

Bad:
```yaml
secrets: { logs: { keys: [elastic, kibana] } }
services:
  logs:
    kind: elasticsearch
    storage: 1Gi
    passwords: { elastic: logs/elastic, kibana_system: logs/kibana }
  kibana: { kind: kibana, depends_on: [logs] }
```

Good:
```yaml
secrets: { logs: { keys: [elastic, kibana] } }
services:
  logs:
    kind: elasticsearch
    storage: 1Gi
    passwords: { elastic: logs/elastic, kibana_system: logs/kibana }
  kibana: { kind: kibana, depends_on: [logs], password: logs/kibana }
```

Fix: add ``password`` with the key that ``passwords`` of the Elasticsearch names for its user:
``kibana_system`` for Kibana, ``user`` (``fluentd``) for Fluentd; for the logs of Airflow's tasks,
``logs_login``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Edit, Hint, error
from platc_compiler.lower.facts import Login
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin

CODE = "PLT116"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each client whose password is missing or not the one that is set."""
    for name, offering in context.offerings.items():
        for login in offering.logins:
            server = context.offerings.get(login.service)
            store = server.log_store if server else None
            if store is not None and store.passwords is not None:
                yield from _judged(name, login, store.passwords.get(login.user))


def _judged(name: str, login: Login, wanted: str | None) -> Iterator[Diagnostic]:
    whole = login.origin == service_origin(name)
    if wanted is None:
        message = (
            f"'{name}' logs in as {login.user}, and Elasticsearch sets no password for that user"
        )
        hint = f"add {login.user} to passwords of the Elasticsearch"
        yield error(CODE, message, login.origin, hint, on_key=whole)
    elif login.password is None:
        message = f"'{name}' has no password for a secured Elasticsearch"
        yield error(CODE, message, login.origin, f"add {_stated(login, wanted)}", on_key=whole)
    elif login.password != wanted:
        message = f"the password of '{name}' is not the one that {login.user} gets"
        other = Hint(f"write {wanted}", Edit("replace", wanted))
        yield error(CODE, message, service_origin(name, *login.field), other)


def _stated(login: Login, password: str) -> str:
    """Return the lines of platform.yaml that state the password, in flow style."""
    *outer, last = login.field
    text = f"{last}: {password}"
    for key in reversed(outer):
        text = f"{key}: {{ {text} }}"
    return text
