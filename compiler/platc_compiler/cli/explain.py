"""``platc explain``."""

from __future__ import annotations

import click

from platc_compiler.checks import pages as explain
from platc_compiler.cli import files
from platc_compiler.diagnostics.did_you_mean import did_you_mean


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain a diagnostic's CODE: what it says, why, and how to mend it; without one, list all.

    \b
    Example:
      platc explain PLT101
    """
    if code is None:
        for known, title in explain.codes():
            click.echo(f"{known}  {title}")
        return
    page = explain.page(code.upper())
    if page is None:
        hint = did_you_mean(code.upper(), (known for known, _ in explain.codes()))
        files.refuse(f"there is no code {code}; {hint or 'platc explain lists all'}")
    click.echo(page)
