"""``platc schema``."""

from __future__ import annotations

import json

import click

from platc_compiler.language.json_schema import json_schema
from platc_compiler.lower.kinds import models


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of platform.yaml, for editors.

    \b
    Example:
      platc schema > platform.schema.json
    """
    click.echo(json.dumps(json_schema(models()), indent=2, ensure_ascii=False))
