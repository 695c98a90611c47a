"""Pipelines as the Python that a person would write, and that a formatter leaves alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.targets.dags import code
from platc_compiler.targets.dags.order import order
from tests.real.airflow_pods import ENVIRONMENTS, Generated, generate

RUFF = Path(sys.executable).parent / "ruff"


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def generated(request: pytest.FixtureRequest) -> Generated:
    return generate(request.param)


@pytest.fixture
def folder(generated: Generated, tmp_path: Path) -> Path:
    for name, text in generated.dags.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("width", ["88", "100", "120"])
def test_a_formatter_changes_nothing(folder: Path, width: str) -> None:
    command = [RUFF, "format", "--isolated", "--diff", "--line-length", width, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout


def test_a_linter_finds_nothing(folder: Path) -> None:
    (folder / "reports").mkdir()
    (folder / "reports/quality.py").touch()
    rules = "A,ARG,B,C4,DTZ,E4,E7,E9,F,I,ISC,N,PIE,PL,Q,RET,RUF,SIM,T20,UP,W"
    command = [RUFF, "check", "--isolated", "--select", rules, "--target-version", "py38", "."]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout


def test_nothing_is_imported_that_is_not_used_or_from_the_other_generation(
    generated: Generated,
) -> None:
    alone = generated.dags["alone.py"]
    assert "kubernetes" not in alone
    assert "timedelta" not in alone
    modern = generated.version.startswith("3")
    assert ("from airflow.sdk import DAG" in alone) == modern
    assert ("from airflow import DAG" in alone) != modern


def test_a_keyword_or_a_name_in_use_is_no_variable(generated: Generated) -> None:
    text = generated.dags["every_option.py"]
    assert "    import_ = KubernetesPodOperator(\n" in text
    assert "    generate_ = PythonOperator(\n" in text
    assert '        task_id="generate",\n        python_callable=generate,\n' in text


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        ({"a": ()}, []),
        ({"a": (), "b": ()}, []),
        ({"a": (), "b": ("a",), "c": ("b",)}, ["a >> b >> c"]),
        ({"c": ("b",), "a": (), "b": ("a",)}, ["a >> b >> c"]),
        ({"a": (), "b": ("a",), "c": ("a",)}, ["a >> b", "a >> c"]),
        ({"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}, ["a >> b", "a >> c", "[b, c] >> d"]),
        ({"a": (), "b": ("a",), "c": (), "d": ("c",)}, ["a >> b", "c >> d"]),
    ],
    ids=str,
)
def test_the_order_of_tasks_takes_as_few_lines_as_it_can(
    after: dict[str, tuple[str, ...]], lines: list[str]
) -> None:
    assert list(order(after, {name: name for name in after}).lines) == lines


def test_a_line_of_tasks_that_is_too_long_becomes_a_chain() -> None:
    names = [f"a_task_with_a_rather_long_name_{number}" for number in range(4)]
    after = {name: tuple(names[max(0, i - 1) : i]) for i, name in enumerate(names)}
    found = order(after, {name: name for name in names})
    assert found.chain
    assert found.lines[0].startswith("chain(\n        a_task_with_a_rather_long_name_0,\n")


@given(st.text())
def test_a_string_is_read_back_as_it_was(value: str) -> None:
    assert ast.literal_eval(str(code.text(value))) == value


@given(st.text())
def test_a_docstring_is_one(value: str) -> None:
    module = ast.parse(str(code.docstring(value)) + "\n")
    assert len(module.body) == 1


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=10_000)))
def test_a_length_of_time_is_read_back_to_the_millisecond(length: timedelta) -> None:
    whole = timedelta(milliseconds=length // timedelta(milliseconds=1))
    assert eval(str(code.length_of_time(whole)), {"timedelta": timedelta}) == whole  # noqa: S307
