"""``platc check --fix`` and ``--diff``: the changes of platform.yaml that need no decision."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.cli import FAULTS, files
from platc_compiler.cli.check import Checked, check_source
from platc_compiler.cli.compile import counted, tell, unreadable
from platc_compiler.diagnostics import Located, Replacement
from platc_compiler.diagnostics.masking import without_comment
from platc_compiler.diagnostics.visible import visible, visible_line
from platc_compiler.disk.alone import alone_in, without_signals
from platc_compiler.disk.replace import replace_file
from platc_compiler.source.blotting import blotted
from platc_compiler.source.edits import applied
from platc_compiler.source.load import BREAK, Unreadable
from platc_compiler.source.source import Source

_MOST_ROUNDS = 100
"""Trials at most: a change may show faults that another has hidden, and some are tried alone."""
_CONTEXT = 2
"""Lines shown above and below a change."""


class Fixed(Struct, frozen=True):
    """The outcome of all changes that can be made without a decision."""

    text: str
    mended: tuple[Located, ...]
    before: Checked
    after: Checked


def fix_file(file: str, environment: str | None, form: str, *, write: bool, strict: bool) -> None:
    """Make the changes of a file, or show them, and report what is left.

    Ends the process with the code of a fault if an error is left, or, where nothing is written, if
    there is one now.
    """
    try:
        source = files.source(file)
        own = source.templates
    except Unreadable as fault:
        tell(unreadable(file, fault), form)
        sys.exit(FAULTS)
    outcome = fixed(source, own, environment)
    if write and outcome.text != source.text:
        _write(Path(file), source.text, outcome.text)
    if not write:
        _show(difference(file, source.text, outcome.text))
    elif form == "text":
        _show(_done(file, outcome))
    tell(outcome.after.found, form)
    if form == "text":
        _show([_count(file, outcome, write=write)])
    judged = outcome.after if write else outcome.before
    if judged.failed(strict=strict):
        sys.exit(FAULTS)


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(visible(line))


def _done(file: str, outcome: Fixed) -> Iterator[str]:
    for each in outcome.mended:
        yield f"{file}:{each.line}: {each.code} mended: {each.message}: {each.hint}"
    if outcome.mended:
        yield ""


def _count(file: str, outcome: Fixed, *, write: bool) -> str:
    done = f"{len(outcome.mended)} {'mended' if write else 'can be mended by --fix'}"
    left = outcome.after.found
    return f"{file}: {done}{f'; left for you to decide: {counted(left)}' if left else ''}"


def fixed(source: Source, own: Mapping[str, str], environment: str | None) -> Fixed:
    """Return a source's text after all changes that mend their faults.

    All changes are tried together. If one does not mend its fault, the rest is tried one by one.
    """
    before = after = check_source(source, own, environment)
    mended: list[Located] = []
    refused: set[_Key] = set()
    most: int | None = None
    for _ in range(_MOST_ROUNDS):
        possible = (d for d in after.found if d.fix is not None and _key(d) not in refused)
        wanted = _apart(possible)[:most]
        if not wanted:
            break
        text = applied(source.text, (d.fix for d in wanted if d.fix is not None))
        trial = check_source(replace(source, text=text), own, environment)
        if _mends(trial, wanted):
            source, after = replace(source, text=text), trial
            mended += wanted
        elif most is None:
            most = 1
        else:
            refused |= {_key(d) for d in wanted}
    return Fixed(source.text, tuple(mended), before, after)


_Key = tuple[str, str, str]
_UNREADABLE = frozenset({"PLT001", "PLT002", "PLT003"})


def _mends(trial: Checked, wanted: Sequence[Located]) -> bool:
    """Return whether the faults are gone, and the file can still be read."""
    still = {_key(d) for d in trial.found}
    readable = all(d.code not in _UNREADABLE for d in trial.found)
    return readable and still.isdisjoint(_key(d) for d in wanted)


def _key(found: Located) -> _Key:
    return found.code, found.path, found.message


def _apart(found: Iterator[Located]) -> list[Located]:
    """Return the diagnostics whose changes do not overlap: of two that do, the first."""
    chosen: list[Located] = []
    end = (0, 0)
    for each in sorted(found, key=lambda d: _start(d.fix)):
        if each.fix is not None and _start(each.fix) >= end:
            chosen.append(each)
            end = (each.fix.end_line, each.fix.end_column)
    return chosen


def _start(change: Replacement | None) -> tuple[int, int]:
    return (change.line, change.column) if change is not None else (0, 0)


def _write(path: Path, before: str, after: str) -> None:
    """Replace a file, unless somebody else has changed it meanwhile."""
    path = path.resolve()
    try:
        with alone_in(path.parent), without_signals():
            if path.read_bytes() != before.encode():
                files.refuse(f"{path} has changed meanwhile: nothing was written")
            replace_file(path, after.encode())
    except OSError as fault:
        files.refuse(f"{path} cannot be written: {fault.strerror}")


def difference(file: str, before: str, after: str) -> Iterator[str]:
    """Yield a unified diff of two texts, without the credentials in their lines."""
    old, new = (_lines(text) for text in (before, after))
    shown_old, shown_new = _shown(before), _shown(after)
    groups = list(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT))
    if groups:
        yield from (f"--- {file}", f"+++ {file}")
    for group in groups:
        first, last = group[0], group[-1]
        yield (f"@@ -{first[1] + 1},{last[2] - first[1]} +{first[3] + 1},{last[4] - first[3]} @@")
        for what, start, end, new_start, new_end in group:
            if what == "equal":
                yield from (f" {line}" for line in shown_old[start:end])
                continue
            yield from (f"-{line}" for line in shown_old[start:end])
            yield from (f"+{line}" for line in shown_new[new_start:new_end])


def _lines(text: str) -> list[str]:
    lines = BREAK.split(text.removeprefix("\ufeff"))
    return lines[:-1] if lines[-1] == "" else lines


def _shown(text: str) -> Sequence[str]:
    # A value below secrets: may be the secret itself.
    lines = blotted(text, [("secrets",)]).lines
    return [visible_line(without_comment(line)) for line in lines]
