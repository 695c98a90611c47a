"""Write the names of Grafana's settings, as a file defaults.ini of Grafana has them.

``python tools/catalogues/grafana.py DEFAULTS_INI RELEASE…``, such as ``conf/defaults.ini 12 13``.
Only names are taken. A section without a key, whose comments alone have some, is for names of the
user's own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from table import write

_ALSO_OPEN = frozenset({"feature_toggles", "frontend_dev"})
"""Sections with a key of Grafana's own, in which a user's own stand beside it."""


def sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each section of a file with its keys; keys above the first one have none."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in text.splitlines():
        if header := re.fullmatch(r"\[([^\]]+)\]\s*", line):
            section = header[1]
            found.setdefault(section, [])
        elif key := re.match(r"([A-Za-z]\w*)\s*=", line):
            found.setdefault(section, []).append(key[1])
    yield from found.items()


def main() -> None:
    """Write the catalogue."""
    path, *releases = sys.argv[1:]
    known = dict(sections(Path(path).read_text(encoding="utf-8")))
    names = {f"{section}.{key}" for section, keys in known.items() if section for key in keys}
    write(
        "grafana",
        "names alone, of conf/defaults.ini of Grafana (AGPL) on the way from 12.3 to 13,"
        " written by tools/catalogues/grafana.py",
        {release: dict.fromkeys(names, ("text",)) for release in releases},
        open=sorted(s for s, keys in known.items() if s and (not keys or s in _ALSO_OPEN)),
    )


if __name__ == "__main__":
    main()
