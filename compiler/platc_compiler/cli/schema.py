"""``platc schema``."""

from __future__ import annotations

import json

import click

from platc_compiler.schema import json_schema


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of platform.yaml, for editors.

    \b
    Example:
      platc schema > platform.schema.json
    """
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
