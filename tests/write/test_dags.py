"""Generated DAGs stand beside hand-written ones and those of other platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from platc_compiler.write import NotOurs
from platc_compiler.write.dag_mark import marked
from platc_compiler.write.dags import refuse_foreign_dags, write_dags
from tests.write.trees import tree

DAG = '"""A pipeline."""\n\n# Written by platc from platform.yaml: change it there.\n'
LABELLED = f'{DAG}LABELS = {{"app.kubernetes.io/part-of": "shop"}}\n'


def test_dags_stand_beside_handwritten_files(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("x = 1\n", encoding="utf-8")
    write_dags(tmp_path, {"a.py": DAG + "a = 1\n", "b.py": DAG}, "shop")
    changes = write_dags(tmp_path, {"a.py": DAG + "a = 2\n"}, "shop")
    assert tree(tmp_path) == {
        "helpers.py": "x = 1\n", "a.py": marked("a.py", DAG + "a = 2\n", "shop"),
    }  # fmt: skip
    assert (changes.changed, changes.removed) == (("a.py",), ("b.py",))


def test_the_mark_stands_below_the_header_and_the_rest_is_as_it_was() -> None:
    lines = marked("a.py", DAG + "a = 1\n", "shop").splitlines()
    assert lines[3].startswith("# Platform: shop, check value: ")
    assert [*lines[:3], *lines[4:]] == (DAG + "a = 1\n").splitlines()
    assert marked("a.py", "a = 1\n", "shop").endswith("\na = 1\n")


def test_an_unchanged_dag_is_not_written(tmp_path: Path) -> None:
    write_dags(tmp_path, {"a.py": DAG}, "shop")
    before = (tmp_path / "a.py").stat()
    assert write_dags(tmp_path, {"a.py": DAG}, "shop").same == 1
    assert (tmp_path / "a.py").stat().st_ino == before.st_ino


def test_platforms_share_a_folder(tmp_path: Path) -> None:
    write_dags(tmp_path, {"a.py": DAG}, "shop")
    write_dags(tmp_path, {"b.py": DAG}, "bank")
    assert write_dags(tmp_path, {"a.py": DAG}, "shop").removed == ()
    assert write_dags(tmp_path, {}, "bank").removed == ("b.py",)
    assert tree(tmp_path).keys() == {"a.py"}


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ("mine = 1\n", "hand-written"),
        (marked("a.py", DAG, "bank"), "written for the platform 'bank'"),
        (marked("a.py", DAG, "shop") + "mine = 1\n", "changed by hand"),
        (marked("a.py", DAG, "shop").replace("A pipeline", "Mine"), "changed by hand"),
        (DAG + "mine = 1\n", "earlier release"),
        (LABELLED.replace('"shop"', '"bank"'), "earlier release"),
    ],
)
def test_what_is_not_ours_is_neither_replaced_nor_removed(
    tmp_path: Path, there: str, why: str
) -> None:
    (tmp_path / "a.py").write_text(there, encoding="utf-8")
    for judge in (refuse_foreign_dags, write_dags):
        with pytest.raises(NotOurs, match=why):
            judge(tmp_path, {"a.py": DAG + "a = 1\n"}, "shop")
    changes = write_dags(tmp_path, {}, "shop")
    assert tree(tmp_path) == {"a.py": there}
    assert changes.removed == ()
    assert bool(changes.remarks) == ("changed by hand" in why)


@pytest.mark.parametrize("there", [LABELLED, LABELLED + "old = 1\n"])
def test_a_dag_of_an_earlier_release_is_taken_over(tmp_path: Path, there: str) -> None:
    (tmp_path / "a.py").write_text(there, encoding="utf-8")
    assert write_dags(tmp_path, {"a.py": LABELLED}, "shop").changed == ("a.py",)
    assert tree(tmp_path) == {"a.py": marked("a.py", LABELLED, "shop")}


def test_a_stale_dag_of_an_earlier_release_stays_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LABELLED, encoding="utf-8")
    changes = write_dags(tmp_path, {"b.py": DAG}, "shop")
    assert tree(tmp_path).keys() == {"a.py", "b.py"}
    assert "a.py is of no pipeline of 'shop'" in changes.remarks[0]


def test_a_copy_under_another_name_is_handwritten(tmp_path: Path) -> None:
    write_dags(tmp_path, {"a.py": DAG}, "shop")
    (tmp_path / "copy.py").write_bytes((tmp_path / "a.py").read_bytes())
    write_dags(tmp_path, {}, "shop")
    assert tree(tmp_path).keys() == {"copy.py"}


def test_line_ends_that_version_control_has_changed_are_no_change_by_hand(tmp_path: Path) -> None:
    text = marked("a.py", DAG, "shop").replace("\n", "\r\n")
    (tmp_path / "a.py").write_bytes(text.encode())
    write_dags(tmp_path, {"a.py": DAG + "a = 1\n"}, "shop")
    assert tree(tmp_path) == {"a.py": marked("a.py", DAG + "a = 1\n", "shop")}


def test_a_link_or_a_folder_in_the_place_of_a_dag_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("elsewhere.py")
    (tmp_path / "b.py").mkdir()
    for name in ("a.py", "b.py"):
        with pytest.raises(NotOurs, match=f"{name} is no file of platc's"):
            write_dags(tmp_path, {name: DAG}, "shop")


def test_a_file_in_the_place_of_the_dags_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    (tmp_path / "dags").write_text("", encoding="utf-8")
    for folder in (tmp_path / "dags", tmp_path / "dags" / "deeper"):
        with pytest.raises(NotOurs, match="dags is no folder"):
            refuse_foreign_dags(folder, {"daily.py": DAG}, "shop")
    refuse_foreign_dags(tmp_path / "dags", {}, "shop")


def test_no_pipelines_make_no_folder(tmp_path: Path) -> None:
    write_dags(tmp_path / "dags", {}, "shop")
    assert list(tmp_path.iterdir()) == []
