"""What must hold of every answer of the compiler."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from platc_compiler.checks.pages import codes
from platc_compiler.diagnostics import Located
from platc_compiler.diagnostics.rendering import as_github, as_json, as_sarif, as_text
from platc_compiler.pipeline import Result
from platc_compiler.source.load import BREAK
from platc_compiler.write.dag_mark import marked
from platc_compiler.write.dags import write_dags
from platc_compiler.write.out import replace_folder
from tests.fuzz.kind import Texts, demand

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or a log."""
_IN_FILES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")
"""What no file of any language should hold as it is."""
PLATFORM = "platform.yaml"


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code, _ in codes())


def diagnostics(found: Sequence[Located], texts: Texts, planted: Iterable[str] = ()) -> None:
    """Judge diagnostics: code, place, and every way in which they are shown."""
    if not found:
        return
    lines: dict[str, int] = {}
    for each in found:
        demand(each.code in _codes(), f"no such code: {each.code}")
        demand(each.file in texts, f"{each.code} names a file that is not there: {each.file}")
        if each.file not in lines:
            lines[each.file] = len(BREAK.split(texts[each.file]))
        demand(1 <= each.line <= lines[each.file], f"{each.code} names line {each.line}")
        demand(each.line == each.end_line, f"{each.code} ends in another line")
        # A file that is not text is counted, and no line of it is shown.
        within = not each.source or each.column <= len(each.source) + 1
        place = f"{each.code} names column {each.column} to {each.end_column}"
        demand(1 <= each.column < each.end_column and within, place)
        demand(each.message, f"{each.code} says nothing")
    shown = (as_text(found), as_json(found), as_sarif(found), as_github(found))
    for form in shown:
        steering = CONTROL.search(form.replace("\n", ""))
        demand(not steering, f"a control character is shown: {steering and ascii(steering[0])}")
        for value in planted:
            demand(value not in form, "a planted credential is shown")
    for line in shown[3].split("\n"):
        demand(line.startswith(("::error ", "::warning ", "::notice ")), "a command of GitHub")
    json.loads(shown[1])
    json.loads(shown[2])


def result(compiled: Result, texts: Texts, planted: Iterable[str] = ()) -> str:
    """Judge a compilation; return whether the platform was accepted or refused."""
    diagnostics(compiled.diagnostics, texts, planted)
    demand(compiled.failed == (not compiled.files), "files and an error, or neither")
    demand(not compiled.failed or not compiled.dags, "DAGs and an error")
    own = any(name.endswith(".j2") for name in texts)
    for path, text in () if own else {**compiled.files, **compiled.dags}.items():
        steering = _IN_FILES.search(text)
        demand(not steering, f"{path} holds {steering and ascii(steering[0])}")
    return "refused" if compiled.failed else "accepted"


def same(one: Result, other: Result) -> None:
    """Judge two compilations of one text."""
    demand(dict(one.files) == dict(other.files), "two compilations give different files")
    demand(dict(one.dags) == dict(other.dags), "two compilations give different DAGs")
    demand(one.diagnostics == other.diagnostics, "two compilations say different things")


def written(compiled: Result) -> None:
    """Judge what stands on the disk after a build: all files, each whole, and no other."""
    with tempfile.TemporaryDirectory() as folder:
        out, dags = Path(folder, "out"), Path(folder, "dags")
        name = compiled.platform.name if compiled.platform is not None else ""
        replace_folder(out, compiled.files, name)
        write_dags(dags, compiled.dags, name)
        _compare(out, compiled.files)
        _compare(dags, {file: marked(file, text, name) for file, text in compiled.dags.items()})
        demand(
            sorted(p.name for p in Path(folder).iterdir()) in (["dags", "out"], ["out"]), "rests"
        )
    for path, text in compiled.files.items():
        if path.endswith(".json"):
            json.loads(text)
        elif path.endswith(".yaml"):
            list(yaml.parse(text, Loader=yaml.CSafeLoader))


def _compare(folder: Path, wanted: Mapping[str, str]) -> None:
    for path, text in wanted.items():
        held = (folder / path).read_bytes()
        demand(held == text.encode(), f"{path} is not what was compiled")
    made = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    more = sorted(p for p in made - wanted.keys() if not p.rpartition("/")[2].startswith("."))
    demand(not more, f"files that nothing has made: {more[:3]}")
