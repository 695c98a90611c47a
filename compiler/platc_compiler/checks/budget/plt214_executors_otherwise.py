"""A program of Spark is told other executors than those that its task declares.

Why: options of the command line and of the program win over ``spark-defaults.conf``, which platc
writes. More or larger executors than declared do not fit the quota; with a master ``local[…]`` or
with the driver elsewhere, those that are counted never start.

Bad:
```yaml
cluster: { nodes: { main: { memory: 64Gi, cpu: 32 } } }
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
pipelines:
  daily:
    runs_on: airflow
    start: 2024-01-01
    tasks:
      batch:
        image: "example.com/shop/batch:1.0"
        args: ["spark-submit", "--num-executors", "8", "local:///opt/batch.py"]
        resources: { limits: { memory: 1Gi } }
        spark: { executors: 2, memory: 512Mi }
```

Good:
```yaml
cluster: { nodes: { main: { memory: 64Gi, cpu: 32 } } }
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
pipelines:
  daily:
    runs_on: airflow
    start: 2024-01-01
    tasks:
      batch:
        image: "example.com/shop/batch:1.0"
        args: ["spark-submit", "local:///opt/batch.py"]
        resources: { limits: { memory: 1Gi } }
        spark: { executors: 2, memory: 512Mi }
```

Fix: remove the option, and say under ``spark`` what it said. The driver runs in the pod of the task
(``--deploy-mode client``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.pipelines import Task
from platc_compiler.ir.platform import Platform
from platc_spec.spark import DECIDED

CODE = "PLT214"
_OPTIONS = {
    "--master": "spark.master", "--deploy-mode": "spark.submit.deployMode",
    "--num-executors": "spark.executor.instances", "--executor-cores": "spark.executor.cores",
    "--executor-memory": "spark.executor.memory", "--driver-memory": "spark.driver.memory",
}  # fmt: skip
"""Options of spark-submit with a value, by what they set (SparkSubmitOptionParser.java)."""
_VARIABLES = {"MASTER": "spark.master", "SPARK_MASTER": "spark.master"}
_PROPERTIES = {"--conf", "-c"}
_MASTER = "k8s://"
_SIZE = re.compile(r"(\d{1,12})([kmgt])b?")
_UNITS = {"k": 0, "m": 10, "g": 20, "t": 30}


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each option that contradicts the executors of its task."""
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            if task.executors is not None:
                decided = _decided(task)
                for key, value, path in _told(task):
                    if not _same(key, value, decided.get(key)):
                        yield _otherwise(key, decided.get(key), path)


def _otherwise(key: str, decided: str | None, path: Origin) -> Diagnostic:
    is_so = f", which is {decided} by its keys under spark and resources" if decided else ""
    message = f"this sets {key}{is_so}"
    return error(CODE, message, path, "remove it, and say it under spark: of the task")


def _decided(task: Task) -> dict[str, str]:
    lines = [
        line.partition("=")
        for config in task.configs
        for line in config.texts.get("spark-defaults.conf", "").splitlines()
    ]
    return {key: value for key, _, value in lines}


def _same(key: str, value: str, decided: str | None) -> bool:
    """Say whether a value is what platc decides; one that Airflow or a shell fills in may be."""
    if "$" in value or "{{" in value:
        return True
    if key == "spark.master":
        return value.startswith(_MASTER)
    return decided is not None and _plain(value) == _plain(decided)


def _plain(value: str) -> str:
    """Return a size in KiB, and any other value in small letters."""
    text = value.lower()
    size = _SIZE.fullmatch(text)
    return str(int(size[1]) << _UNITS[size[2]]) if size else text


def _told(task: Task) -> Iterator[tuple[str, str, Origin]]:
    """Yield what the task of a pod tells Spark: key, value and place."""
    for variable in task.env:
        key = _VARIABLES.get(variable.name)
        if key is not None and isinstance(variable.value, str):
            yield key, variable.value.strip(), (*task.origin, "env", variable.name)
    container = task.pod.containers[0] if task.pod else None
    for field in ("command", "args") if container else ():
        yield from _of_words(getattr(container, field), (*task.origin, field))


def _of_words(lines: tuple[str, ...], place: Origin) -> Iterator[tuple[str, str, Origin]]:
    """Yield what a command line says; ``sh -c`` has a whole one in one of its words."""
    words = [
        (word.strip("\"'"), (*place, index))
        for index, line in enumerate(lines)
        for word in line.split()
    ]
    for (word, path), (after, _) in zip(words, [*words, ("", place)][1:], strict=True):
        name, sign, own = word.partition("=")
        value = own if sign else after
        if name in _OPTIONS:
            yield _OPTIONS[name], value, path
        elif name in _PROPERTIES:
            yield from _of_property(value, path)


def _of_property(text: str, path: Origin) -> Iterator[tuple[str, str, Origin]]:
    key, _, value = text.partition("=")
    if key in DECIDED:
        yield key, value, path
