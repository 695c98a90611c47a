"""``platc check``."""

from __future__ import annotations

import sys

import click

from platc_compiler.cli import FAULTS
from platc_compiler.cli.compile import compile_file, counted, options, tell


@click.command("check")
@options
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
def command(file: str, environment: str | None, form: str, strict: bool) -> None:  # noqa: FBT001
    """Say what is wrong with platform.yaml, and write nothing.

    \b
    Examples:
      platc check
      platc check --env production --format sarif > platc.sarif
    """
    result = compile_file(file, environment)
    tell(result.diagnostics, form)
    warned = any(diagnostic.severity == "warning" for diagnostic in result.diagnostics)
    failed = result.failed or (strict and warned)
    if form == "text":
        verdict = "" if failed else " is in order"
        click.echo(f"{file}{verdict}: {counted(result.diagnostics)}", err=failed)
        for line in result.summary:
            click.echo(line)
    if failed:
        sys.exit(FAULTS)
