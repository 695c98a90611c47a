"""A repository of its own in which a test can make a release."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.tools import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
NOTES = "### Added\n\n- Everything."

_SOURCES = (
    ".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "compiler", "examples", "pyproject.toml",
    "spec", "templates", "tools",
)  # fmt: skip
# The machine's own settings of git, such as signing, have no say.
_ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "platc",
    "GIT_AUTHOR_EMAIL": "platc@example.com",
    "GIT_COMMITTER_NAME": "platc",
    "GIT_COMMITTER_EMAIL": "platc@example.com",
}


def repository(folder: Path) -> Path:
    """Return a new repository in ``folder`` that holds the sources as they are, ready to release.

    The changelog is another one, whose only section is about the version in pyproject.toml: the
    project's own is ready at the commit of a release alone.
    """
    for name in _SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, symlinks=True)
        else:
            folder.mkdir(exist_ok=True)
            shutil.copy2(source, folder)
    git(folder, "init", "--quiet")
    write_changelog(
        folder, f"# Changelog\n\n## Unreleased\n\n## {VERSION} - 2026-01-31\n\n{NOTES}\n"
    )
    return folder


def write_changelog(folder: Path, text: str) -> None:
    """Commit everything in the repository together with this changelog."""
    (folder / "CHANGELOG.md").write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "State a release")


def release(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script of ``make release`` in a repository."""
    command = (sys.executable, str(folder / "tools" / "release.py"), *arguments)
    return subprocess.run(command, env=_ENVIRONMENT, capture_output=True, text=True, check=False)


def git(folder: Path, *arguments: str) -> str:
    """Run git in a repository and return what it prints."""
    command = ("git", "-C", str(folder), *arguments)
    done = subprocess.run(command, env=_ENVIRONMENT, capture_output=True, text=True, check=True)
    return done.stdout
