"""``platc explain``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from platc_compiler.checks import pages
from platc_compiler.cli import files
from platc_compiler.diagnostics.did_you_mean import did_you_mean

if TYPE_CHECKING:
    from platc_compiler.language.reference import Key, Reference

_CODE = re.compile(r"(?i)plt[0-9]*")
_OF_KINDS = "PLT007"
"""The code whose page lists the kinds."""


def _complete(
    _context: click.Context, _parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Return the codes, kinds and keys that begin like a word."""
    if _CODE.fullmatch(begun):
        return [CompletionItem(c, help=t) for c, t in pages.codes() if c.startswith(begun.upper())]
    from platc_compiler.language.reference import Unknown

    reference = _reference()
    head, _, last = begun.rpartition(".")
    found = reference.find(head) if head else None
    if isinstance(found, Unknown):
        return []
    keys = reference.top() if found is None else reference.keys_of(found)
    offered = {key.path[-1]: key.meaning for key in keys}
    if found is None or head == "services":
        offered |= {kind: reference.title(kind) for kind in reference.kinds}
    before = f"{head}." if head else ""
    return [
        CompletionItem(before + name, help=meaning)
        for name, meaning in offered.items()
        if name.startswith(last)
    ]


@click.command("explain")
@click.argument("what", required=False, metavar="[CODE | KIND | KEY]", shell_complete=_complete)
def command(what: str | None) -> None:
    """Explain a diagnostic's code, a kind of service, or a key of platform.yaml.

    Without an argument, list all codes and kinds.

    \b
    Examples:
      platc explain PLT101
      platc explain postgres
      platc explain cluster.nodes
      platc explain services.postgres.backup.schedule
    """
    if what is None:
        for known, title in pages.codes():
            click.echo(f"{known}  {title}")
        click.echo(f"\nKinds: {', '.join(_reference().kinds)}")
    elif _CODE.fullmatch(what):
        _code(what.upper())
    else:
        _key(what)


def _reference() -> Reference:
    from platc_compiler.language.json_schema import json_schema
    from platc_compiler.language.reference import Reference
    from platc_compiler.lower.kinds import models

    return Reference(json_schema(models()))


def _code(code: str) -> None:
    page = pages.page(code)
    if page is None:
        hint = did_you_mean(code, (known for known, _ in pages.codes()))
        files.refuse(f"there is no code {code}; {hint or 'platc explain lists all'}")
    click.echo(page)
    if code == _OF_KINDS:
        click.echo(f"\nKinds: {', '.join(_reference().kinds)}")


def _key(text: str) -> None:
    from platc_compiler.language.reference import Unknown

    reference = _reference()
    found = reference.find(text)
    if isinstance(found, Unknown):
        known = (*found.known, *(reference.kinds if "." not in text else ()))
        hint = did_you_mean(found.step, known) or "platc explain lists the codes and the kinds"
        files.refuse(f"there is no key '{found.step}' in {text}; {hint}")
    click.echo("\n".join(_lines(found, reference)))


def _lines(key: Key, reference: Reference) -> list[str]:
    """Return what is known of a key."""
    lines = [key.text, "", f"  {key.meaning}", "", f"  Type: {key.type}"]
    if key.required:
        lines.append("  It must be given.")
    elif key.default:
        lines.append(f"  Default: {key.default}")
    lines.append(f"  Example: {key.example}")
    inner = reference.keys_of(key)
    if key.path == ("services",):
        inner_lines = [(kind, reference.title(kind)) for kind in reference.kinds]
        lines += ["", "Kinds:"]
    else:
        inner_lines = [(each.path[-1], each.meaning) for each in inner]
        lines += ["", "Keys:"] if inner else []
    width = max((len(name) for name, _ in inner_lines), default=0)
    for name, meaning in inner_lines:
        first = re.split(r"(?<=[.:;]) ", meaning, maxsplit=1)[0].rstrip(":;")
        lines.append(f"  {name.ljust(width)}  {first}")
    return lines
