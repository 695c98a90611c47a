"""``platc check``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

import click
from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.cli import FAULTS
from platc_compiler.cli.compile import (
    OfAFile,
    compile_each,
    compile_source,
    counted,
    options,
    tell,
)
from platc_compiler.diagnostics import Located
from platc_compiler.diagnostics.visible import visible
from platc_compiler.pipeline import Result
from platc_compiler.source.source import Source


@click.command("check", cls=OfAFile)
@options
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.option("--fix", is_flag=True, help="Make the changes that need no decision of yours.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
def command(  # noqa: PLR0913, PLR0917 - one for each option
    file: str,
    environment: str | None,
    form: str,
    strict: bool,  # noqa: FBT001
    fix: bool,  # noqa: FBT001
    diff: bool,  # noqa: FBT001
) -> None:
    """Say what is wrong with platform.yaml.

    Without --env, each of its environments is checked as well. Only --fix writes: where a hint
    names what to write instead, it is written, and everything else in the file stays as it is.

    \b
    Examples:
      platc check
      platc check --diff
      platc check --env production --format sarif > platc.sarif
    """
    if fix or diff:
        from platc_compiler.cli.fix import fix_file

        fix_file(file, environment, form, write=fix and not diff, strict=strict)
        return
    checked = _file(file, environment)
    tell(checked.found, form)
    failed = checked.failed(strict=strict)
    if form == "text":
        verdict = "" if failed else " is in order"
        click.echo(f"{visible(file)}{verdict}: {counted(checked.found)}", err=failed)
        for line in checked.summary:
            click.echo(line)
    if failed:
        sys.exit(FAULTS)


class Checked(Struct, frozen=True):
    """What is wrong with a platform, in all environments that were asked for."""

    found: tuple[Located, ...]
    summary: tuple[str, ...] = ()
    """Lines for the end: the used part of the budget."""

    def failed(self, *, strict: bool) -> bool:
        """Return whether there is an error, or, if ``strict``, a warning."""
        levels = {"error", "warning"} if strict else {"error"}
        return any(found.severity in levels for found in self.found)


def _file(file: str, environment: str | None) -> Checked:
    return _checked(lambda names: compile_each(file, names), environment)


def check_source(source: Source, own: Mapping[str, str], environment: str | None) -> Checked:
    """Return what is wrong with a source; its own templates are ``own``."""
    return _checked(lambda names: compile_source(source, own, names), environment)


def _checked(
    compiled: Callable[[Sequence[str | None]], Iterator[Result]], environment: str | None
) -> Checked:
    result = next(compiled([environment]))
    found = list(result.diagnostics)
    if environment is None and result.environments:
        names = sorted(result.environments)
        found += _of_environments(names, compiled(names), found)
    return Checked(tuple(found), result.summary)


def _of_environments(
    names: Sequence[str], results: Iterator[Result], known: Sequence[Located]
) -> Iterator[Located]:
    """Yield the faults that occur in an environment and not without it."""
    told = {(found.code, found.path, found.message) for found in known}
    for name, result in zip(names, results, strict=True):
        for found in result.diagnostics:
            if (found.code, found.path, found.message) not in told:
                yield replace(found, message=f"{found.message} (environment {name})")
