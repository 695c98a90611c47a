"""The command line: it reads files, prints, and maps outcomes to exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from types import FrameType
from typing import Any, NoReturn

from platc_compiler.cli import start, streams
from platc_compiler.diagnostics.visible import visible

start.without_collector()
start.without_pydantic_plugins()

import click  # noqa: E402 - what it imports is measured with what stands above

COMMANDS = {
    "build": "Compile platform.yaml to out/.",
    "check": "Say what is wrong with platform.yaml; with --fix, mend it.",
    "explain": "Explain a code, a kind or a key.",
    "init": "Write a commented platform.yaml to start from.",
    "import": "Turn what others wrote into parts of platform.yaml.",
    "schema": "Print the JSON Schema of platform.yaml.",
    "seal": "Encrypt secret values into sealed-secrets.yaml.",
    "sql": "Print the SQL that sets up a PostgreSQL; with --diff, what a server lacks.",
    "completion": "Print the shell's completion script.",
}

_MODULES = {"import": "import_group"}
"""The modules of commands whose names are words of Python."""
OK, FAULTS, USAGE, BUG = 0, 1, 2, 3


class Commands(click.Group):
    """A group whose commands are imported only when one is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands, in the order in which a user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, importing its module."""
        if cmd_name not in COMMANDS:
            return None
        module = _MODULES.get(cmd_name, cmd_name)
        command: click.Command = import_module(f"platc_compiler.cli.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's signature
    ) -> click.Context:
        """Read the arguments before the command."""
        with _shown_errors():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Read the arguments of the command, and run it."""
        with _shown_errors():
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the named command, or refuse and suggest the most similar one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from platc_compiler.diagnostics.did_you_mean import did_you_mean

            hint = did_you_mean(args[0], COMMANDS)
            ctx.fail(f"no such command '{args[0]}'; {hint or 'see platc --help'}")
        return super().resolve_command(ctx, args)


@contextmanager
def _shown_errors() -> Iterator[None]:
    """Let an error of click quote no argument that steers the terminal."""
    try:
        yield
    except click.ClickException as fault:
        vars(fault)["message"] = visible(fault.message)
        raise


EPILOG = """\b
Examples:
  platc init                     a platform.yaml to start from
  platc check                    what is wrong with it, for people
  platc check --format github    the same, for a pull request
  platc build                    out/, then:
  kubectl apply --server-side -R -f out/manifests

\b
Exit codes:
  0  clean
  1  faults in the platform: whatever has a code, and secrets that are not sealed
  2  wrong use: arguments, and files that cannot be read or written
  3  a bug in platc
They stay the same when the reader of a pipe leaves early (platc check | head -1).
"""


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"platc {version('platc')}")
        ctx.exit()


@click.group(
    cls=Commands,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Print the version and exit.",
)  # fmt: skip
def group() -> None:
    """Compile one platform.yaml to everything a data platform needs on Kubernetes."""


_interrupts: list[int] = []
"""The SIGINT signals received: Ctrl-C may appear as another exception than KeyboardInterrupt."""


def _on_signals() -> None:
    """End at once on SIGTERM; code that writes files delays signals (``disk.alone``)."""

    def interrupted(number: int, frame: FrameType | None) -> None:
        _interrupts.append(number)
        signal.default_int_handler(number, frame)

    def ended(number: int, _frame: object) -> NoReturn:
        # An exception is not enough: code in other languages may ignore it.
        os._exit(128 + number)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupted)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), ended)


def main() -> None:
    """Run the command line, and turn a bug into a report."""
    _on_signals()
    streams.make_patient()
    try:
        try:
            group(prog_name="platc")
        except SystemExit as end:
            start.leave(end.code)
    except OSError as fault:
        _unwritten(fault)
        sys.exit(USAGE)
    except Exception as bug:  # noqa: BLE001 - the last resort
        if _interrupts:
            click.echo("Aborted!", err=True)
            sys.exit(FAULTS)
        _report(bug)
        sys.exit(BUG)


def _unwritten(fault: OSError) -> None:
    """Report what the disk or the device refused, and print nothing more at the end."""
    what = (
        f"{visible(str(fault.filename))}: "
        if fault.filename
        else "what is printed cannot be written: "
    )
    with suppress(OSError):
        click.echo(f"platc: {what}{fault.strerror}", err=True)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _report(bug: BaseException) -> None:
    """Report where platc failed: the lines of its own code, never their values."""
    from importlib.metadata import version

    click.echo(
        f"platc {version('platc')} has a bug: {type(bug).__name__}\n\n{_frames(bug)}\n"
        "Nothing was written. Please report it with the lines above and the part of platform.yaml\n"
        "that brings it about, without values of secrets; those above hold no value of yours:\n"
        "see CONTRIBUTING.md.",
        err=True,
    )


def _frames(bug: BaseException) -> str:
    """Return the lines of a bug's traceback, and those of its causes.

    The text of an exception is left out: it may quote any value, a secret's among them.
    """
    import traceback

    earlier = bug.__cause__ or (None if bug.__suppress_context__ else bug.__context__)
    frames = "".join(traceback.format_tb(bug.__traceback__))
    before = f"{_frames(earlier)}which led to:\n" if earlier is not None else ""
    return f"{before}{frames}{type(bug).__module__}.{type(bug).__qualname__}\n"
