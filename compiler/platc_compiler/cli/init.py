"""``platc init``."""

from __future__ import annotations

from pathlib import Path

import click

import platc_templates
from platc_compiler.cli import files
from platc_compiler.diagnostics.visible import visible


@click.command("init")
@click.argument("file", default="platform.yaml")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(file: str, force: bool) -> None:  # noqa: FBT001
    """Write a commented platform.yaml to start from, to FILE, or into it where it is a folder.

    \b
    Example:
      platc init && platc build
    """
    path = Path(file) / "platform.yaml" if Path(file).is_dir() else Path(file)
    text = (Path(platc_templates.__file__).parent / "init/platform.yaml").read_text(
        encoding="utf-8"
    )
    try:
        with path.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        files.refuse(
            f"{path} is there already: platc check judges it, platc init NAME.yaml writes another"
            " file, and --force replaces it"
        )
    except OSError as fault:
        files.refuse(f"{path} cannot be written: {fault.strerror}")
    option = "" if str(path) == "platform.yaml" else f" -f {path}"
    told = f"{path} is written; next: platc check{option}, then platc build{option}"
    click.echo(visible(told))
