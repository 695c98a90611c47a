"""Standard dashboards without what the platform does not export, and the lists of the home page.

A panel without a metric would stay empty for ever. So a query stays only if every metric that it
reads is exported or recorded, and every variable that it uses has values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from platc_compiler.expressions.known_metrics import KnownMetrics, known_metrics
from platc_compiler.expressions.promql import parse, selectors
from platc_compiler.grafana.variables import concrete, names
from platc_compiler.ir.dashboards import STANDARD_HOME, Dashboard, Link, Panel, Query, Row
from platc_compiler.ir.platform import Platform

_AUDIENCES = ("operators", "developers", "management")


def standard_dashboards(platform: Platform) -> Platform:
    """Remove panels, rows, variables and annotations without metrics, then empty dashboards."""
    if not any(board.standard for board in platform.dashboards):
        return platform
    known = known_metrics(platform)
    kept = [_filled(b, known) if b.standard else b for b in platform.dashboards]
    kept = [b for b in kept if not b.standard or b.panels or b.rows]
    there = {board.name for board in kept}
    boards = [_linked(b, there) if b.standard else b for b in kept]
    return replace(platform, dashboards=tuple(_with_lists(b, boards) for b in boards))


def _filled(board: Dashboard, known: KnownMetrics) -> Dashboard:
    variables = tuple(
        v for v in board.variables if all(_answers(q, known, frozenset()) for q in v.asked)
    )
    gone = frozenset(v.name for v in board.variables) - {v.name for v in variables}
    rows = (
        replace(row, panels=_panels(row.panels, known, gone))
        for row in board.rows
        if row.repeat not in gone
    )
    return replace(
        board,
        variables=variables,
        annotations=tuple(a for a in board.annotations if _answers(a.query, known, gone)),
        panels=_panels(board.panels, known, gone),
        rows=tuple(row for row in rows if row.panels),
    )


def _panels(
    panels: Sequence[Panel], known: KnownMetrics, gone: frozenset[str]
) -> tuple[Panel, ...]:
    """Return the panels with the queries that have an answer, without empty ones."""
    filled = (
        replace(panel, queries=tuple(q for q in panel.queries if _answers(q, known, gone)))
        for panel in panels
        if panel.repeat not in gone
    )
    return tuple(panel for panel in filled if panel.queries or panel.text is not None)


def _answers(query: Query, known: KnownMetrics, gone: frozenset[str]) -> bool:
    """Return whether everything that a query reads is there."""
    if not gone.isdisjoint(names(query.expr)):
        return False
    expression = parse(concrete(query.expr, {}))
    return all(known.has(selector.name) for selector in selectors(expression))


def _linked(board: Dashboard, there: set[str]) -> Dashboard:
    """Return a dashboard without links to dashboards that are not there."""

    def links(stated: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(
            link
            for link in stated
            if not link.to_dashboard or link.url.removeprefix("/d/") in there
        )

    def panels(stated: tuple[Panel, ...]) -> tuple[Panel, ...]:
        return tuple(replace(panel, links=links(panel.links)) for panel in stated)

    rows: Iterator[Row] = (replace(row, panels=panels(row.panels)) for row in board.rows)
    return replace(board, links=links(board.links), panels=panels(board.panels), rows=tuple(rows))


def _with_lists(board: Dashboard, boards: Sequence[Dashboard]) -> Dashboard:
    """Return the home page with a panel for each audience that has dashboards."""
    if not _is_home(board):
        return board
    wanted = [a for a in _AUDIENCES if any(_is_of(each, a) for each in boards)]
    lists = tuple(
        Panel(
            title=audience.capitalize(), type="text", origin=board.origin, height=9,
            width=24 // len(wanted),
            text=_list(audience, [each for each in boards if _is_of(each, audience)]),
        )
        for audience in wanted
    )  # fmt: skip
    return replace(board, panels=(*board.panels, *lists))


def _is_of(board: Dashboard, audience: str) -> bool:
    return board.audience == audience and not _is_home(board)


def _is_home(board: Dashboard) -> bool:
    return board.standard and board.name == STANDARD_HOME


def _list(audience: str, boards: Sequence[Dashboard]) -> str:
    """Return links in Markdown; they are relative to the path below which Grafana answers."""
    lines = [f"- [{board.title}](d/{board.name})" for board in boards]
    return "\n".join([*lines, "", f"[All dashboards for {audience}](dashboards?tag={audience})"])
