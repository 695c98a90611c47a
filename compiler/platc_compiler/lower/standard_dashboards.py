"""The standard dashboards that a Grafana asks for, in the language of ``dashboards:``.

Each is a file ``dashboards/NAME.yaml`` beside the templates. It has a panel for everything that
platc's kinds may export; a pass removes what this platform does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

import platc_templates
from platc_compiler.diagnostics import Origin
from platc_compiler.ir.dashboards import STANDARD_PREFIX, Dashboard, Panel, Query, Row
from platc_compiler.lower.dashboards import dashboard
from platc_compiler.source.load import load
from platc_spec import dashboards as language
from platc_spec.observability import Metric
from platc_spec.platform import Spec

_FOLDER = Path(platc_templates.__file__).parent / "dashboards"


def standard_dashboards(names: Iterable[str], place: Origin, spec: Spec) -> tuple[Dashboard, ...]:
    """Return the standard dashboards of these names.

    A dashboard of platform.yaml with the same uid takes the place of a standard one.

    Args:
        names: the names, such as ``overview``.
        place: the list of the names in platform.yaml.
        spec: the platform, whose own metrics stand on the dashboard of the pipelines.
    """
    found = []
    for position, name in enumerate(names):
        uid = STANDARD_PREFIX + name
        if uid in spec.dashboards:
            continue
        stated = language.Dashboard.model_validate(
            load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")).data
        )
        board = dashboard(uid, stated, (*place, position))
        if name == "etl" and spec.metrics:
            board = replace(board, rows=(*board.rows, _data(spec, board)))
        home = board.home and not any(each.home for each in spec.dashboards.values())
        found.append(replace(board, standard=True, home=home))
    return tuple(found)


def _data(spec: Spec, board: Dashboard) -> Row:
    """Return a row with a panel for each metric that the platform's own code exports."""
    panels = tuple(
        Panel(
            title=metric.help, type="timeseries", source=board.source, origin=board.origin,
            queries=tuple(
                Query(expr, legend, board.origin, board.source)
                for expr, legend in _queries(name, metric)
            ),
        )
        for name, metric in sorted(spec.metrics.items())
    )  # fmt: skip
    return Row(title="Data", panels=panels, origin=board.origin)


def _queries(name: str, metric: Metric) -> Iterator[tuple[str, str]]:
    """Yield what a panel shows of a metric, with the legend, by the type of the metric."""
    legend = " ".join(f"{{{{{label}}}}}" for label in metric.labels) or name
    by = f" by ({', '.join(metric.labels)})" if metric.labels else ""
    match metric.type:
        case "counter":
            yield f"sum{by} (rate({name}[$__rate_interval]))", legend
        case "gauge":
            yield name, legend
        case _:
            # The average holds for histograms of every kind and for summaries.
            yield (
                (
                    f"sum{by} (rate({name}_sum[$__rate_interval]))"
                    f" / sum{by} (rate({name}_count[$__rate_interval]))"
                ),
                legend,
            )
