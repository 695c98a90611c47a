"""A dashboard or a panel cannot be shown as it is declared.

Why: a panel without an expression stays empty, Grafana accepts no uid of more than 40 characters,
and only one dashboard can be the start page.

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web: { title: Web, panels: [{ title: Requests, type: stat }] }
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web: { title: Web, panels: [{ title: Requests, type: stat, expr: sum(http_requests_total) }] }
```

Fix: give the panel an ``expr``, or ``text`` if its type is ``text``; shorten the dashboard's name;
mark one dashboard as ``home``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.dashboards import Dashboard, Panel

CODE = "PLT411"
_OF_PANELS = frozenset(
    """annotations datasource description links panels range refresh rows variables
    """.split()  # noqa: SIM905 - reads better
)
_LONGEST = 40
"""Source: grafana/pkg/util, the length of a uid."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each dashboard and panel that cannot be shown."""
    home = None
    for name, board in context.spec.dashboards.items():
        place: Origin = ("dashboards", name)
        if len(name) > _LONGEST:
            message = f"the name of a dashboard has {len(name)} characters"
            yield error(CODE, message, place, f"at most {_LONGEST}", on_key=True)
        if board.home and home is not None:
            message = f"a second home beside '{home}'"
            yield error(CODE, message, (*place, "home"), "keep one")
        home = name if board.home and home is None else home
        yield from _of_whole(board, place)
        for path, panel in board.placed():
            fault = _fault(panel)
            if fault:
                message = f"the panel '{panel.title}' {fault}"
                yield error(CODE, message, (*place, *path))


def _of_whole(board: Dashboard, place: Origin) -> Iterator[Diagnostic]:
    """Yield what is missing from a dashboard, or stands beside a file that has it all."""
    if board.file is not None:
        stated = board.model_fields_set & _OF_PANELS
        for key in sorted(stated):
            message = f"'{key}' beside 'file': the file has it"
            yield error(CODE, message, (*place, key), f"remove '{key}', or 'file'", on_key=True)
        return
    if not board.title:
        yield error(CODE, "a dashboard without a title", place, "add title:", on_key=True)
    if not board.panels and not board.rows:
        message = "a dashboard without panels"
        yield error(CODE, message, place, "add panels:, or file: FILE.json", on_key=True)
    if board.inputs:
        message = "inputs belong to a dashboard in a file"
        yield error(CODE, message, (*place, "inputs"), "remove them", on_key=True)


def _fault(panel: Panel) -> str:
    asks = panel.expr is not None or panel.slo is not None or bool(panel.queries)
    if panel.type == "text":
        return "has an expression, which a text does not show" if asks else ""
    return "" if asks else "has no expression"
