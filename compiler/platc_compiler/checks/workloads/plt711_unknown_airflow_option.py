"""An option of airflow.cfg is set that this release of Airflow does not have.

Why: Airflow does not report unknown options: a setting that has been renamed has no effect. platc
reports a renamed option with its present name.

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
    database: postgres/airflow
    keys: { fernet: airflow/fernet, session: airflow/session, jwt: airflow/jwt }
    admin: { password: airflow/admin }
    config: { scheduler: { dag_dir_list_interval: 60 } }
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
    config: { dag_processor: { refresh_interval: 60 } }
```

Fix: write the option by its present section and name, or remove it. platc compares with Airflow
2.7.3 and 3.3.2; for other releases it reports only moved and removed options.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from platc_compiler.diagnostics import Diagnostic, Hint, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.airflow import Airflow

CODE = "PLT711"

_MISTAKEN: Mapping[str, Mapping[str, str]] = {
    "2": {
        "scheduler.max_active_runs_per_dag": "core.max_active_runs_per_dag",
        "webserver.worker_timeout": "webserver.web_server_worker_timeout",
    },
    "3": {
        "scheduler.max_active_runs_per_dag": "core.max_active_runs_per_dag",
        "webserver.worker_timeout": "api.worker_timeout",
    },
}
"""Options that never existed, but are named in many guides."""
_SECTIONS = {"kubernetes": "kubernetes_executor"}
"""Section names before 2.5, with their present names."""
_OPEN = frozenset({"elasticsearch_configs", "kubernetes_environment_variables"})
"""Sections whose options are arguments of another class."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each option that has no effect."""
    for name, service in context.of_kind(Airflow).items():
        for section, options in service.config.items():
            for option in options:
                hint = _hint(service, section, option)
                if hint is not None:
                    yield warning(
                        CODE,
                        f"Airflow {service.version} has no option [{section}] {option}",
                        ("services", name, "config", section, option),
                        hint,
                        on_key=True,
                    )


def _hint(service: Airflow, section: str, option: str) -> str | Hint | None:
    """Return what to write instead, ``None`` for an option that exists or may exist."""
    generation = str(service.generation)
    table = _tables()[generation]
    known: Mapping[str, list[str]] = table["options"]
    plain = option.removesuffix("_cmd").removesuffix("_secret")
    if {plain, option} & set(known.get(section, ())) or section in _OPEN:
        return None
    place = f"{section}.{plain}"
    moved = {**table["moved"], **_MISTAKEN[generation]}.get(place)
    renamed = {**_SECTIONS, **table["sections"]}.get(section)
    if moved is None and renamed is not None and plain in known[renamed]:
        moved = f"{renamed}.{plain}"
    if moved is not None:
        new_section, _, new = moved.partition(".")
        return f"write [{new_section}] {new}"
    if place in table["gone"]:
        return "remove it: there is nothing in its place"
    exact = table["release"].rpartition(".")[0] == service.version.rpartition(".")[0]
    if section in known and exact:
        return did_you_mean(plain, known[section], "remove it: it has no effect")
    return None


@cache
def _tables() -> Mapping[str, Any]:
    """Return the options of each generation; ``tools/airflow_options.py`` wrote them."""
    path = Path(__file__).with_name("airflow_options.json")
    tables: Mapping[str, Any] = json.loads(path.read_bytes())
    return tables
