"""Airflow cannot fill in a template of a task.

Why: Airflow fills in ``{{ … }}`` in the command, the arguments and the variables of a task when the
task runs. If it cannot read the text, or a name in it has no value, the task fails at each run.

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
pipelines:
  nightly:
    runs_on: airflow
    start: 2024-01-01
    tasks: { load: { image: "example.com/load:1.0", args: ["--day", "{{ ds }"] } }
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
pipelines:
  nightly:
    runs_on: airflow
    start: 2024-01-01
    tasks: { load: { image: "example.com/load:1.0", args: ["--day", "{{ ds }}"] } }
```

Fix: write Jinja with the values that Airflow's page "Templates reference" lists. A text that only
looks like a template stands between ``{% raw %}`` and ``{% endraw %}``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.expressions.task_templates import fault, is_template
from platc_compiler.language.lookalikes import helm
from platc_compiler.lower.kind import Context
from platc_spec.kinds.airflow import Airflow
from platc_spec.pipelines import Task

CODE = "PLT014"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each text of a task that Airflow cannot fill in."""
    for name, pipeline in context.spec.pipelines.items():
        runner = context.spec.services.get(pipeline.runs_on)
        if not isinstance(runner, Airflow):
            continue
        for key, task in pipeline.tasks.items():
            for text, place in _texts(task):
                # PLT120 reports the values of Helm charts.
                if is_template(text) and not helm(text):
                    message, hint = fault(text, runner.generation)
                    if message:
                        yield error(CODE, message, ("pipelines", name, "tasks", key, *place), hint)


def _texts(task: Task) -> Iterator[tuple[str, Origin]]:
    """Yield the texts that Airflow fills in, with their places in the task."""
    if task.image is None:
        return
    for part, texts in (("command", task.command), ("args", task.args)):
        for index, text in enumerate(texts):
            yield text, (part, index)
    for name, text in task.env.items():
        yield text, ("env", name)
