"""A panel with a place of its own stands on another one, or beyond the grid.

Why: Grafana moves such a panel to another place, and with it those below.

Bad:
```yaml
secrets: { grafana: { keys: [password] } }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  shop:
    title: Shop
    panels:
      - { title: Up, type: stat, expr: up, at: [0, 0] }
      - { title: Down, type: stat, expr: 1 - up, at: [3, 0] }
```

Good:
```yaml
secrets: { grafana: { keys: [password] } }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  shop:
    title: Shop
    panels:
      - { title: Up, type: stat, expr: up, at: [0, 0] }
      - { title: Down, type: stat, expr: 1 - up, at: [6, 0] }
```

Fix: choose another place, or a smaller ``width`` or ``height``. The grid has 24 columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.grafana.layout import COLUMNS, Place, layout
from platc_compiler.ir.dashboards import Panel
from platc_compiler.ir.platform import Platform

CODE = "PLT470"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each such panel."""
    for board in platform.dashboards:
        for panels in (board.panels, *(row.panels for row in board.rows)):
            if any(panel.at is not None for panel in panels):
                yield from _of_group(panels)


def _of_group(panels: tuple[Panel, ...]) -> Iterator[Diagnostic]:
    before: list[tuple[Panel, Place]] = []
    for panel, place in zip(panels, layout(panels), strict=True):
        where = (*panel.origin, "at") if panel.at is not None else panel.origin
        on = next((other.title for other, its in before if its.overlaps(place)), None)
        if place.x + place.w > COLUMNS:
            message = f"'{panel.title}' ends at column {place.x + place.w} of {COLUMNS}"
            yield error(CODE, message, where, f"begin at column {max(0, COLUMNS - place.w)}")
        elif on is not None:
            message = f"'{panel.title}' stands on '{on}'"
            yield error(CODE, message, where, "choose another place or size")
        before.append((panel, place))
