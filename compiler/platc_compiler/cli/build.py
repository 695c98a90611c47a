"""``platc build``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from platc_compiler.cli import FAULTS, files
from platc_compiler.cli.compile import compile_file, counted, options, tell
from platc_compiler.pipeline import Result
from platc_compiler.write import Changes, NotOurs, refuse_handwritten, replace_folder, write_dags


@click.command("build")
@options
@click.option(
    "-o", "--output", default="out", show_default=True, metavar="DIR",
    help="Where to write; replaced as a whole, or not at all.",
)  # fmt: skip
@click.option(
    "--dags", default=None, metavar="DIR",
    help="Where to write the DAGs; left out, dags/ beside the platform.",
)  # fmt: skip
def command(file: str, environment: str | None, form: str, output: str, dags: str | None) -> None:
    """Compile platform.yaml to out/ and dags/.

    \b
    Examples:
      platc build
      platc build --env production -o out-production
    """
    result = compile_file(file, environment)
    faults = [d for d in result.diagnostics if d.severity != "note"]
    tell(faults if form == "text" else result.diagnostics, form)
    if result.failed:
        if form == "text":
            click.echo(f"{file}: {counted(result.diagnostics)}; nothing was written", err=True)
        sys.exit(FAULTS)
    dags_folder = Path(dags) if dags is not None else Path(file).parent / "dags"
    try:
        refuse_handwritten(dags_folder, result.dags)
        changes = replace_folder(Path(output), result.files)
        dag_changes = write_dags(dags_folder, result.dags)
    except NotOurs as fault:
        files.refuse(str(fault))
    except OSError as fault:
        files.fail(f"{fault.filename or output}: {fault.strerror}; nothing was replaced")
    if form == "text":
        click.echo(_summary(result, output, changes, dag_changes))


def _summary(result: Result, output: str, changes: Changes, dags: Changes) -> str:
    objects = sum(path.startswith("manifests/") for path in result.files)
    written = f"{objects} objects, {len(result.files)} files ({_changed(changes)})"
    notes = any(diagnostic.severity == "note" for diagnostic in result.diagnostics)
    more = " (platc check shows them)" if notes else ""
    lines = [f"{output}/: {written}; {counted(result.diagnostics)}{more}"]
    if result.dags:
        lines.append(f"dags/: {len(result.dags)} generated ({_changed(dags)})")
    lines += result.summary
    return "\n".join(lines)


def _changed(changes: Changes) -> str:
    numbers = {
        "added": changes.added, "changed": changes.changed, "removed": changes.removed,
    }  # fmt: skip
    words = [f"{len(paths)} {what}" for what, paths in numbers.items() if paths]
    return ", ".join(words) or "unchanged"
