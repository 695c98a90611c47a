"""What is kept between runs changes nothing but the time they take."""

from __future__ import annotations

import marshal
import os
import random
import shutil
import sys
from pathlib import Path

import jinja2
import pytest

import platc_templates
from platc_compiler.cli import files
from platc_compiler.cli.compile import compile_file
from platc_compiler.cli.files import cache_folder
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from platc_compiler.templating.cache import NAME, TemplateCache
from platc_compiler.templating.templates import Templates
from tests.sources import own_templates
from tests.tools import ROOT

MINIMAL = ROOT / "examples/minimal/platform.yaml"


def built(cache: TemplateCache | None, overrides: dict[str, str] | None = None) -> dict[str, str]:
    source = Source(MINIMAL.read_text("utf-8"), beside=own_templates(overrides or {}))
    return dict(compile_platform(source, Templates(overrides, cache)).files)


def test_a_filled_cache_gives_the_same_bytes(tmp_path: Path) -> None:
    first = TemplateCache(tmp_path)
    assert built(first) == built(None)
    first.save()
    second = TemplateCache(tmp_path)
    assert second.shapes
    assert built(second) == built(None)


def test_a_changed_template_is_compiled_anew(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Namespace\nmetadata: {{ metadata }}\nspec: {}\n"
    changed = {"kubernetes/namespace.yaml.j2": text}
    for overrides in ({}, changed, {}):
        cache = TemplateCache(tmp_path)
        files = built(cache, overrides)
        cache.save()
        assert ("spec: {}" in files["manifests/00-namespaces/namespace-shop.yaml"]) == bool(
            overrides
        )


@pytest.mark.parametrize("content", [b"", b"rubbish", b"i\x01\x00\x00\x00", b"{"])
def test_an_unreadable_cache_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    cache = TemplateCache(tmp_path)
    built(cache)
    cache.save()
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    assert built(TemplateCache(tmp_path)) == built(None)


@pytest.mark.parametrize("step", ["chmod", "replace"])
def test_a_disk_that_does_not_take_the_cache_keeps_nothing_of_it(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = TemplateCache(tmp_path)
    built(cache)

    def full(path: Path, *_: object) -> None:
        path.touch()
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(Path, step, full)
    cache.save()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_cache_is_never_unmarshalled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = TemplateCache(tmp_path)
    built(cache)
    cache.save()
    file = tmp_path / NAME
    sound = file.read_bytes()
    monkeypatch.setattr(marshal, "loads", lambda _: pytest.fail("it was unmarshalled"))
    chance = random.Random(9)  # noqa: S311 - which bytes are damaged is no secret
    lengths = [0, 1, 30, 60, len(sound) - 1, *(chance.randrange(len(sound)) for _ in range(200))]
    damaged = [sound[:length] for length in lengths]
    damaged += [sound + b"\0", sound * 2, sound[::-1], bytes(len(sound))]
    for place in [*range(80), *(chance.randrange(len(sound)) for _ in range(800))]:
        changed = bytearray(sound)
        changed[place] ^= 1 << chance.randrange(8)
        damaged.append(bytes(changed))
    for content in damaged:
        file.write_bytes(content)
        assert TemplateCache(tmp_path).shapes == {}


def test_a_damaged_cache_is_begun_anew_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert not compile_file(str(MINIMAL), None).failed
    (file,) = tmp_path.rglob(NAME)
    sound = file.read_bytes()
    file.write_bytes(sound[:-1000] + bytes(1000))
    assert not compile_file(str(MINIMAL), None).failed
    assert file.read_bytes() == sound


@pytest.mark.skipif(os.name != "posix", reason="files have other permissions")
@pytest.mark.parametrize("what", ["the file", "its folder"])
@pytest.mark.parametrize("change", ["group", "everybody", "owner"])
def test_what_somebody_else_can_have_written_is_not_unmarshalled(
    what: str, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = TemplateCache(tmp_path)
    built(cache)
    cache.save()
    place = tmp_path / NAME if what == "the file" else tmp_path
    if change == "owner" and os.geteuid():
        pytest.skip("only root can give a file away")
    elif change == "owner":
        os.chown(place, 12345, 12345)
    else:
        place.chmod(place.stat().st_mode | (0o020 if change == "group" else 0o002))
    monkeypatch.setattr(marshal, "loads", lambda _: pytest.fail("it was unmarshalled"))
    assert TemplateCache(tmp_path).shapes == {}
    if what == "its folder":
        assert cache_folder_of(tmp_path, monkeypatch) is None


def cache_folder_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path | None:
    """Return what the command makes of a folder in which the user's cache would be."""
    monkeypatch.setattr(files, "_cache_folders", lambda **_: [folder])
    return cache_folder(private=True)


@pytest.mark.skipif(os.name != "posix", reason="there are no such files")
@pytest.mark.parametrize("what", ["a link", "a pipe", "a folder"])
def test_what_is_no_file_is_no_cache(what: str, tmp_path: Path) -> None:
    cache = TemplateCache(tmp_path)
    built(cache)
    cache.save()
    file = tmp_path / NAME
    if what == "a link":
        file.rename(tmp_path / "elsewhere")
        file.symlink_to("elsewhere")
    else:
        file.unlink()
        file.mkdir() if what == "a folder" else os.mkfifo(file)
    again = TemplateCache(tmp_path)
    assert again.shapes == {}
    assert built(again) == built(None)
    again.save()


def test_the_file_can_be_written_by_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        cache = TemplateCache(tmp_path)
        built(cache)
        cache.save()
    finally:
        os.umask(before)
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o644


def test_too_many_shapes_are_forgotten_and_code_is_kept(tmp_path: Path) -> None:
    cache = TemplateCache(tmp_path)
    built(cache)
    for number in range(6000):
        cache.shape(str(number), dict)
    assert "1" not in cache.shapes
    assert "5999" in cache.shapes
    cache.save()
    again = TemplateCache(tmp_path)
    assert built(again) == built(None)
    assert (tmp_path / NAME).stat().st_size > 50_000


def test_a_process_compiles_each_template_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = built(None)
    monkeypatch.delattr(jinja2.Environment, "compile")
    assert built(None) == first


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    cache = TemplateCache(tmp_path / "nowhere")
    built(cache)
    cache.save()


def test_the_command_fills_the_cache_beside_the_templates_for_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(platc_templates.__spec__, "cached", str(tmp_path / "of-python/x.pyc"))
    assert not compile_file(str(MINIMAL), None).failed
    assert TemplateCache(tmp_path / "of-python").shapes


def test_what_is_made_of_a_users_own_templates_stays_with_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(platc_templates.__spec__, "cached", str(tmp_path / "of-python/x.pyc"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "of-the-user"))
    shutil.copy(MINIMAL, tmp_path)
    own = tmp_path / "templates/kubernetes/namespace.yaml.j2"
    own.parent.mkdir(parents=True)
    own.write_text("apiVersion: v1\nkind: Namespace\nmetadata: {{ metadata }}\n", "utf-8")
    assert not compile_file(str(tmp_path / "platform.yaml"), None).failed
    assert not (tmp_path / "of-python").exists()
    (folder,) = (tmp_path / "of-the-user/platc").iterdir()
    assert TemplateCache(folder).shapes
    assert not folder.stat().st_mode & 0o077


@pytest.mark.parametrize("unwanted", [True, False])
def test_the_users_cache_is_filled_where_python_writes_no_bytecode(
    *, unwanted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(sys, "dont_write_bytecode", unwanted)
    monkeypatch.setattr(platc_templates.__spec__, "cached", str(tmp_path / "file/of/x.pyc"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert not compile_file(str(MINIMAL), None).failed
    (own,) = (tmp_path / "platc").iterdir()
    assert TemplateCache(own).shapes
    monkeypatch.setattr(platc_templates, "__file__", "of another installation")
    other = cache_folder(private=False)
    assert other is not None
    assert other != own
