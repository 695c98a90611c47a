"""The metrics of well-known exporters: one file each, with ``type name labels`` on each line.

The first lines of a file name its source and version.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, cast

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.observability import Metric

_FOLDER = Path(__file__).parent

_Type = Literal["counter", "gauge", "histogram", "summary", "unknown"]


@cache
def _lines(exporter: str) -> tuple[tuple[_Type, str, tuple[str, ...]], ...]:
    text = (_FOLDER / f"{exporter}.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(
        (cast("_Type", row[0]), row[1], tuple(row[2].split(",")) if row[2:] else ()) for row in rows
    )


def exported(exporter: str, service: str, origin: Origin) -> tuple[Metric, ...]:
    """Return the metrics of an exporter as metrics of a service."""
    return tuple(
        Metric(name, service, labels, kind, origin=origin)
        for kind, name, labels in _lines(exporter)
    )
