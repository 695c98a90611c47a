"""Airflow's options that platc decides, in ``config`` and as variables of its components.

Sources: config.yml of both generations, and that of their providers; ``airflow_options.json`` has
the names, which PLT711 compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.settings.catalogue import Setting
from platc_compiler.settings.program import Decided, Program, Stated, flat, from_environment
from platc_spec.kinds.airflow import Airflow

_PREFIX = "AIRFLOW__"
_EXECUTOR = "remove it: platc runs each task in a pod of its own; a cluster of Celery is not made"
_DATABASE = "remove it, and write database: SERVICE/DATABASE"
_KEYS = "remove it: keys: names the secrets"
_PORT = "remove it: the port is 8080"
_STATSD = "remove it: the exporter of platc receives the metrics"
_TASKS = "remove it: the template of platc says what a task's pod is; write worker:"
_HEALTH = "remove it: the probes ask 8974"
_LOGS = "remove it: logs: names the store"
_PATHS = "remove it: the paths in the container are platc's"
_LOGIN = "remove it: login: writes the file that says who logs in"
_FAB = tuple(
    f"airflow.{package}.fab_auth_manager.FabAuthManager"
    for package in ("providers.fab.auth_manager", "auth.managers.fab")
)
"""The only manager that reads the file of the login; the second is its place in 2.8 and before."""
_LOGIN_FILES = tuple(f"{home}/webserver_config.py" for home in ("{AIRFLOW_HOME}", "/opt/airflow"))


def _has_logs(service: Airflow) -> bool:
    return service.logs is not None


def _has_git(service: Airflow) -> bool:
    return service.dags.git is not None


def _has_login(service: Airflow) -> bool:
    return service.login is not None


def _modern(service: Airflow) -> bool:
    return service.generation > 2  # noqa: PLR2004 - the generation's number


def _each(names: str, instead: str, *same: str) -> dict[str, Decided]:
    return {name: Decided(instead, same) for name in names.split()}


_DECIDED = {
    "core.executor": Decided(_EXECUTOR, ("KubernetesExecutor",)),
    "core.dags_folder": Decided("remove it, and write dags: { git: { subpath: … } }", (), _has_git),
    "core.auth_manager": Decided(_LOGIN, _FAB, _has_login),
    "fab.config_file": Decided(_LOGIN, _LOGIN_FILES, _has_login),
    "webserver.config_file": Decided(_LOGIN, _LOGIN_FILES, _has_login),
    "core.execution_api_server_url": Decided("remove it: url: says where Airflow is", (), _modern),
    **_each("core.fernet_key core.fernet_key_cmd core.fernet_key_secret", _KEYS),
    **_each(
        "database.sql_alchemy_conn database.sql_alchemy_conn_cmd database.sql_alchemy_conn_secret"
        " core.sql_alchemy_conn core.sql_alchemy_conn_cmd core.sql_alchemy_conn_secret",
        _DATABASE,
    ),
    **_each("webserver.web_server_port api.port", _PORT, "8080"),
    **_each("webserver.base_url api.base_url", "remove it, and write url:"),
    **_each(
        "webserver.secret_key webserver.secret_key_cmd webserver.secret_key_secret api.secret_key"
        " api.secret_key_cmd api.secret_key_secret api_auth.jwt_secret api_auth.jwt_secret_cmd"
        " api_auth.jwt_secret_secret",
        _KEYS,
    ),
    "scheduler.enable_health_check": Decided(_HEALTH, ("true",)),
    "scheduler.scheduler_health_check_server_port": Decided(_HEALTH, ("8974",)),
    "kubernetes_executor.namespace": Decided("remove it, and write namespace:"),
    "kubernetes_executor.multi_namespace_mode": Decided(
        "remove it: platc gives rights in one namespace", ("false",)
    ),
    "kubernetes_executor.in_cluster": Decided(
        "remove it: tasks run in the cluster of Airflow", ("true",)
    ),
    "kubernetes_executor.pod_template_file": Decided(_TASKS),
    "logging.base_log_folder": Decided(_PATHS, ("/opt/airflow/logs",)),
    "logging.remote_logging": Decided(_LOGS, ("true",), _has_logs),
    "elasticsearch.host": Decided(_LOGS, (), _has_logs),
    "elasticsearch.target_index": Decided(_LOGS, (), _has_logs),
    "elasticsearch.index_patterns": Decided(_LOGS, (), _has_logs),
    "elasticsearch.write_to_es": Decided(_LOGS, ("true",), _has_logs),
    "elasticsearch.write_stdout": Decided(_LOGS, ("true",), _has_logs),
    "elasticsearch.json_format": Decided(_LOGS, ("true",), _has_logs),
    "metrics.statsd_on": Decided(_STATSD, ("true",)),
    "metrics.statsd_port": Decided(_STATSD, ("9125",)),
    "metrics.statsd_prefix": Decided(_STATSD, ("airflow",)),
    "metrics.statsd_influxdb_enabled": Decided(_STATSD, ("true",), _modern),
    "metrics.legacy_names_on": Decided(_STATSD, ("false",), _modern),
    **_each("metrics.statsd_host", _STATSD),
}
_COMPONENTS = ["webserver", "api_server", "scheduler", "dag_processor", "triggerer", "worker"]


def _version(service: Airflow, _services: Mapping[str, Any]) -> str:
    return service.version


def _stated(name: str, service: Airflow) -> Iterator[Stated]:
    place = ("services", name)
    for section, options in service.config.items():
        yield from flat(options, (*place, "config", section), f"{section}.", deep=False)
    for component in _COMPONENTS:
        env = getattr(getattr(service, component), "env", {})
        yield from from_environment(env, (*place, component, "env"), _PREFIX, "__")


def judge(setting: Setting, value: Any) -> str:  # noqa: ANN401 - a setting of the component's own
    """Return why Airflow cannot read a value, empty if it can.

    Source: ``getboolean``, ``getint`` and ``getfloat`` of AirflowConfigParser; 3.x also takes 5.0
    for a whole number. An empty text is the default of many options.
    """
    kind, form = _FORMS.get(setting.type, ("", None))
    text = str(value).partition("#")[0].strip() if setting.type == "bool" else str(value)
    if form is None or not text or isinstance(value, (list, dict)) or form.fullmatch(text):
        return ""
    return f"it is {kind}"


_FORMS = {
    "bool": ("true or false", re.compile("t|true|1|f|false|0", re.IGNORECASE)),
    "int": ("a whole number", re.compile(r"\s*[+-]?\d+(_\d+)*(\.0*)?\s*|\s*\d+e\d+\s*")),
    "real": (
        "a number",
        re.compile(
            r"\s*[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*|\s*[+-]?(inf|nan|infinity)\s*",
            re.IGNORECASE,
        ),
    ),
}

PROGRAM = Program(
    title="Airflow", version=_version, stated=_stated, decided=_DECIDED, data="airflow",
    judge=judge, strict=False,
)  # fmt: skip
