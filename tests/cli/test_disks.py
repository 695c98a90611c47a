"""A disk that is full or can only be read: nothing is lost, nothing is left, and it is told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLATC = Path(sys.executable).with_name("platc")
CERTIFICATE = ROOT / "examples/throwaway-certificate.pem"


def call(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
        if path.name != "ballast"
    }


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a small disk of its own, with a platform that is built and sealed."""
    mounted = call("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path, folder=ROOT)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted: {mounted.stderr.strip()}")
    try:
        platform = (ROOT / "examples/minimal/platform.yaml").read_text("utf-8")
        declared = "secrets:\n  login: { namespace: shop, keys: [name] }\n"
        (tmp_path / "platform.yaml").write_text(f"{platform}\n{declared}", "utf-8")
        (tmp_path / "values").write_text("login/name=old\n", "utf-8")
        (tmp_path / "values").chmod(0o600)
        for command in (("seal", "--cert", CERTIFICATE, "--from-file", "values"), ("build",)):
            done = call(PLATC, *command, folder=tmp_path)
            assert done.returncode == 0, done.stderr
        changed = (tmp_path / "platform.yaml").read_text("utf-8").replace("cpu: 4", "cpu: 5")
        (tmp_path / "platform.yaml").write_text(changed, "utf-8")
        yield tmp_path
    finally:
        call("umount", tmp_path, folder=ROOT)


@pytest.mark.parametrize("left", [0, 4096, 20000])
def test_a_full_disk_keeps_what_it_held(left: int, disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            pass
        ballast.truncate(ballast.tell() - left)
    before = files(disk)
    built = call(PLATC, "build", folder=disk)
    assert built.returncode == 2, built.stderr
    assert "No space left on device; nothing was replaced" in built.stderr
    sealed = call(PLATC, "seal", "--cert", CERTIFICATE, "--from-file", "values", folder=disk)
    if left == 0:
        assert sealed.returncode == 2
        assert "cannot write sealed-secrets.yaml: No space left on device" in sealed.stderr
        assert files(disk) == before
    else:
        before.pop("sealed-secrets.yaml")
        assert {k: v for k, v in files(disk).items() if k != "sealed-secrets.yaml"} == before
    os.truncate(disk / "ballast", 0)
    assert call(PLATC, "build", folder=disk).returncode == 0
    assert not list(disk.glob(".*"))


def test_a_disk_that_can_only_be_read_is_told(disk: Path) -> None:
    call("mount", "-o", "remount,ro", disk, folder=ROOT)
    before = files(disk)
    built = call(PLATC, "build", folder=disk)
    assert built.returncode == 2
    assert "Read-only file system; nothing was replaced" in built.stderr
    sealed = call(PLATC, "seal", "--cert", CERTIFICATE, "--from-file", "values", folder=disk)
    assert sealed.returncode == 2
    assert "cannot write sealed-secrets.yaml: Read-only file system" in sealed.stderr
    assert call(PLATC, "check", folder=disk).returncode == 0
    assert files(disk) == before


def test_a_mount_point_is_told_and_a_folder_in_it_is_written(disk: Path) -> None:
    elsewhere = disk / "elsewhere"
    elsewhere.mkdir()
    call("mount", "--bind", elsewhere, elsewhere, folder=ROOT)
    try:
        done = call(PLATC, "build", "-o", "elsewhere", folder=disk)
        assert done.returncode == 2
        assert "elsewhere is a mount point" in done.stderr
        assert "name a folder in it with -o elsewhere/elsewhere" in done.stderr
        assert not list(disk.glob(".*"))
        assert list(elsewhere.iterdir()) == []
        done = call(PLATC, "build", "-o", "elsewhere/elsewhere", folder=disk)
        assert done.returncode == 0, done.stderr
    finally:
        call("umount", elsewhere, folder=ROOT)
