"""Files beside platform.yaml take the place of the values that name them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from platc_compiler.language.named_files import LARGEST, MOST, with_named_files
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.beside import Folder, InMemory
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

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


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "dot.bin").write_bytes(b"\xff\x00\x01")
    (tmp_path / "assets" / "site.css").write_text("a {}", "utf-8")
    return Folder(tmp_path)


def test_a_file_that_is_no_text_gives_its_bytes_where_it_is_named_so(folder: Folder) -> None:
    data, faults = with_named_files(named({"binary": "assets/dot.bin"}), folder)
    assert not faults
    assert data["services"]["web"]["files"] == {"/etc/app": b"\xff\x00\x01"}
    _, (fault,) = with_named_files(named({"file": "assets/dot.bin"}), folder)
    assert fault.message == "assets/dot.bin is no text in UTF-8"
    assert str(fault.hint) == "save it as UTF-8, or write { binary: assets/dot.bin }"


def test_a_folder_gives_texts_and_bytes(folder: Folder) -> None:
    data, faults = with_named_files(named({"folder": "assets"}), folder)
    assert not faults
    found = data["services"]["web"]["files"]
    assert found == {"/etc/app/dot.bin": b"\xff\x00\x01", "/etc/app/site.css": "a {}"}


def test_other_bytes_roll_the_pods_and_give_a_job_another_name(tmp_path: Path) -> None:
    text = yaml_text({
        "platform": "p", "version": 1, "namespaces": {"a": None},
        "cluster": {"nodes": {"main": {"memory": "8GB", "cpu": 4}}},
        "services": {
            name: {
                "kind": "workload", "image": "example.com/i:1.0", "controller": controller,
                "files": {"/srv/dot": {"binary": "dot"}},
            }
            for name, controller in (("web", "Deployment"), ("job", "Job"))
        },
    })  # fmt: skip
    found = []
    for content in (b"\xff\x00", b"\xff\x01"):
        (tmp_path / "dot").write_bytes(content)
        result = compile_platform(Source(text, beside=Folder(tmp_path)))
        assert not result.failed
        found.append(
            {
                name: text
                for name, text in result.files.items()
                if "deployment-web" in name or "/job-" in name
            }
        )
    first, second = found
    shared = first.keys() & second.keys()
    assert [name.rpartition("/")[2] for name in shared] == ["deployment-web.yaml"]
    assert all(first[name] != second[name] for name in shared)
