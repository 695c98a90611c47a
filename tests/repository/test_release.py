"""What `make release` makes, and when it refuses."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.repository.release import NOTES, VERSION, git, release, repository, write_changelog

WHEEL = f"platc-{VERSION}-py3-none-any.whl"
SDIST = f"platc-{VERSION}.tar.gz"
PACKAGES = ("spec/platc_spec", "compiler/platc_compiler", "templates/platc_templates")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = repository(tmp_path_factory.mktemp("released") / "platc")
    done = release(folder)
    assert done.returncode == 0, done.stderr
    assert f"git push origin v{VERSION}" in done.stdout
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    return repository(tmp_path / "platc")


def tracked(folder: Path, *names: str) -> set[str]:
    return set(git(folder, "ls-files", "--", *names).splitlines())


def test_dist_holds_the_packages_and_checksums_that_are_right(released: Path) -> None:
    dist = released / "dist"
    assert {file.name for file in dist.iterdir()} == {WHEEL, SDIST, "SHA256SUMS"}
    command = ("sha256sum", "--check", "--strict", "SHA256SUMS")
    checked = subprocess.run(command, cwd=dist, capture_output=True, text=True, check=False)
    assert checked.stdout.splitlines() == [f"{WHEEL}: OK", f"{SDIST}: OK"], checked.stderr


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(released: Path) -> None:
    expected = {file.split("/", 1)[1] for file in tracked(released, *PACKAGES)}
    expected |= {f"platc_templates/{file}" for file in tracked(released, "examples")}
    with zipfile.ZipFile(released / "dist" / WHEEL) as wheel:
        held = {name for name in wheel.namelist() if f"platc-{VERSION}.dist-info/" not in name}
    assert held == expected


def test_the_sdist_holds_the_sources_and_what_people_read_first(released: Path) -> None:
    expected = tracked(
        released, "spec", "compiler", "templates", "examples", ".gitignore", "pyproject.toml",
        "README.md", "CHANGELOG.md", "LICENSE",
    )  # fmt: skip
    with tarfile.open(released / "dist" / SDIST) as sdist:
        held = {name.split("/", 1)[1] for name in sdist.getnames()}
    assert held == expected | {"PKG-INFO"}


def test_the_sdist_alone_builds_the_wheel(released: Path, tmp_path: Path) -> None:
    with tarfile.open(released / "dist" / SDIST) as sdist:
        sdist.extractall(tmp_path, filter="data")
    epoch = git(released, "log", "-1", "--format=%ct").strip()
    subprocess.run(
        (sys.executable, "-m", "hatchling", "build", "--target", "wheel"),
        cwd=tmp_path / f"platc-{VERSION}",
        env={**os.environ, "SOURCE_DATE_EPOCH": epoch},
        capture_output=True,
        check=True,
    )
    built = tmp_path / f"platc-{VERSION}" / "dist" / WHEEL
    assert built.read_bytes() == (released / "dist" / WHEEL).read_bytes()


def test_the_tag_holds_the_commit_and_its_section_of_the_changelog(released: Path) -> None:
    tag = f"v{VERSION}"
    assert git(released, "rev-list", "-1", tag) == git(released, "rev-list", "-1", "HEAD")
    message = git(released, "tag", "--list", "--format=%(contents)", tag)
    assert message.strip() == f"platc {VERSION}\n\n{NOTES}"


def test_the_same_commit_gives_the_same_bytes_and_no_tag_where_none_is_wanted(
    released: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "elsewhere"
    git(tmp_path, "clone", "--quiet", "--no-tags", str(released), str(clone))
    done = release(clone, "--no-tag")
    assert done.returncode == 0, done.stderr
    assert git(clone, "tag", "--list") == ""
    sums = "dist/SHA256SUMS"
    assert (clone / sums).read_text() == (released / sums).read_text()


def test_what_an_earlier_release_left_in_dist_goes(scratch: Path) -> None:
    (scratch / "dist").mkdir()
    (scratch / "dist" / "platc-0.0.1.tar.gz").touch()
    assert release(scratch, "--no-tag").returncode == 0
    assert not (scratch / "dist" / "platc-0.0.1.tar.gz").exists()


def assert_refused(folder: Path, *said: str) -> None:
    done = release(folder)
    assert done.returncode == 1
    for words in said:
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "dist").exists()


def test_a_tag_that_exists_is_refused(scratch: Path) -> None:
    git(scratch, "tag", f"v{VERSION}")
    assert_refused(scratch, f"the tag v{VERSION} exists")


@pytest.mark.parametrize("name", ["README.md", "spec/platc_spec/left_over.py"])
def test_a_file_that_is_changed_or_unknown_to_git_is_refused(scratch: Path, name: str) -> None:
    (scratch / name).write_text("Not committed.\n")
    assert_refused(scratch, "the working tree is not clean", name)
    assert git(scratch, "tag", "--list") == ""


@pytest.mark.parametrize(
    ("changelog", "said"),
    [
        ("## Unreleased\n\n## 0.0.1 - 2026-01-31\n\n- A line.\n", f"no section about {VERSION}"),
        (f"## Unreleased\n\n## {VERSION}\n\n- A line.\n", f"no date for {VERSION}"),
        (f"## Unreleased\n\n## {VERSION} - soon\n\n- A line.\n", f"no date for {VERSION}"),
        (f"## {VERSION} - 2026-01-31\n\n## 0.0.1 - 2026-01-01\n\n- A.\n", "says nothing about"),
        (
            f"## Unreleased\n\n- A line.\n\n## {VERSION} - 2026-01-31\n\n- A line.\n",
            "has changes below '## Unreleased'",
        ),
    ],
)
def test_a_changelog_that_does_not_tell_of_the_release_is_refused(
    scratch: Path, changelog: str, said: str
) -> None:
    write_changelog(scratch, f"# Changelog\n\n{changelog}")
    assert_refused(scratch, said)
    assert git(scratch, "tag", "--list") == ""


def test_a_version_that_is_not_three_numbers_is_refused(scratch: Path) -> None:
    project = scratch / "pyproject.toml"
    text = project.read_text()
    project.write_text(text.replace(f'version = "{VERSION}"', 'version = "1.0"', 1))
    assert_refused(scratch, "the version in pyproject.toml is 1.0")
