"""``platc completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from platc_compiler.cli import files, group


@click.command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    """Print the completion script of a SHELL.

    \b
    Example:
      platc completion bash > ~/.local/share/bash-completion/completions/platc
    """
    completion = get_completion_class(shell)
    if completion is None:
        files.refuse(f"no completion for {shell}")
    click.echo(completion(group, {}, "platc", "_PLATC_COMPLETE").source())
