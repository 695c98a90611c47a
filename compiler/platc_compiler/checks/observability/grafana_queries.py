"""The queries of dashboards as the checks of observability examine them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from platc_compiler.grafana.variables import concrete, has_variables
from platc_compiler.ir.dashboards import Dashboard, DashboardServer, Query
from platc_compiler.ir.platform import Platform

if TYPE_CHECKING:
    from platc_compiler.expressions.promql import Expression


def parsed(text: str, board: Dashboard) -> Expression:
    """Return a query of a dashboard, something typed in the place of each variable.

    Raises:
        PromqlError: it is no PromQL, whatever the variables stand for.
    """
    return _parsed(text, tuple(board.values().items()) if has_variables(text) else ())


@lru_cache(maxsize=4096)
def _parsed(text: str, values: tuple[tuple[str, str], ...]) -> Expression:
    from platc_compiler.expressions.promql import PromqlError, parse

    try:
        return parse(concrete(text, dict(values)))
    except PromqlError:
        if not has_variables(text):
            raise
        # "topk($n, …)" needs a number where "sum($metric)" needs a metric.
        return parse(concrete(text, dict(values), numbers=True))


def asked_here(board: Dashboard, platform: Platform) -> Iterator[Query]:
    """Yield the queries of a dashboard that a Prometheus of this platform answers.

    Nothing is known of the metrics of other servers.
    """
    server = next(iter(platform.dashboard_servers), None)
    for query in board.queries():
        if _is_own(query.source or board.source, server):
            yield query


def _is_own(source: str, server: DashboardServer | None) -> bool:
    if server is None or not server.sources:
        return not source
    if source.startswith("$"):
        return all(each.own for each in server.sources if each.type == "prometheus")
    found = next((each for each in server.sources if each.uid == source), None)
    return found.own if found is not None else not source and server.sources[0].own
