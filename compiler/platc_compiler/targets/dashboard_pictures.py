"""Pictures of the dashboards, for people without a Grafana at hand."""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.templating.templates import Templates


def dashboard_pictures(platform: Platform, _templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield ``report/dashboards/NAME.svg`` of each dashboard where standard ones are declared.

    A dashboard in Grafana's own JSON has none: its panels have places of their own.
    """
    if not any(board.standard for board in platform.dashboards):
        return
    from platc_compiler.grafana.picture import picture

    for board in platform.dashboards:
        if board.whole is None:
            yield File(f"report/dashboards/{board.name}.svg", picture(board))
