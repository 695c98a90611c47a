"""One order of all parts, whatever the order of services in platform.yaml."""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.network import Edge, Endpoint, Pods
from platc_compiler.ir.observability import Recording
from platc_compiler.ir.platform import Platform


def ordering(platform: Platform) -> Platform:
    """Sort workloads, rights, edges, scrapes and metrics, and remove duplicates."""
    return replace(
        platform,
        workloads=tuple(sorted(platform.workloads, key=lambda w: (w.namespace, w.name))),
        rights=tuple(
            sorted(platform.rights, key=lambda r: (r.cluster, r.namespace, r.account, r.within))
        ),
        edges=tuple({_key(e): e for e in sorted(platform.edges, key=_key)}.values()),
        scrapes=tuple(sorted(platform.scrapes, key=lambda s: s.name)),
        metrics=tuple(sorted(platform.metrics, key=lambda m: (m.name, m.service))),
        alerts=tuple(sorted(platform.alerts, key=lambda a: (a.group, a.name))),
        recordings=tuple(sorted(platform.recordings, key=_place)),
        dashboards=tuple(sorted(platform.dashboards, key=lambda d: d.name)),
    )


def _place(rule: Recording) -> tuple[str, str]:
    """Return the key of a rule: those of platform.yaml stay in their order, which they state."""
    return rule.group, "" if rule.origin[:1] == ("recordings",) else rule.name


def _key(edge: Edge) -> tuple[object, ...]:
    return (_end(edge.source), _end(edge.target), edge.port, edge.protocol)


def _end(end: Endpoint) -> tuple[str, str, str, str]:
    labels = repr(end.labels) if isinstance(end, Pods) else repr(getattr(end, "cidrs", ()))
    return (type(end).__name__, getattr(end, "namespace", ""), end.name, labels)
