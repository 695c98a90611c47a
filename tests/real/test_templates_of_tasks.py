"""Airflow of both generations fills in the templates that PLT014 accepts, and no others."""

from __future__ import annotations

import json
import subprocess

import pytest

from platc_compiler.expressions.task_templates import fault
from tests import tools

TEXTS = (
    "plain",
    "{{ ds }}",
    "{{ ds }",
    "{{ ds",
    "{{.Name}}",
    "{{ }}",
    "{{ dss }}",
    "{{ ds | upper }}",
    "{{ ts | ts_nodash }}",
    "{{ ds | nodash }}",
    "{{ ds if ds is string }}",
    "{{ ds if ds is evenn }}",
    "{% if ds %}x{% endif %}",
    "{% if ds %}x",
    "{% raw %}{{.Name}}{% endraw %}",
    "{{ '{{' }}",
    "{# a comment #}{{ run_id }}",
    "{% for n in range(3) %}{{ n }}{% endfor %}",
    "{% set day = ds %}{{ day }}",
    "{{ execution_date }}",
    "{{ yesterday_ds }}",
    "{{ logical_date }}",
    "{{ params }}",
    "{{ conf }}",
    "100%}",
    "a } b",
)
RENDER = """
import json, sys
import jinja2
try:
    from airflow.sdk.definitions._internal.templater import SandboxedEnvironment
    from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
except ImportError:
    from airflow.templates import SandboxedEnvironment
    from airflow.utils.context import KNOWN_CONTEXT_KEYS

environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined, cache_size=0)
values = {name: "2024-01-01" for name in KNOWN_CONTEXT_KEYS}
from datetime import datetime
values["ts"] = datetime(2024, 1, 1)
answers = []
for text in json.load(sys.stdin):
    try:
        environment.from_string(text).render(values)
        answers.append(True)
    except jinja2.TemplateError:
        answers.append(False)
print(json.dumps(answers))
"""


@pytest.mark.e2e
@pytest.mark.parametrize(("version", "generation"), [("2.7.3", 2), ("3.3.2", 3)])
def test_airflow_fills_in_what_is_accepted(version: str, generation: int) -> None:
    python = tools.airflow(version) / "python"
    done = subprocess.run(
        [python, "-c", RENDER], input=json.dumps(TEXTS), text=True, check=True,
        capture_output=True, timeout=300,
    )  # fmt: skip
    answers = json.loads(done.stdout.splitlines()[-1])
    accepted = [fault(text, generation) == ("", "") for text in TEXTS]
    assert dict(zip(TEXTS, accepted, strict=True)) == dict(zip(TEXTS, answers, strict=True))
