"""Seals at the same time, through links, and with other permissions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from platc_compiler.seal import store
from tests.seal.controller import Controller, make_controller

ROOT = Path(__file__).resolve().parents[2]
PLATC = Path(sys.executable).with_name("platc")
KEYS = tuple(f"key{number}" for number in range(8))


@pytest.fixture(scope="module")
def controller() -> Controller:
    return make_controller()


@pytest.fixture
def folder(tmp_path: Path, controller: Controller) -> Path:
    platform = (ROOT / "examples/minimal/platform.yaml").read_text("utf-8")
    declared = f"secrets:\n  login: {{ namespace: shop, keys: [{', '.join(KEYS)}] }}\n"
    (tmp_path / "platform.yaml").write_text(f"{platform}\n{declared}", "utf-8")
    (tmp_path / "cert.pem").write_bytes(controller.certificate)
    return tmp_path


def seal(folder: Path, key: str, value: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [PLATC, "seal", "--cert", "cert.pem", "--stdin", "--only", f"login/{key}"], cwd=folder,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(f"login/{key}={value}\n")
    process.stdin.close()
    process.stdin = None
    return process


def finish(process: subprocess.Popen[str]) -> None:
    _, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint


def unsealed(file: Path, controller: Controller) -> dict[str, str]:
    (sealed,) = store.parse(file.read_text("utf-8"))
    label = f"{sealed.namespace}/{sealed.name}".encode()
    return {
        name: controller.unseal(key.ciphertext, label).decode() for name, key in sealed.keys.items()
    }


def test_eight_seals_at_once_lose_no_update(folder: Path, controller: Controller) -> None:
    for round_ in ("first", "second"):
        for process in [seal(folder, key, f"{round_} {key}") for key in KEYS]:
            finish(process)
        values = unsealed(folder / "sealed-secrets.yaml", controller)
        assert values == {key: f"{round_} {key}" for key in KEYS}
    assert {path.name for path in folder.iterdir()} == {
        "platform.yaml", "cert.pem", "sealed-secrets.yaml",
    }  # fmt: skip


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_one_and_its_file_is_replaced(
    folder: Path, controller: Controller, *, there: bool
) -> None:
    (folder / "deep").mkdir()
    (folder / "sealed-secrets.yaml").symlink_to("other.yaml")
    (folder / "other.yaml").symlink_to("deep/target.yaml")
    if there:
        (folder / "deep/target.yaml").touch(0o640)
    finish(seal(folder, "key0", "a"))
    finish(seal(folder, "key1", "b"))
    assert (folder / "sealed-secrets.yaml").is_symlink()
    assert (folder / "other.yaml").is_symlink()
    values = unsealed(folder / "deep/target.yaml", controller)
    assert values == {"key0": "a", "key1": "b"}
    assert (folder / "deep/target.yaml").stat().st_mode & 0o777 == (0o640 if there else 0o644)
    assert [path.name for path in (folder / "deep").iterdir()] == ["target.yaml"]


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_the_permissions_stay(folder: Path, mode: int) -> None:
    finish(seal(folder, "key0", "a"))
    file = folder / "sealed-secrets.yaml"
    assert file.stat().st_mode & 0o777 == 0o644
    file.chmod(mode)
    finish(seal(folder, "key1", "b"))
    assert file.stat().st_mode & 0o777 == mode


def test_a_link_to_itself_is_told(folder: Path) -> None:
    (folder / "sealed-secrets.yaml").symlink_to("sealed-secrets.yaml")
    process = seal(folder, "key0", "a")
    _, complaint = process.communicate(timeout=60)
    assert process.returncode in {1, 2}
    assert "Traceback" not in complaint
    assert "link" in complaint
