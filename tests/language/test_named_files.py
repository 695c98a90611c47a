"""Files beside platform.yaml take the place of the values that name them."""

from __future__ import annotations

from typing import Any

import pytest

from platc_compiler.language.named_files import LARGEST, MOST, with_named_files
from platc_compiler.source.beside import InMemory

BESIDE = InMemory({
    "conf/web.conf": "a = 1\n",
    "conf/sub/b.txt": "b",
    "large": "x" * (LARGEST + 1),
    **{f"many/{n}": "" for n in range(MOST + 1)},
})  # fmt: skip


def named(stated: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"services": {"web": {"kind": "workload", "files": {"/etc/app": stated}}}}


def files(stated: Any) -> Any:  # noqa: ANN401
    data, faults = with_named_files(named(stated), BESIDE)
    assert not faults
    return data["services"]["web"]["files"]


def test_a_file_gives_its_text() -> None:
    assert files({"file": "conf/web.conf"}) == {"/etc/app": "a = 1\n"}


def test_a_folder_gives_each_file_below_it() -> None:
    expected = {"/etc/app/sub/b.txt": "b", "/etc/app/web.conf": "a = 1\n"}
    assert files({"folder": "conf/"}) == expected


def test_a_text_stays() -> None:
    assert files("conf/web.conf") == {"/etc/app": "conf/web.conf"}


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"file": "none"}, "there is no file 'none' beside platform.yaml"),
        ({"file": "no\0ne"}, "there is no file 'no\0ne' beside platform.yaml"),
        ({"file": "large"}, "large is larger than 1 MiB, and a ConfigMap holds no more"),
        ({"folder": "none"}, "there is no file below 'none' beside platform.yaml"),
        ({"folder": "many"}, f"'many' holds {MOST + 1} files; {MOST} are the most"),
        ({"file": "conf/web.conf", "folder": "conf"}, "a file is named by its path alone"),
        ({"fil": "conf/web.conf"}, "a file is named by its path alone"),
        ({}, "a file is named by its path alone"),
        ({"file": ["conf/web.conf"]}, "a file is named by its path alone"),
    ],
)
def test_what_cannot_be_read_is_told(stated: object, message: str) -> None:
    _, faults = with_named_files(named(stated), BESIDE)
    place = ("services", "web", "files", "/etc/app")
    assert [(fault.code, fault.message, fault.path) for fault in faults] == [
        ("PLT124", message, place)
    ]


@pytest.mark.parametrize("data", [{}, {"services": 1}, {"services": {"web": 1}}, named(1)])
def test_other_data_stay_as_they_are(data: dict[str, Any]) -> None:
    assert with_named_files(data, BESIDE) == (data, ())
