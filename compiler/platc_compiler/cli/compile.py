"""The common part of ``build`` and ``check``: reading, compiling and reporting."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec.structs import replace

from platc_compiler.cli import files
from platc_compiler.diagnostics import Located
from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.load import Unreadable
from platc_compiler.source.source import Source
from platc_compiler.templating.cache import TemplateCache
from platc_compiler.templating.templates import Templates

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

FORMATS = ("text", "json", "sarif", "github")
Command = TypeVar("Command", bound=Callable[..., Any])


class OfAFile(click.Command):
    """A command that takes its file by an option, and says so to a user who forgets the option."""

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; only options are allowed."""
        rest = super().parse_args(ctx, args)
        if ctx.args:
            name = f"platc {self.name}"
            ctx.fail(
                f"'{ctx.args[0]}' is one word too many; a file is named with -f: {name} -f FILE"
            )
        return rest


def environments_of(
    context: click.Context, _parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Return the environments of the platform that begin like a word, for the shell."""
    from click.shell_completion import CompletionItem

    from platc_compiler.source.load import load

    try:
        text = Path(context.params.get("file") or "platform.yaml").read_text(encoding="utf-8")
        stated = load(text).data.get("environments")
    except (OSError, UnicodeDecodeError, Unreadable):
        return []
    names = stated if isinstance(stated, Mapping) else ()
    return [CompletionItem(name) for name in names if name.startswith(begun)]


def options(command: Command) -> Command:
    """Add the options of ``build`` and ``check``."""
    for option in (
        click.option(
            "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True,
            help="How diagnostics are written.",
        ),
        click.option(
            "--env", "environment", metavar="NAME", help="Compile this environment.",
            shell_complete=environments_of,
        ),
        click.option(
            "-f", "--file", default="platform.yaml", show_default=True, metavar="FILE",
            help="The platform.", type=click.Path(),
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def compile_file(file: str, environment: str | None, output: Path | None = None) -> Result:
    """Return the result of compiling a file together with the files beside it."""
    return next(compile_each(file, [environment], output))


def compile_each(
    file: str, environments: Iterable[str | None], output: Path | None = None
) -> Iterator[Result]:
    """Yield the result of a file in each environment, ``None`` for the file without any."""
    try:
        source = files.source(file, output=output)
        own = source.templates
    except Unreadable as fault:
        yield Result({}, {}, unreadable(file, fault))
        return
    except OSError as fault:
        files.refuse(f"{fault.filename} cannot be read: {fault.strerror}")
    yield from compile_source(source, own, environments)


def compile_source(
    source: Source, own: Mapping[str, str], environments: Iterable[str | None]
) -> Iterator[Result]:
    """Yield the result of a source in each environment, with the user's own templates."""
    cache = TemplateCache(files.cache_folder(private=bool(own)))
    templates = Templates(own, cache)
    for environment in environments:
        result = compile_platform(replace(source, environment=environment), templates)
        cache.save()
        yield result


def unreadable(file: str, fault: Unreadable) -> tuple[Located, ...]:
    """Return the fault of a file that is not text, or too large; no line of it is shown."""
    return Source("", file).located([fault.diagnostic])


def tell(diagnostics: Sequence[Located], form: str) -> None:
    """Print diagnostics: for machines on standard output, for people on standard error."""
    if form == "text":
        if diagnostics:
            terminal = sys.stderr is not None and sys.stderr.isatty()
            colour = terminal and not _no_colour()
            click.echo(render.as_text(diagnostics, colour=colour) + "\n", err=True, color=colour)
    elif form == "json":
        click.echo(render.as_json(diagnostics))
    elif form == "sarif":
        click.echo(render.as_sarif(diagnostics))
    elif diagnostics:
        click.echo(render.as_github(diagnostics))


def _no_colour() -> bool:
    import os

    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def counted(diagnostics: Sequence[Located]) -> str:
    """Return the numbers of errors, warnings and notes, in words."""
    numbers = {
        level: sum(d.severity == level for d in diagnostics)
        for level in ("error", "warning", "note")
    }
    words = [f"{n} {level}{'s' if n != 1 else ''}" for level, n in numbers.items() if n]
    return ", ".join(words) or "no warnings"
