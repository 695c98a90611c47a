"""Write a catalogue of settings: what each release of a program says of each of its settings.

The form is read by ``platc_compiler/settings/catalogue.py``, which describes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "compiler/platc_compiler/settings/data"
Row = tuple[str, ...]
"""Type, unit, least, most, choices, changed; shorter where the rest is empty."""


def write(
    name: str, source: str, releases: Mapping[str, Mapping[str, Row]], **lists: Sequence[str]
) -> None:
    """Write a catalogue.

    Args:
        name: the file's name without its ending.
        source: where the facts come from, and their licence.
        releases: by release, the oldest first: what is said of each setting.
        lists: further lines ``# NAME: WORD WORD``.
    """
    head = [f"# {source}", f"# releases: {' '.join(releases)}"]
    head += [f"# {key}: {' '.join(words)}" for key, words in lists.items()]
    path = DATA / f"{name}.tsv"
    path.write_text("\n".join([*head, *_lines(releases)]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def _lines(releases: Mapping[str, Mapping[str, Row]]) -> Iterator[str]:
    """Yield a line for each stretch of releases that say the same of a setting."""
    names = list(releases)
    for setting in sorted({each for known in releases.values() for each in known}):
        said = [releases[name].get(setting) for name in names]
        start = 0
        for end in range(1, len(names) + 1):
            if end == len(names) or said[end] != said[start]:
                row = said[start]
                if row is not None:
                    since = "" if start == 0 else names[start]
                    until = "" if end == len(names) else names[end - 1]
                    yield "\t".join([setting, since, until, *row]).rstrip("\t")
                start = end
