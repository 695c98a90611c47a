"""Write a catalogue of metrics from what an exporter serves.

    curl -s http://localhost:9100/metrics | python tools/catalogue.py "Served by …"

Reads the text format from standard input and prints a file for
`platc_compiler/lower/exported_metrics/`:
``type name labels`` a line. What describes the exporter's own process is left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

_SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? ")
_LABEL = re.compile(r'(\w+)="')
_SUFFIXES = ("_bucket", "_sum", "_count")
_OWN = ("go_", "process_", "promhttp_")
_OF_THE_TYPE = {"le", "quantile"}


def catalogue(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of the catalogue, by name."""
    types: dict[str, str] = {}
    labels: dict[str, set[str]] = {}
    for line in lines:
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            types[name] = "unknown" if kind == "untyped" else kind
            labels[name] = set()
        elif (match := _SAMPLE.match(line)) and not line.startswith("#"):
            name = _base(match["name"], types)
            if name in labels:
                labels[name] |= set(_LABEL.findall(match["labels"] or "")) - _OF_THE_TYPE
    for name in sorted(types):
        if not name.startswith(_OWN):
            yield " ".join([types[name], name, ",".join(sorted(labels[name]))]).rstrip()


def _base(name: str, types: dict[str, str]) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and name.removesuffix(suffix) in types:
            return name.removesuffix(suffix)
    return name


if __name__ == "__main__":
    print(f"# {sys.argv[1]}")
    print("\n".join(catalogue(sys.stdin)))
