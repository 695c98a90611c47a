"""Lowering of dashboards in Grafana's own JSON, from files beside platform.yaml."""

from __future__ import annotations

from platc_compiler.diagnostics import Origin
from platc_compiler.grafana.whole import Json, NotADashboardError, asked, model_of, values_of
from platc_compiler.ir.dashboards import Dashboard, Query, Whole
from platc_compiler.lower.kind import Context
from platc_spec import dashboards as language


def whole_dashboard(name: str, board: language.Dashboard, context: Context) -> Dashboard | None:
    """Return a dashboard that a file holds, ``None`` if it holds none: a check reports that."""
    try:
        model = model_of(context.file(board.file or "") or "")
    except NotADashboardError:
        return None
    place: Origin = ("dashboards", name)
    # A file rarely asks several servers: the first input stands for all of its queries.
    source = next(iter(board.inputs.values()), "")
    return Dashboard(
        name=name, title=board.title or str(model.get("title") or name),
        audience=board.audience, folder=board.folder_title,
        home=board.home,
        whole=Whole(model, _queries(model, place, source), dict(board.inputs), values_of(model)),
        origin=place,
    )  # fmt: skip


def _queries(model: Json, place: Origin, source: str) -> tuple[Query, ...]:
    """Return the expressions of a dashboard, each once for each of its places."""
    return tuple(
        dict.fromkeys(
            Query(each.expr, "", (*place, "file", each.place), source) for each in asked(model)
        )
    )
