"""A service writes to or reads from a secured Elasticsearch, and has no password for it.

Why: every request is answered with 401: Kibana never gets ready, and Fluentd's buffer fills till
lines are lost.

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

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.airflow import Airflow
from platc_spec.kinds.elasticsearch import Elasticsearch
from platc_spec.kinds.fluentd import Fluentd
from platc_spec.kinds.kibana import Kibana
from platc_spec.service import Service

CODE = "PLT116"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each client whose password is missing or not the one that is set."""
    services = context.spec.services
    for name, service in services.items():
        if isinstance(service, Airflow):
            yield from _task_logs(name, service, services)
        if not isinstance(service, (Kibana, Fluentd)):
            continue
        store = services.get(service.depends_on[0].partition(":")[0])
        if isinstance(store, Elasticsearch) and store.secured:
            user = service.user if isinstance(service, Fluentd) else "kibana_system"
            yield from _client(name, service.password, user, store.passwords.get(user))


def _task_logs(
    name: str, service: Airflow, services: Mapping[str, Service]
) -> Iterator[Diagnostic]:
    store, login = services.get(service.logs or ""), service.logs_login
    if not isinstance(store, Elasticsearch) or not store.secured:
        return
    user = login.user if login else "airflow"
    wanted = store.passwords.get(user)
    path: Origin = ("services", name, "logs_login")
    if login is None:
        message = f"'{name}' has no password for a secured Elasticsearch"
        hint = f"add logs_login: {{ password: {wanted or 'secret/key'} }}"
        yield error(CODE, message, ("services", name, "logs"), hint)
    elif wanted is None:
        message = f"'{name}' logs in as {user}, and Elasticsearch sets no password for that user"
        yield error(CODE, message, path, f"add {user} to passwords of the Elasticsearch")
    elif login.password != wanted:
        message = f"the password of '{name}' is not the one that {user} gets"
        yield error(CODE, message, (*path, "password"), f"write {wanted}")


def _client(name: str, own: str | None, user: str, wanted: str | None) -> Iterator[Diagnostic]:
    if wanted is None:
        message = f"'{name}' logs in as {user}, and Elasticsearch sets no password for that user"
        hint = f"add {user} to passwords of the Elasticsearch"
        yield error(CODE, message, ("services", name), hint, on_key=True)
    elif own is None:
        message = f"'{name}' has no password for a secured Elasticsearch"
        yield error(CODE, message, ("services", name), f"add password: {wanted}", on_key=True)
    elif own != wanted:
        message = f"the password of '{name}' is not the one that {user} gets"
        yield error(CODE, message, ("services", name, "password"), f"write {wanted}")
