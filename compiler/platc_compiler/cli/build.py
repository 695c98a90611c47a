"""``platc build``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from platc_compiler.cli import FAULTS, files
from platc_compiler.cli.compile import OfAFile, compile_file, counted, options, tell
from platc_compiler.diagnostics.visible import visible
from platc_compiler.pipeline import Result
from platc_compiler.write import Changes, NotOurs
from platc_compiler.write.dags import refuse_foreign_dags, write_dags
from platc_compiler.write.out import replace_folder


@click.command("build", cls=OfAFile)
@options
@click.option(
    "-o", "--output", default="out", show_default=True, metavar="DIR",
    help="Where to write: all of it, or nothing.",
)  # fmt: skip
@click.option(
    "--dags", default=None, metavar="DIR",
    help="Where to write the DAGs; left out, dags/ beside the platform.",
)  # fmt: skip
def command(file: str, environment: str | None, form: str, output: str, dags: str | None) -> None:
    """Compile platform.yaml to out/ and dags/.

    Only files that platc wrote for this platform are replaced or removed, and each that is removed
    is named; other files in both folders stay.

    \b
    Examples:
      platc build
      platc build --env production -o out-production
    """
    folder = Path(output)
    dags_folder = Path(dags) if dags is not None else Path(file).parent / "dags"
    if _one_in_the_other(folder, dags_folder):
        files.refuse(
            f"--output {folder} is replaced as a whole, and --dags {dags_folder} holds files of"
            " yours: neither can stand inside the other"
        )
    result = compile_file(file, environment, folder)
    faults = [d for d in result.diagnostics if d.severity != "note"]
    tell(faults if form == "text" else result.diagnostics, form)
    if result.failed:
        if form == "text":
            told = f"{visible(file)}: {counted(result.diagnostics)}; nothing was written"
            click.echo(told, err=True)
        sys.exit(FAULTS)
    changes, dag_changes = _write(result, folder, dags_folder, environment or "")
    for where, made in ((folder, changes), (dags_folder, dag_changes)):
        for path in made.removed:
            click.echo(f"removed {visible(str(where / path))}", err=form != "text")
        for remark in made.remarks:
            click.echo(f"platc: {visible(remark)}", err=True)
    if form == "text":
        click.echo(_summary(result, output, changes, dag_changes))


def _one_in_the_other(output: Path, dags: Path) -> bool:
    one, other = output.resolve(), dags.resolve()
    return one.is_relative_to(other) or other.is_relative_to(one)


def _write(result: Result, output: Path, dags: Path, environment: str) -> tuple[Changes, Changes]:
    """Write both folders, after a check that both may be written."""
    platform = result.platform.spec.platform if result.platform is not None else ""
    try:
        refuse_foreign_dags(dags, result.dags, platform)
        changes = replace_folder(output, result.files, platform, environment)
    except NotOurs as fault:
        files.refuse(str(fault))
    except OSError as fault:
        files.refuse(f"{fault.filename or output}: {fault.strerror}; nothing was replaced")
    try:
        return changes, write_dags(dags, result.dags, platform)
    except (NotOurs, OSError) as fault:
        why = f"{fault.filename or dags}: {fault.strerror}" if isinstance(fault, OSError) else fault
        files.refuse(f"{why}; {output} is written, and {dags} is not")


def _summary(result: Result, output: str, changes: Changes, dags: Changes) -> str:
    objects = sum(path.startswith("manifests/") for path in result.files)
    written = f"{objects} objects, {len(result.files)} files ({_changed(changes)})"
    notes = any(diagnostic.severity == "note" for diagnostic in result.diagnostics)
    more = " (platc check shows them)" if notes else ""
    lines = [f"{visible(output)}/: {written}; {counted(result.diagnostics)}{more}"]
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
