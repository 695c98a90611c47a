"""``platc seal``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from platc_compiler.cli import FAULTS, files
from platc_compiler.cli.compile import OfAFile, counted, environments_of, tell, unreadable
from platc_compiler.diagnostics import has_error
from platc_compiler.diagnostics.visible import visible
from platc_compiler.pipeline import read, specify
from platc_compiler.seal import files as seal_files
from platc_compiler.seal import run, values
from platc_compiler.seal.declarations import declarations, renewals
from platc_compiler.seal.errors import SealError
from platc_compiler.seal.plan import Missing, Reason, outstanding
from platc_compiler.seal.values import Values
from platc_compiler.source.load import Unreadable
from platc_compiler.source.source import SEALED
from platc_spec.platform import Spec

_GIVEN = (
    "what must be given comes from --from-file; for a key of your own, state how it is made under"
    " generate: in platform.yaml"
)
"""The comment below keys whose value platc does not generate."""


@click.command("seal", cls=OfAFile)
@click.option(
    "-f", "--file", default="platform.yaml", show_default=True, metavar="FILE", help="The platform."
)
@click.option(
    "--env",
    "environment",
    metavar="NAME",
    help="The environment whose secrets are meant.",
    shell_complete=environments_of,
)
@click.option(
    "--cert", metavar="FILE", help="The controller's certificate ('kubeseal --fetch-cert')."
)
@click.option(
    "--from-file", metavar="FILE", help="Take values from YAML, JSON or lines NAME/KEY=VALUE."
)
@click.option(
    "--stdin",
    "from_stdin",
    is_flag=True,
    help="Take values from standard input, in the same forms.",
)
@click.option(
    "--generate",
    is_flag=True,
    help="Make the values of the platform's own passwords and keys, once.",
)
@click.option(
    "--keep", is_flag=True, help="Leave keys that are sealed already, even if a value is given."
)
@click.option(
    "--only", multiple=True, metavar="NAME[/KEY]", help="Touch only this; may be repeated."
)
@click.option(
    "--check", "only_check", is_flag=True, help="Say what is not sealed yet, and write nothing."
)
def command(  # noqa: PLR0913, PLR0917 - the options of a command
    file: str,
    environment: str | None,
    cert: str | None,
    from_file: str | None,
    from_stdin: bool,  # noqa: FBT001
    generate: bool,  # noqa: FBT001
    keep: bool,  # noqa: FBT001
    only: tuple[str, ...],
    only_check: bool,  # noqa: FBT001
) -> None:
    """Encrypt the values of declared secrets into sealed-secrets.yaml beside the platform.

    What has not changed keeps its ciphertext. Values are asked for on a terminal, or read from a
    file or standard input; they never appear in any output. --generate makes passwords and keys
    that the platform alone uses, and what has a recipe under generate:. All else must be given:
    what others issue (access keys of a cloud, URLs of webhooks), and user names.

    \b
    Examples:
      kubeseal --fetch-cert > cert.pem
      platc seal --cert cert.pem --from-file values.yaml
      platc seal --cert cert.pem --generate
      platc seal --check
    """
    spec = _specification(file, environment)
    path = Path(file).parent / SEALED
    files.refuse_folder(path)
    try:
        declared = declarations(spec)
        lacking = outstanding(declared, seal_files.read_sealed(path)).missing
    except SealError as fault:
        files.fail(_told(fault))
    if only_check:
        _report_missing(lacking)
        click.echo(f"{visible(str(path))}: every declared key is sealed")
        return
    if cert is None:
        files.refuse("name the controller's certificate with --cert FILE ('kubeseal --fetch-cert')")
    try:
        given = _given(from_file, from_stdin)
        certificate = seal_files.read_certificate(Path(cert))

        def sealing(given: Values) -> run.Sealed:
            return run.seal(
                declared,
                certificate,
                seal_files.read_sealed(path),
                given,
                part_of=spec.platform,
                generate=generate,
                replace=not keep,
                only=only,
            )

        if not from_stdin and sys.stdin is not None and sys.stdin.isatty():
            given = values.merge(given, values.ask(sealing(given).missing, _prompt))
        # All questions come before the lock, so that no other process waits while a user types.
        with seal_files.alone(path):
            sealed = sealing(given)
            seal_files.write(path, sealed.text)
    except SealError as fault:
        files.refuse(_told(fault))
    click.echo(_summary(sealed, path))
    _report_renewals(spec, sealed)
    _report_missing(sealed.missing)


def _specification(file: str, environment: str | None) -> Spec:
    try:
        source = files.source(file, environment)
    except Unreadable as fault:
        tell(unreadable(file, fault), "text")
        sys.exit(FAULTS)
    data = read(source)
    specified = specify(data)
    # The command that changes the sealed file reports its faults.
    found = [*(d for d in data.diagnostics if d.file is None), *specified.diagnostics]
    if specified.spec is None or has_error(found):
        told = source.located(found)
        tell(told, "text")
        click.echo(f"{visible(file)}: {counted(told)}; nothing was sealed", err=True)
        sys.exit(FAULTS)
    return specified.spec


def _given(from_file: str | None, from_stdin: bool) -> Values:  # noqa: FBT001
    given: Values = {}
    if from_file is not None:
        given, remark = seal_files.read_values(Path(from_file))
        if remark:
            click.echo(f"platc: {visible(remark)}", err=True)
    if from_stdin:
        text = seal_files.decode(sys.stdin.buffer.read(), "standard input")
        given = values.merge(given, values.parse_values(text))
    return given


def _prompt(question: str) -> str:
    answer: str = click.prompt(question, hide_input=True, default="", show_default=False, err=True)
    return answer


def _told(fault: SealError) -> str:
    place = f" (line {fault.line})" if fault.line else ""
    return f"{fault.message}{place}: {fault.help}"


def _summary(sealed: run.Sealed, path: Path) -> str:
    numbers = {
        "sealed": len(sealed.sealed), "of them generated": len(sealed.generated),
        "kept": len(sealed.kept), "dropped": len(sealed.dropped), "missing": len(sealed.missing),
    }  # fmt: skip
    words = ", ".join(f"{number} {what}" for what, number in numbers.items() if number)
    lines = [f"{visible(str(path))}: {words or 'nothing is declared'}"]
    if sealed.generated:
        names = ", ".join(dict.fromkeys(map(str, sealed.generated)))
        lines.append(f"generated: {names}")
    return "\n".join(lines)


def _report_missing(missing: tuple[Missing, ...]) -> None:
    for lack in missing:
        click.echo(f"platc: {visible(str(lack))}", err=True)
    if any(lack.reason is Reason.GIVEN for lack in missing):
        click.echo(f"platc: {_GIVEN}", err=True)
    if missing:
        sys.exit(FAULTS)


def _report_renewals(spec: Spec, sealed: run.Sealed) -> None:
    for key, needed in renewals(spec, sealed.replaced).items():
        for need in needed:
            click.echo(f"platc: {key}: {need}", err=True)
