"""The layout of panels on Grafana's grid of 24 columns: from left to right, without overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from platc_compiler.ir.dashboards import Panel

COLUMNS = 24
ROW_HEIGHT = 1
"""The lines of a heading of a row."""
_SIZES = {
    "stat": (6, 6), "gauge": (6, 6), "bargauge": (8, 8), "piechart": (8, 8), "table": (12, 8),
    "heatmap": (12, 8), "timeseries": (12, 8), "state-timeline": (24, 8), "text": (24, 4),
}  # fmt: skip


class Place(Struct, frozen=True):
    """A panel's place, in columns and rows of the grid."""

    x: int
    y: int
    w: int
    h: int

    def overlaps(self, other: Place) -> bool:
        """Say whether two panels would stand on one spot."""
        beside = self.x + self.w <= other.x or other.x + other.w <= self.x
        return not (beside or self.y + self.h <= other.y or other.y + other.h <= self.y)


def layout(panels: Iterable[Panel], top: int = 0) -> Iterator[Place]:
    """Yield a place for each panel from the line ``top`` downwards.

    What stands side by side takes as many lines as its highest panel. What follows a panel with a
    place of its own stands below it.
    """
    x, y, height = 0, top, 0
    for panel in panels:
        default = _SIZES.get(panel.type, (12, 8))
        w, h = panel.width or default[0], panel.height or default[1]
        if panel.at is not None:
            yield Place(panel.at[0], top + panel.at[1], w, h)
            bottom = max(y + height, top + panel.at[1] + h)
            x, y, height = 0, bottom, 0
            continue
        if x + w > COLUMNS:
            x, y, height = 0, y + height, 0
        yield Place(x, y, w, h)
        x, height = x + w, max(height, h)
