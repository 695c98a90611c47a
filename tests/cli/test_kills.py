"""``kill -9`` at random moments of whole builds and seals; PLATC_KILLS says how many.

``tests/write/test_killed.py`` goes through every step of writing one by one; this is the command
as it is installed, with nothing stood in for.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from platc_compiler.seal import store

ROOT = Path(__file__).resolve().parents[2]
PLATC = Path(sys.executable).with_name("platc")
CERTIFICATE = ROOT / "examples/throwaway-certificate.pem"
KILLS = int(os.environ.get("PLATC_KILLS", "60"))
BUILDS = KILLS * 3 // 5
SEALS = KILLS - BUILDS
THEIRS = {
    "out/NOTES.md": "mine\n",
    "out/.git/HEAD": "ref: refs/heads/main\n",
    "dags/mine.py": "1\n",
}
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal"),
]


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def versions() -> tuple[str, str]:
    """Return two forms of the reference platform: other objects, other contents, another DAG."""
    old = (ROOT / "platform.yaml").read_text("utf-8")
    new = old.replace("retries: 2", "retries: 3").replace("cpu: 250m", "cpu: 200m", 1)
    new = new.replace("  kube-state-metrics:", "  kube-metrics:")
    assert new != old
    return old, new


def run(*arguments: str | Path, folder: Path) -> None:
    done = subprocess.run(
        [PLATC, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def kill(*arguments: str | Path, folder: Path, chance: random.Random, usual: float) -> bool:
    """Kill a command at a random moment: of all of it, or of its writing.

    Returns:
        Whether it was killed before it had come to its end.
    """
    process = subprocess.Popen(
        [PLATC, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    before = {path.name for path in folder.iterdir()}
    if chance.random() < 1 / 3:
        time.sleep(chance.uniform(0, usual * 1.1))
    else:
        while process.poll() is None and before == {path.name for path in folder.iterdir()}:
            time.sleep(0.0002)
        time.sleep(chance.uniform(0, chance.choice((0.002, 0.02, 0.1))))
    process.kill()
    return process.wait() != 0


def built(folder: Path, text: str) -> tuple[dict[str, str], float]:
    """Return what a platform becomes in a new folder, and the seconds that it takes."""
    (folder / "dags").mkdir(parents=True)
    shutil.copytree(ROOT / "dags/reports", folder / "dags/reports")
    shutil.copy(ROOT / "sealed-secrets.yaml", folder)
    (folder / "platform.yaml").write_text(text, "utf-8")
    started = time.monotonic()
    run("build", folder=folder)
    seconds = time.monotonic() - started
    return below(files(folder), "out/", "dags/"), seconds


def below(there: dict[str, str], *folders: str) -> dict[str, str]:
    return {name: text for name, text in there.items() if name.startswith(folders)}


def test_out_and_dags_are_old_or_new(tmp_path: Path) -> None:
    chance = random.Random(KILLS)  # noqa: S311 - moments are no secrets
    folder = tmp_path / "old"
    texts = versions()
    old, usual = built(folder, texts[0])
    new, _ = built(tmp_path / "new", texts[1])
    assert old.keys() != new.keys()
    for name, content in THEIRS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    wholes = [below({**whole, **THEIRS}, "out/") for whole in (old, new)]
    killed = 0
    for number in range(BUILDS):
        text, whole = (texts[1], new) if number % 2 == 0 else (texts[0], old)
        (folder / "platform.yaml").write_text(text, "utf-8")
        killed += kill("build", folder=folder, chance=chance, usual=usual)
        there = files(folder)
        assert below(there, "out/") in wholes, f"after kill {number}"
        for name in old.keys() | new.keys():
            if name.startswith("dags/"):
                assert there[name] in {old[name], new[name]}, f"after kill {number}"
        run("build", folder=folder)
        assert below(files(folder), "out/", "dags/") == {**whole, **THEIRS}
        assert {path.name for path in folder.iterdir()} == {
            "out", "dags", "platform.yaml", "sealed-secrets.yaml",
        }  # fmt: skip
    assert killed >= BUILDS / 4
    print(f"{killed} of {BUILDS} builds were killed before their end")


@pytest.fixture
def sealing(tmp_path: Path) -> Path:
    """Return a folder with a platform of one secret with two keys."""
    platform = (ROOT / "examples/minimal/platform.yaml").read_text("utf-8")
    declared = "secrets:\n  login: { namespace: shop, keys: [name, word] }\n"
    (tmp_path / "platform.yaml").write_text(f"{platform}\n{declared}", "utf-8")
    for name in ("old", "new"):
        (tmp_path / name).write_text(f"login/name={name}\nlogin/word={name}\n", "utf-8")
        (tmp_path / name).chmod(0o600)
    return tmp_path


def test_sealed_secrets_are_old_or_new(sealing: Path) -> None:
    chance = random.Random(KILLS)  # noqa: S311 - as above
    file = sealing / "sealed-secrets.yaml"
    command = ("seal", "--cert", CERTIFICATE, "--from-file")
    started = time.monotonic()
    run(*command, "old", folder=sealing)
    usual = time.monotonic() - started
    file.chmod(0o600)
    killed = 0
    for number in range(SEALS):
        before = ciphertexts(file)
        killed += kill(*command, "new", folder=sealing, chance=chance, usual=usual)
        after = ciphertexts(file)
        same = {key for key in before if after[key] == before[key]}
        assert same in (set(), before.keys()), f"after kill {number}: half of it is new"
        run(*command, "old", folder=sealing)
        assert {path.name for path in sealing.iterdir()} == {
            "old", "new", "platform.yaml", "sealed-secrets.yaml",
        }  # fmt: skip
        assert file.stat().st_mode & 0o777 == 0o600
    assert killed >= SEALS / 4
    print(f"{killed} of {SEALS} seals were killed before their end")


def ciphertexts(file: Path) -> dict[str, str]:
    (sealed,) = store.parse(file.read_text("utf-8"))
    assert sealed.keys.keys() == {"name", "word"}
    return {name: key.ciphertext for name, key in sealed.keys.items()}
