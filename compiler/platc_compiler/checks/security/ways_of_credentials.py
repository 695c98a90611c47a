"""How a program gets a credential that its configuration may not hold, by the kind of service.

Sources: the collector's configuration (``${env:NAME}``), grafana.ini (``GF_SECTION_KEY``),
Airflow's configuration (``AIRFLOW__SECTION__KEY``), Keycloak's (``KC_NAME``), the client of
Prometheus' ``common`` (``…_file``), Hadoop's ``Configuration`` (``${env.NAME}``) and Spark's
``ConfigReader`` (``${env:NAME}``), Fluentd's configuration (``"#{ENV['NAME']}"``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from platc_compiler.diagnostics import Origin
from platc_compiler.diagnostics.credential_places import Finding
from platc_compiler.lower.kind import Context
from platc_compiler.servers.secret_files import FOLDERS

HINT = "declare it under secrets: and write ${secret/key}"
_DECLARED = "declare it under secrets:, write"
IN_A_PATCH = f"{_DECLARED} valueFrom: {{ secretKeyRef: {{ name: SECRET, key: KEY }} }}"
_VARIABLE = f'{_DECLARED} env: {{ NAME: "${{secret/key}}" }}'
_BY_KIND = {
    "otel_collector": f"{_VARIABLE}, and ${{env:NAME}} here",
    "fluentd": f"{_VARIABLE}, and \"#{{ENV['NAME']}}\" here",
    "elasticsearch": "remove it: Elasticsearch takes it from its keystore only",
}
_NO_WAY = "remove it: config is a ConfigMap, and the program reads it nowhere else"


def way_out(finding: Finding, context: Context) -> str:
    """Return what to write in the place of a credential."""
    path = finding.path
    if path[:1] == ("patches",):
        return IN_A_PATCH
    if path[:1] == ("services",) and len(path) > 3:  # noqa: PLR2004 - services, name, key, below
        kind, key = _kind(path[1], context.data), path[2]
        if key in ("args", "command"):
            return f"{_VARIABLE}, and $(NAME) here"
        if key == "realms":
            return f'{_VARIABLE}, and "${{NAME}}" here'
        if key == "files":
            return f"{_DECLARED} secret_files: {{ {path[3]}: secret/key }}, or read env"
        if key == "config":
            decided = _decided(str(path[1]), path[3:], context)
            return decided or _of_config(kind, path[3:])
    return HINT


def _kind(name: str | int, data: object) -> str:
    services = data.get("services") if isinstance(data, Mapping) else None
    service: Any = services.get(name) if isinstance(services, Mapping) else None
    return str(service.get("kind")) if isinstance(service, Mapping) else ""


def _decided(service: str, below: Origin, context: Context) -> str:
    """Return what stands in the place of a setting that platc decides, empty for any other."""
    from platc_compiler.settings.programs import programs

    name = ".".join(map(str, below)).lower()
    for of in programs(context.spec):
        decided = of.program.decided.get(name) if of.name == service else None
        if decided is not None and decided.when(of.service):
            return decided.instead
    return ""


def _of_config(kind: str, below: Origin) -> str:
    if kind in FOLDERS:
        return f"{_DECLARED} its file here: {_file_key(below)}: {FOLDERS[kind]}/SECRET/KEY"
    if kind == "grafana":
        return _as_variable("GF_" + "_".join(map(str, below)))
    if kind == "airflow":
        return _as_variable("AIRFLOW__" + "__".join(map(str, below)))
    if kind == "keycloak":
        return _as_variable("KC_" + "_".join(map(str, below)))
    if kind == "spark":
        return _of_spark(str(below[0]))
    return _BY_KIND.get(kind, _NO_WAY)


def _of_spark(setting: str) -> str:
    if setting == "spark.authenticate.secret":
        # Spark takes this one as it stands (SecurityManager.getSecretKey).
        return _as_variable("_SPARK_AUTH_SECRET")
    mark = "." if setting.startswith("spark.hadoop.") else ":"
    return f"{_VARIABLE}, and ${{env{mark}NAME}} here"


def _file_key(below: Origin) -> str:
    """Return the key by which a server of Prometheus reads a credential from a file."""
    names = [step for step in below if isinstance(step, str)]
    for container in ("headers", "http_headers"):
        if container in names[:-1]:
            header = names[names.index(container) + 1]
            return f"http_headers: {{ {header}: {{ files: [FILE] }} }}, FILE"
    last = names[-1] if names else "credentials"
    if last == "bearer_token":
        return "authorization.credentials_file"
    return f"{last}_file"


def _as_variable(name: str) -> str:
    variable = re.sub(r"[^A-Z0-9_]", "_", name.upper())
    return f'remove it, and write env: {{ {variable}: "${{secret/key}}" }}'
