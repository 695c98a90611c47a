"""Make the release that pyproject.toml and CHANGELOG.md state: ``make release``.

Builds the sdist, builds the wheel from the sdist, writes their checksums, all into ``dist/``,
and tags the commit. Nothing is published: CONTRIBUTING.md says what comes before and after.
``--no-tag`` leaves the tag out, to look at the packages first.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


class RefusedError(Exception):
    """The release must not be made; the message says why, and what to do."""


def stated_version() -> str:
    """Return the version in pyproject.toml, the only place that states it.

    Raises:
        RefusedError: if it is not three numbers (https://semver.org, items 2 and 9).
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    version: str = project["version"]
    if not _VERSION.fullmatch(version):
        raise RefusedError(
            f"the version in pyproject.toml is {version}: a release has three numbers, as 1.2.3"
        )
    return version


def release_notes(changelog: str, version: str) -> str:
    """Return the changelog's section about a version, without its heading.

    Args:
        changelog: The text of CHANGELOG.md.
        version: The version, as in ``1.2.3``.

    Raises:
        RefusedError: if the section is missing, empty or without a date, or if changes still stand
            below "Unreleased", which the release would hold without saying so.
    """
    sections: dict[str, str] = {}
    _, *parts = _HEADING.split(changelog)
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        sections[heading.strip()] = text.strip()

    dated = [heading for heading in sections if heading.split(" - ")[0] == version]
    if not dated:
        raise RefusedError(
            f"CHANGELOG.md has no section about {version}: "
            f"put '## {version} - YEAR-MONTH-DAY' below '## Unreleased'"
        )
    heading = dated[0]
    if not _DATE.fullmatch(heading.removeprefix(f"{version} - ")):
        raise RefusedError(
            f"CHANGELOG.md gives no date for {version}: write '## {version} - YEAR-MONTH-DAY'"
        )
    if not sections[heading]:
        raise RefusedError(f"CHANGELOG.md says nothing about {version}: write what changed")
    if sections.get("Unreleased"):
        raise RefusedError(
            "CHANGELOG.md has changes below '## Unreleased', and this release would hold them: "
            f"move them below '## {heading}'"
        )
    return sections[heading]


def refuse_dirty_tree() -> None:
    """Refuse what the tag would not hold: changed files and files that git does not know.

    Raises:
        RefusedError: if there are any.
    """
    changed = _git("status", "--porcelain", "--untracked-files=all")
    if changed:
        raise RefusedError(f"the working tree is not clean: commit or remove these\n{changed}")


def refuse_tag(tag: str) -> None:
    """Refuse a version that is released already.

    Raises:
        RefusedError: if the tag exists.
    """
    if _git("tag", "--list", tag):
        raise RefusedError(f"the tag {tag} exists: raise the version in pyproject.toml")


def build(version: str, dist: Path) -> None:
    """Replace what is in ``dist`` by the packages of a version and their checksums.

    The packages carry the time of the commit, so that anyone who builds the same commit gets the
    same bytes (https://reproducible-builds.org/specs/source-date-epoch).

    Args:
        version: The version that the names of the packages must have.
        dist: The folder, removed first: it holds one release and nothing else.

    Raises:
        subprocess.CalledProcessError: if a package cannot be built.
    """
    with tempfile.TemporaryDirectory() as scratch:
        # Given neither --sdist nor --wheel, uv builds the wheel from the sdist that it built.
        # Without isolation the build backend is the one that requirements/build.txt pins.
        how = ("--offline", "--no-build-isolation", "--python", sys.executable)
        subprocess.run(
            [UV, "--quiet", "build", *how, "--out-dir", scratch, ROOT],
            check=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": _git("log", "-1", "--format=%ct")},
        )
        shutil.rmtree(dist, ignore_errors=True)
        dist.mkdir()
        sums = []
        for name in (f"platc-{version}-py3-none-any.whl", f"platc-{version}.tar.gz"):
            shutil.copy(Path(scratch, name), dist)
            sums.append(f"{hashlib.sha256((dist / name).read_bytes()).hexdigest()}  {name}\n")
    (dist / "SHA256SUMS").write_text("".join(sums))


def main() -> None:
    """Make the release, or say why not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--no-tag", action="store_true", help="build dist/ and set no tag")
    arguments = parser.parse_args()
    dist = ROOT / "dist"
    try:
        version = stated_version()
        tag = f"v{version}"
        notes = release_notes((ROOT / "CHANGELOG.md").read_text(), version)
        refuse_tag(tag)
        refuse_dirty_tree()
        build(version, dist)
        if not arguments.no_tag:
            # Headings begin with #, which git takes for comments in a message unless told.
            message = f"platc {version}\n\n{notes}\n"
            _git("tag", "--annotate", "--cleanup=whitespace", "--message", message, tag)
    except RefusedError as refusal:
        sys.exit(f"error: {refusal}")
    except subprocess.CalledProcessError as failure:
        sys.exit(f"error: '{failure.cmd[0]}' failed\n{failure.stderr or ''}".rstrip())

    for file in sorted(dist.iterdir()):
        print(file.relative_to(ROOT))
    print("No tag was set." if arguments.no_tag else f"Tagged {tag}: git push origin {tag}")


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.rstrip()


if __name__ == "__main__":
    main()
