"""The catalogues of metrics: ``type name labels`` a line, in ``expressions/exported_metrics/``.

They are made from what exporters serve in the text format, or from their sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

FOLDER = (
    Path(__file__).resolve().parent.parent / "compiler/platc_compiler/expressions/exported_metrics"
)
_SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? ")
_LABEL = re.compile(r'(\w+)="((?:\\.|[^"\\])*)"')
_SUFFIXES = ("_bucket", "_sum", "_count")
_OF_THE_TYPE = {"le", "quantile"}


class Metric:
    """What is gathered of a metric: its type, and the labels of each of its series."""

    def __init__(self, kind: str, *series: Iterable[str]) -> None:
        """Begin a metric with the labels of some of its series."""
        self.kind = kind
        self.series = {frozenset(labels) for labels in series}
        self.also: set[str] = set()
        """Labels whose value may be empty, which is as good as no label."""

    def line(self, name: str) -> str:
        """Return the line of the catalogue; a label that some series lack has a question mark."""
        every = self.also.union(*self.series)
        lacking = {each for each in every if any(each not in labels for labels in self.series)}
        labels = ",".join(f"{each}{'?' if each in lacking else ''}" for each in sorted(every))
        return f"{self.kind} {name} {labels}".rstrip()


def gather(lines: Iterable[str], metrics: dict[str, Metric]) -> None:
    """Add what an exporter serves in the text format."""
    for line in lines:
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            metrics.setdefault(name, Metric("unknown" if kind == "untyped" else kind))
        elif (match := _SAMPLE.match(line)) and not line.startswith("#"):
            name = _base(match["name"], metrics)
            if name in metrics:
                labels = dict(_LABEL.findall(match["labels"] or ""))
                full = {label for label, value in labels.items() if value}
                metrics[name].series.add(frozenset(full - _OF_THE_TYPE))
                metrics[name].also |= labels.keys() - full


def _base(name: str, metrics: Mapping[str, Metric]) -> str:
    for suffix in _SUFFIXES:
        base = name.removesuffix(suffix)
        if base != name and base in metrics and metrics[base].kind in {"histogram", "summary"}:
            return base
    return name


def write(name: str, source: str, metrics: Mapping[str, Metric], computed: str = "") -> None:
    """Write a catalogue, the metrics by name; ``computed`` has the beginnings of computed names."""
    head = [f"# {source}", *([f"# Computed: {computed}"] if computed else [])]
    lines = [*head, *(metrics[each].line(each) for each in sorted(metrics))]
    (FOLDER / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(metrics)} metrics")
