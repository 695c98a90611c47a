"""The golden signals of services that state their request metrics: traffic, errors, latency.

Source: Site Reliability Engineering, chapter 6. Saturation comes from the pods' own limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from platc_compiler.ir.observability import Alert, Metric, Recording, RuleTest
from platc_compiler.ir.platform import Fragment
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.slo_events import parts, selector
from platc_spec.durations import duration_text
from platc_spec.service import MetricsEndpoint, Requests

_GROUP = "services"
_WINDOW = "5m"
TRAFFIC = "service:requests:rate5m"
"""The recorded requests of a service each second."""
ERRORS = "service:request_errors:ratio_rate5m"
"""The recorded share of its requests that fail."""
_LATENCY = "service:request_latency:p{}_5m"
_QUANTILES = (50, 95, 99)
_LASTING = timedelta(minutes=10)


def golden_signals(name: str, endpoint: MetricsEndpoint | None, context: Context) -> Fragment:
    """Return the metrics, recording rules and alerts of a service with request metrics."""
    if endpoint is None or endpoint.requests is None:
        return Fragment()
    requests = endpoint.requests
    declared = (m for m, metric in context.spec.metrics.items() if metric.component == name)
    return Fragment(
        metrics=tuple(_metrics(name, requests, {*endpoint.exports, *declared})),
        recordings=tuple(_recordings(name, requests)),
        alerts=tuple(_alerts(name, requests)),
    )


def _metrics(name: str, requests: Requests, known: set[str]) -> Iterator[Metric]:
    """Yield the metrics that are named nowhere else."""
    for text, kind in (
        (requests.total, "counter"), (requests.errors, "counter"), (requests.latency, "histogram"),
    ):  # fmt: skip
        metric = parts(text)[0] if text else ""
        if metric and metric not in known:
            known.add(metric)
            yield Metric(metric, name, None, kind, origin=_place(name))  # type: ignore[arg-type]


def _place(name: str) -> tuple[str | int, ...]:
    return service_origin(name, "metrics", "requests")


def _recordings(name: str, requests: Requests) -> Iterator[Recording]:
    for record, expr in _expressions(name, requests):
        yield Recording(
            name=record, expr=expr, group=_GROUP, labels=(("service", name),), origin=_place(name)
        )


def _expressions(name: str, requests: Requests) -> Iterator[tuple[str, str]]:
    total = _rate(requests.total, name)
    yield TRAFFIC, f"sum({total})"
    if requests.errors is not None:
        # Without any failed request there is no series: the share is then zero.
        failed = f"(sum({_rate(requests.errors, name)}) or vector(0))"
        yield ERRORS, f"{failed} / (sum({total}) > 0)"
    if requests.latency is not None:
        for quantile in _QUANTILES:
            share = Decimal(quantile) / 100
            if requests.native:
                events = f"sum({_rate(requests.latency, name)})"
            else:
                events = f"sum by (le) ({_rate(requests.latency, name, '_bucket')})"
            yield _LATENCY.format(quantile), f"histogram_quantile({share}, {events})"


def _rate(text: str, name: str, ending: str = "") -> str:
    metric, matchers = parts(text)
    own = (*matchers, f'service="{name}"')
    return f"rate({selector(metric + ending, own)}[{_WINDOW}])"


def _alerts(name: str, requests: Requests) -> Iterator[Alert]:
    busy = f'{TRAFFIC}{{service="{name}"}} >= {requests.min_rate:g}'
    many = (f'{TRAFFIC}{{service="{name}"}}', f"{requests.min_rate + 1:g}")
    title = "".join(part.capitalize() for part in name.split("-"))
    if requests.max_errors is not None and requests.errors is not None:
        limit = Decimal(requests.max_errors.removesuffix("%")) / 100
        series = f'{ERRORS}{{service="{name}"}}'
        yield Alert(
            name=f"{title}RequestsFail", group=_GROUP, severity="warning", lasting=_LASTING,
            expr=f"{series} > {limit.normalize():f}\nand {busy}",
            summary=f"Requests to {name} fail",
            description=f"{{{{ $value | humanizePercentage }}}} of the requests to {name} fail, "
            f"where at most {requests.max_errors} may.",
            service=name, origin=_place(name),
            test=RuleTest(((series, "1"), many), ((series, "1"), (many[0], "0"))),
        )  # fmt: skip
    if requests.max_latency is not None and requests.latency is not None:
        seconds = requests.max_latency / timedelta(seconds=1)
        series = f'{_LATENCY.format(95)}{{service="{name}"}}'
        yield Alert(
            name=f"{title}RequestsSlow", group=_GROUP, severity="warning", lasting=_LASTING,
            expr=f"{series} > {seconds:g}\nand {busy}",
            summary=f"Requests to {name} are slow",
            description="5 of 100 requests take longer than {{ $value | humanizeDuration }}, where "
            f"{duration_text(requests.max_latency)} are wanted.",
            service=name, origin=_place(name),
            test=RuleTest(
                ((series, f"{seconds * 2:g}"), many), ((series, f"{seconds / 2:g}"), many)
            ),
        )  # fmt: skip
