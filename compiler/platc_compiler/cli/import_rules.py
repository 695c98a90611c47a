"""``platc import rules``."""

from __future__ import annotations

from pathlib import Path

import click

from platc_compiler.cli import files
from platc_compiler.diagnostics.visible import visible
from platc_compiler.expressions.rule_files import NotRulesError, imported, rules_in
from platc_compiler.source.beside import decoded
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import LARGEST_FILE, Unreadable

_MOST_SHOWN = 20


@click.command("rules")
@click.argument("rule_files", nargs=-1, required=True, metavar="FILE...")
@click.option("-o", "--output", metavar="FILE", help="Write to this file, not to the terminal.")
def command(rule_files: tuple[str, ...], output: str | None) -> None:
    """Turn rule files of Prometheus into alerts: and recordings: of platform.yaml.

    A FILE is a rule file, or holds objects of kind PrometheusRule. What the language cannot say is
    named. Whether the platform exports what the rules read, platc check says.

    \b
    Examples:
      platc import rules node-rules.yml
      platc import rules rules/*.yml -o alerts.yaml
    """
    found = imported(rule for file in rule_files for rule in _rules(file))
    shown = found.notes[:_MOST_SHOWN]
    for line in shown:
        click.echo(visible(line), err=True)
    if len(found.notes) > len(shown):
        click.echo(f"and {len(found.notes) - len(shown)} more", err=True)
    parts = {"recordings": found.recordings, "alerts": found.alerts}
    text = yaml_text({name: part for name, part in parts.items() if part})
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as fault:
        files.refuse(f"{output} cannot be written: {fault.strerror}")
    counts = f"alerts: {len(found.alerts)}, recording rules: {len(found.recordings)}"
    click.echo(f"{output} is written: {counts}", err=True)


def _rules(file: str) -> list[dict[str, object]]:
    try:
        with Path(file).open("rb") as stream:
            return list(rules_in(decoded(stream.read(LARGEST_FILE + 1), file)))
    except OSError as fault:
        files.refuse(f"{file} cannot be read: {fault.strerror}")
    except Unreadable as fault:
        files.fail(f"{file}: {fault.diagnostic.message}")
    except NotRulesError as fault:
        files.fail(f"{file} holds no rules: {fault}")
