"""``platc import``: what others wrote, in the words of platform.yaml."""

from __future__ import annotations

from importlib import import_module

import click

SUBCOMMANDS = {
    "dashboard": "Turn a dashboard of Grafana into dashboards:.",
    "rules": "Turn rule files of Prometheus into alerts: and recordings:.",
}
"""Each is a module ``cli/import_NAME.py``."""


class Imports(click.Group):
    """A group whose commands are imported only when one is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of what can be imported."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, importing its module."""
        if cmd_name not in SUBCOMMANDS:
            return None
        command: click.Command = import_module(f"platc_compiler.cli.import_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))


@click.group("import", cls=Imports)
def command() -> None:
    """Turn what others wrote into parts of platform.yaml."""
