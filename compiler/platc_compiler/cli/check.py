"""``platc check``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import click
from msgspec.structs import replace

from platc_compiler.cli import FAULTS
from platc_compiler.cli.compile import OfAFile, compile_each, compile_file, counted, options, tell
from platc_compiler.diagnostics import Located
from platc_compiler.diagnostics.visible import visible


@click.command("check", cls=OfAFile)
@options
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
def command(file: str, environment: str | None, form: str, strict: bool) -> None:  # noqa: FBT001
    """Say what is wrong with platform.yaml, and write nothing.

    Without --env, each of its environments is checked as well.

    \b
    Examples:
      platc check
      platc check --env production --format sarif > platc.sarif
    """
    result = compile_file(file, environment)
    found = list(result.diagnostics)
    if environment is None and result.platform is not None:
        found += _of_environments(file, sorted(result.platform.spec.environments), found)
    tell(found, form)
    failed = any(d.severity == "error" or (strict and d.severity == "warning") for d in found)
    if form == "text":
        verdict = "" if failed else " is in order"
        click.echo(f"{visible(file)}{verdict}: {counted(found)}", err=failed)
        for line in result.summary:
            click.echo(line)
    if failed:
        sys.exit(FAULTS)


def _of_environments(
    file: str, names: Sequence[str], known: Sequence[Located]
) -> Iterator[Located]:
    """Yield the faults that occur in an environment and not without it."""
    told = {(found.code, found.path, found.message) for found in known}
    for name, result in zip(names, compile_each(file, names), strict=True):
        for found in result.diagnostics:
            if (found.code, found.path, found.message) not in told:
                yield replace(found, message=f"{found.message} (environment {name})")
