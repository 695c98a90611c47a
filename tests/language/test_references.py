# ruff: noqa: RUF012 - Pydantic copies a default for each instance
from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field

from platc_compiler.language.references import Reference, references, variables
from platc_spec.base import Env, Model, Refers, SecretRef, ServiceName
from platc_spec.service import DatabaseRef, Dependency


class Below(Model):
    key: SecretRef
    named: Annotated[SecretRef | None, Field(alias="as")] = None


class Everything(Model):
    plain: str = "not/one"
    one: SecretRef = "a/b"
    maybe: SecretRef | None = None
    one_or_several: SecretRef | tuple[SecretRef, ...] = ()
    by_name: dict[str, SecretRef] = {}
    lists_by_name: dict[str, tuple[SecretRef, ...]] = {}
    below: Below | None = None
    several_below: tuple[Below, ...] = ()
    below_by_name: dict[str, Below | None] = {}
    text_or_below: str | Below = ""
    depends_on: tuple[Dependency, ...] = ()
    database: DatabaseRef | None = None
    runner: Annotated[ServiceName, Refers("service", kinds=("airflow",), reached=True)] | None = (
        None
    )
    env: Env = {}


def named(**stated: object) -> list[str]:
    model = Everything.model_validate({"one": "a/b", **stated})
    return [f"{'.'.join(map(str, r.path))} {r.to} {r.name}" for r in references(model)][1:]


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({"maybe": "c/d"}, ["maybe secret c/d"]),
        ({"maybe": None, "plain": "c/d"}, []),
        ({"one_or_several": "c/d"}, ["one_or_several secret c/d"]),
        ({"one_or_several": ["c/d"]}, ["one_or_several.0 secret c/d"]),
        ({"by_name": {"x": "c/d"}}, ["by_name.x secret c/d"]),
        ({"lists_by_name": {"x": ["c/d"]}}, ["lists_by_name.x.0 secret c/d"]),
        ({"below": {"key": "c/d"}}, ["below.key secret c/d"]),
        ({"below": {"key": "c/d", "as": "e/f"}}, ["below.key secret c/d", "below.as secret e/f"]),
        ({"several_below": [{"key": "c/d"}]}, ["several_below.0.key secret c/d"]),
        ({"below_by_name": {"x": {"key": "c/d"}, "y": None}}, ["below_by_name.x.key secret c/d"]),
        ({"text_or_below": {"key": "c/d"}}, ["text_or_below.key secret c/d"]),
        ({"text_or_below": "c/d"}, []),
        ({"depends_on": ["kafka:broker"]}, ["depends_on.0 dependency kafka:broker"]),
        ({"database": "postgres/shop"}, ["database database postgres/shop"]),
        ({"env": {"A": "${c/d}", "B": "x"}}, ["env.A secret c/d"]),
        (
            {"env": {"A": "x${c/d}y${e/f}"}},
            ["env.A embedded secret c/d", "env.A embedded secret e/f"],
        ),
        ({"env": {"A": "$(B) ${B}"}}, []),
    ],
)
def test_a_marked_value_is_found_wherever_it_stands(
    stated: dict[str, object], found: list[str]
) -> None:
    assert named(**stated) == found


def test_marks_of_one_value_add_up() -> None:
    found = list(references(Everything.model_validate({"runner": "air"})))[-1]
    assert found == Reference("service", "air", ("runner",), kinds=("airflow",), reached=True)


def test_variables_are_listed_with_their_places() -> None:
    model = Everything.model_validate({"env": {"A": "1", "B": "${c/d}"}})
    assert list(variables(model)) == [("A", "1", ("env", "A")), ("B", "${c/d}", ("env", "B"))]
