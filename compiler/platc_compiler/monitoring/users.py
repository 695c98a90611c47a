"""Who uses which metric: the rules, panels, objectives and autoscalers that read its series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from platc_compiler.expressions.promql import PromqlError, parse, selectors
from platc_compiler.grafana.variables import concrete
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.platform import Platform


@cached_by_identity
def users(platform: Platform) -> Mapping[str, frozenset[str]]:
    """Return what uses the series of each name, in words."""
    found: dict[str, set[str]] = defaultdict(set)
    for text, user in _expressions(platform):
        try:
            named = {selector.name for selector in selectors(parse(text))}
        except PromqlError:
            continue
        for name in named:
            found[name].add(user)
    return {name: frozenset(using) for name, using in found.items() if name}


def _expressions(platform: Platform) -> Iterator[tuple[str, str]]:
    """Yield each expression of the platform, and whose it is."""
    for alert in platform.alerts:
        yield alert.expr, _of_rule(alert.origin, f"alert {alert.name}")
    for rule in platform.recordings:
        yield rule.expr, _of_rule(rule.origin, f"recording {rule.name}")
    for board in platform.dashboards:
        for query in board.queries():
            yield concrete(query.expr, {}), f"dashboard {board.name}"
    for workload in platform.workloads:
        if workload.scaling is not None and workload.scaling.query is not None:
            yield workload.scaling.query.text, f"autoscaler of {workload.name}"


def _of_rule(origin: tuple[str | int, ...], name: str) -> str:
    """Return the objective that a rule belongs to, or the rule itself."""
    return f"objective {origin[1]}" if origin[:1] == ("slos",) else name
