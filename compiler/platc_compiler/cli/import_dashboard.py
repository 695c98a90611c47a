"""``platc import dashboard``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from platc_compiler.cli import files
from platc_compiler.grafana.importing.dashboard import Imported, imported, name_of
from platc_compiler.grafana.whole import Json, NotADashboardError, model_of, parts
from platc_compiler.source.beside import decoded
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import LARGEST_FILE, Unreadable
from platc_compiler.templating.templates import Templates

_MOST_SHOWN = 12


@click.command("dashboard")
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", help="Write to this file, not to the terminal.")
@click.option("--name", metavar="NAME", help="The dashboard's name and uid; default: its title.")
@click.option(
    "--simplify", is_flag=True,
    help="Use the words of platform.yaml even where something is lost.",
)  # fmt: skip
def command(file: str, output: str | None, name: str | None, simplify: bool) -> None:  # noqa: FBT001
    """Turn a dashboard of Grafana (JSON) into a part of platform.yaml.

    Where the language cannot say all of it, the dashboard stays in its own FILE, and what would be
    lost is named: platc provisions the file and checks its queries all the same.

    \b
    Examples:
      platc import dashboard node.json
      platc import dashboard node.json --simplify -o node.yaml
    """
    model = _model(file)
    found = imported(model, Templates())
    name = name or name_of(model)
    whole = bool(found.lost.counts) and not simplify
    board = _whole(file, model) if whole else found.board
    _tell(found, file, whole=whole)
    text = yaml_text({"dashboards": {name: board}})
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as fault:
        files.refuse(f"{output} cannot be written: {fault.strerror}")
    click.echo(f"{output} is written", err=True)


def _model(file: str) -> Json:
    try:
        with Path(file).open("rb") as stream:
            return model_of(decoded(stream.read(LARGEST_FILE + 1), file))
    except OSError as fault:
        files.refuse(f"{file} cannot be read: {fault.strerror}")
    except Unreadable as fault:
        files.fail(f"{file}: {fault.diagnostic.message}")
    except NotADashboardError as fault:
        files.fail(f"{file} holds no dashboard: {fault}")


def _whole(file: str, model: Json) -> dict[str, Any]:
    """Return the entry of a dashboard that stays in its file."""
    path = Path(file)
    if path.is_absolute() or ".." in path.parts:
        click.echo(f"copy {file} beside platform.yaml", err=True)
        path = Path(path.name)
    inputs = [str(i["name"]) for i in parts(model.get("__inputs")) if i.get("type") == "datasource"]
    if inputs:
        said = ", ".join(f"{each}: NAME" for each in inputs)
        click.echo(
            "its inputs become the first data source of their type; "
            f"inputs: {{ {said} }} chooses others",
            err=True,
        )
    return {"file": path.as_posix()}


def _tell(found: Imported, file: str, *, whole: bool) -> None:
    """Say on standard error what is lost, or would be."""
    lost = found.lost.lines()
    if not lost:
        return
    if whole:
        click.echo(f"{file} is kept whole; the language cannot say:", err=True)
    else:
        click.echo("lost:", err=True)
    for line in lost[:_MOST_SHOWN]:
        click.echo(f"  {line}", err=True)
    if len(lost) > _MOST_SHOWN:
        click.echo(f"  and {len(lost) - _MOST_SHOWN} more", err=True)
