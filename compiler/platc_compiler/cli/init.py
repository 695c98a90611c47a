"""``platc init``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

import platc_templates
from platc_compiler.cli import files
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.diagnostics.visible import visible

_DEFAULT = "minimal"
_STARTS = (
    _DEFAULT, "internal-api", "mlflow", "superset", "debezium", "trino", "cloudnative-pg",
    "three-nodes", "central-database",
)  # fmt: skip
_FILE = "platform.yaml"
_LEFT_OUT = frozenset({"README.md", "sealed-secrets.yaml", "out", "dags"})
"""What an example has beside the files that its platform.yaml names."""
_LONGEST = 120
"""Characters of a description at most."""
_SCHEMA = "$schema=../../spec/platc_spec/platform.schema.json"


@click.command("init")
@click.argument("start", default="", metavar="[NAME]")
@click.argument("file", default="")
@click.option("--list", "listed", is_flag=True, help="List the starting points by NAME.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def command(start: str, file: str, *, listed: bool, force: bool) -> None:
    """Write a commented platform.yaml to start from, to FILE, or into it where it is a folder.

    NAME is one of the starting points of --list; default: the smallest.

    \b
    Example:
      platc init && platc build
      platc init superset shop/platform.yaml
    """
    if listed:
        width = max(map(len, _STARTS))
        for name in _STARTS:
            click.echo(f"{name:{width}}  {_about(_texts(name)[_FILE])}")
        return
    name, target = _meant(start, file)
    path = target / _FILE if target.is_dir() else target
    texts = _texts(name)
    texts = {path.name: texts.pop(_FILE), **texts}
    _write(path, texts, force=force)
    option = "" if str(path) == _FILE else f" -f {path}"
    names = " and ".join([str(path), *(str(path.parent / name) for name in list(texts)[1:])])
    verb = "is" if len(texts) == 1 else "are"
    told = f"{names} {verb} written; next: platc check{option}, then platc build{option}"
    click.echo(visible(told))


def _meant(start: str, file: str) -> tuple[str, Path]:
    """Return the starting point and the file; a single word that is no NAME is the file."""
    if start in _STARTS and not (file == "" and Path(start).is_dir()):
        return start, Path(file or _FILE)
    if file:
        hint = did_you_mean(start, _STARTS) or "platc init --list shows them"
        files.refuse(f"there is no starting point '{start}': {hint}")
    return _DEFAULT, Path(start or _FILE)


def _texts(name: str) -> dict[str, str]:
    """Return the files of a starting point by path, platform.yaml among them."""
    templates = Path(platc_templates.__file__).parent
    if name == _DEFAULT:
        return {_FILE: (templates / "init" / _FILE).read_text(encoding="utf-8")}
    # In a checkout the examples stand beside the packages.
    installed, beside = templates / "examples", templates.parents[1] / "examples"
    folder = (installed if installed.is_dir() else beside) / name
    named = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        str(name): path.read_text(encoding="utf-8").replace(_SCHEMA, "$schema=platform.schema.json")
        for name, path in named.items()
        if name.parts[0] not in _LEFT_OUT
    }


def _about(text: str) -> str:
    """Return the first sentence of the comment at the top of a platform.yaml."""
    sentence = " ".join(_comment(text)).partition(". ")[0].rstrip(".")
    return sentence if len(sentence) <= _LONGEST else sentence.partition(":")[0]


def _comment(text: str) -> Iterator[str]:
    for line in text.splitlines():
        words = line.removeprefix("#").strip()
        if not line.startswith("#"):
            return
        if words and "$schema=" not in line:
            yield words


def _write(path: Path, texts: dict[str, str], *, force: bool) -> None:
    """Write the files, none of them if one is there already."""
    for name in () if force else texts:
        if (path.parent / name).exists():
            _refuse(path.parent / name)
    for name, text in texts.items():
        one = path.parent / name
        try:
            if one.parent != path.parent:
                one.parent.mkdir(parents=True, exist_ok=True)
            with one.open("w" if force else "x", encoding="utf-8") as stream:
                stream.write(text)
        except FileExistsError:
            _refuse(one)
        except OSError as fault:
            files.refuse(f"{one} cannot be written: {fault.strerror}")


def _refuse(path: Path) -> NoReturn:
    files.refuse(
        f"{path} is there already: platc check judges it, platc init NAME.yaml writes another"
        " file, and --force replaces it"
    )
