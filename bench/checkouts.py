"""Revisions of platc, run by one and the same environment."""

import compileall
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = (sys.executable, "-c", "from platc_compiler.cli import main; main()", "build")
_PACKAGES = ("compiler", "spec", "templates")


@dataclass(frozen=True)
class Checkout:
    """The files of one revision."""

    name: str
    root: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """What makes Python take its packages before those that are installed."""
        return {"PYTHONPATH": ":".join(str(self.root / package) for package in _PACKAGES)}


@contextmanager
def of_revision(revision: str, scratch: Path) -> Iterator[Checkout]:
    """Check a revision out below SCRATCH, compiled, and remove it again.

    Raises:
        subprocess.CalledProcessError: git knows no such revision.
    """
    folder = scratch / "checkout"
    git = ("git", "-C", ROOT, "worktree")
    subprocess.run((*git, "add", "--quiet", "--detach", folder, revision), check=True)
    try:
        yield Checkout(revision, _compiled(folder))
    finally:
        subprocess.run((*git, "remove", "--force", folder), check=True)


def here() -> Checkout:
    """Return this checkout as its files stand."""
    return Checkout("here", _compiled(ROOT))


def _compiled(root: Path) -> Path:
    for package in _PACKAGES:
        compileall.compile_dir(root / package, quiet=1)
    return root
