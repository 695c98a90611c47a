"""A dashboard asks a data source that Grafana does not have, or a link leads to no dashboard.

Why: the panel shows an error in the place of its values; the link shows "Dashboard not found".

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web:
    title: Web
    panels: [{ title: Requests, datasource: promtheus, expr: sum(http_requests_total) }]
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web:
    title: Web
    panels: [{ title: Requests, datasource: prometheus, expr: sum(http_requests_total) }]
```

Fix: write the name of a Prometheus in ``depends_on`` of the Grafana, of one of its ``datasources``,
or ``$name`` of a variable with ``datasources``. PromQL needs one of type ``prometheus``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, Origin, error, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.grafana.provisioned import Sources, missing_types
from platc_compiler.ir.platform import Platform
from platc_spec.dashboards import Dashboard

CODE = "PLT437"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each data source and each dashboard that is not there."""
    server = next(iter(platform.dashboard_servers), None)
    if server is None:
        return
    known = {source.uid: source.type for source in server.sources}
    yield from _twice([source.uid for source in server.sources], server.origin)
    for name, board in platform.spec.dashboards.items():
        chosen = {f"${key}": v.datasources for key, v in board.variables.items() if v.datasources}
        for source, place in _named(board, ("dashboards", name)):
            yield from _fault(source, {**known, **chosen}, place)
        for target, place in _targets(board, ("dashboards", name)):
            if target not in platform.spec.dashboards:
                hint = did_you_mean(target, platform.spec.dashboards)
                yield error(CODE, f"no dashboard '{target}'", place, hint)
    for made in platform.dashboards:
        if made.whole is not None:
            sources = Sources(known, made.whole.inputs)
            for kind, panel in missing_types(made.whole.model, sources).items():
                message = f"the panel '{panel}' asks a data source of type '{kind}'"
                place = (*made.origin, "file")
                yield warning(CODE, message, place, "declare one, or remove the panel")


def _twice(uids: list[str], place: Origin) -> Iterator[Diagnostic]:
    for uid in sorted({uid for uid in uids if uids.count(uid) > 1}):
        message = f"two data sources have the name '{uid}'"
        yield error(CODE, message, (*place, "datasources", uid), "rename it", on_key=True)


def _named(board: Dashboard, place: Origin) -> Iterator[tuple[str | None, Origin]]:
    """Yield each data source that a dashboard names, with its place."""
    yield board.datasource, (*place, "datasource")
    for key, variable in board.variables.items():
        yield variable.datasource, (*place, "variables", key, "datasource")
    for key, annotation in board.annotations.items():
        yield annotation.datasource, (*place, "annotations", key, "datasource")
    for key, source in board.inputs.items():
        yield source, (*place, "inputs", key)
    for path, panel in board.placed():
        yield panel.datasource, (*place, *path, "datasource")
        for index, query in enumerate(panel.queries):
            yield query.datasource, (*place, *path, "queries", index, "datasource")


def _targets(board: Dashboard, place: Origin) -> Iterator[tuple[str, Origin]]:
    """Yield each dashboard that a link names, with its place."""
    for number, link in enumerate(board.links):
        if link.dashboard is not None:
            yield link.dashboard, (*place, "links", number, "dashboard")
    for path, panel in board.placed():
        for number, link in enumerate(panel.links):
            if link.dashboard is not None:
                yield link.dashboard, (*place, *path, "links", number, "dashboard")


def _fault(source: str | None, known: Mapping[str, str], place: Origin) -> Iterator[Diagnostic]:
    if source is None:
        return
    if source not in known:
        hint = did_you_mean(source, known, "add it to datasources: of the Grafana")
        yield error(CODE, f"Grafana has no data source '{source}'", place, hint)
    elif known[source] != "prometheus" and place[-2] != "inputs":
        message = f"the data source '{source}' is no Prometheus, and the query is PromQL"
        asked = sorted(name for name, kind in known.items() if kind == "prometheus")
        yield error(CODE, message, place, f"write {' or '.join(asked)}" if asked else "")
