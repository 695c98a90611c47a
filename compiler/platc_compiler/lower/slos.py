"""Lowering of ``slos``: error ratios over several windows, and alerts on burn rates.

Source: The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import Labels
from platc_compiler.ir.observability import Alert, Recording, RuleTest, Severity
from platc_compiler.ir.platform import Fragment
from platc_compiler.lower.slo_events import events
from platc_spec.durations import duration_text
from platc_spec.observability import Objective
from platc_spec.platform import Spec

_HOUR = timedelta(hours=1)
_OFTEN = timedelta(minutes=5)
"""The window of the rates from which the events of the whole window are added up."""
_BAD = f"slo:errors:rate{duration_text(_OFTEN)}"
_ALL = f"slo:events:rate{duration_text(_OFTEN)}"
BUDGET = "slo:error_budget:remaining"
"""The recorded share of the error budget that remains, with the label ``slo``."""


class Burn(Struct, frozen=True):
    """A condition: ``share`` of the budget is used within ``long``, and ``short`` burns as fast."""

    share: Decimal
    long: timedelta
    short: timedelta


BURNS: tuple[tuple[Severity, str, tuple[Burn, ...]], ...] = (
    (
        "critical", "Fast",
        (
            Burn(Decimal("0.02"), _HOUR, timedelta(minutes=5)),
            Burn(Decimal("0.05"), 6 * _HOUR, timedelta(minutes=30)),
        ),
    ),
    (
        "warning", "Slowly",
        (
            Burn(Decimal("0.10"), 24 * _HOUR, 2 * _HOUR),
            Burn(Decimal("0.10"), 72 * _HOUR, 6 * _HOUR),
        ),
    ),
)  # fmt: skip
"""The alerts of an objective: severity, suffix of the name, and conditions."""


def objectives(spec: Spec) -> Fragment:
    """Return the rules of every objective."""
    recordings, alerts = [], []
    for name, objective in sorted(spec.slos.items()):
        recordings += _recordings(name, objective)
        alerts += _alerts(name, objective)
    return Fragment(recordings=tuple(recordings), alerts=tuple(alerts))


def _ratio(window: timedelta) -> str:
    return f"slo:errors:ratio_rate{duration_text(window)}"


def _labels(name: str, objective: Objective) -> Labels:
    service = (("service", objective.service),) if objective.service else ()
    return (*service, ("slo", name))


def _recordings(name: str, objective: Objective) -> list[Recording]:
    windows = {w for _, _, burns in BURNS for burn in burns for w in (burn.long, burn.short)}
    found = {
        _ratio(window): events(objective, window).ratio
        for window in sorted(windows)
        if window <= objective.window
    }
    often = events(objective, _OFTEN)
    found |= {_BAD: often.bad, _ALL: often.all, BUDGET: _remaining(name, objective)}
    return [
        Recording(
            name=record, expr=expr, group="slos", labels=_labels(name, objective),
            origin=("slos", name),
        )
        for record, expr in found.items()
    ]  # fmt: skip


def _remaining(name: str, objective: Objective) -> str:
    """Return the share of the error budget that is left, below zero when too much is used.

    The events of a long window are added up from rates over short ones, which are single series:
    the counters of all pods over 30 days would be too many samples.
    """
    window = duration_text(objective.window)
    bad, every = (f'sum_over_time({record}{{slo="{name}"}}[{window}])' for record in (_BAD, _ALL))
    return f"1 - ({bad} / {every}) / {budget(objective):f}"


def budget(objective: Objective) -> Decimal:
    """Return the share of the events that may be bad."""
    return ((100 - Decimal(objective.objective.removesuffix("%"))) / 100).normalize()


def _alerts(name: str, objective: Objective) -> list[Alert]:
    place: Origin = ("slos", name)
    title = "".join(part.capitalize() for part in name.split("-"))
    found = []
    for severity, speed, burns in BURNS:
        fitting = [burn for burn in burns if burn.long <= objective.window]
        if not fitting:
            continue
        alert = Alert(
            name=f"{title}BudgetBurns{speed}", group="slos", severity=severity,
            expr="\nor ".join(_condition(name, objective, burn) for burn in fitting),
            summary=f"The error budget of {name} burns {speed.lower()}",
            description=(
                f"{{{{ $value | humanizePercentage }}}} of the events {_fault(objective)}, where "
                f"{objective.objective} over {duration_text(objective.window)} were to be good."
            ),
            labels=(("slo", name),), service=objective.service or "",
            test=_test(name, objective, fitting[0]), origin=place,
        )  # fmt: skip
        found.append(alert)
    return found


def factor(burn: Burn, objective: Objective) -> Decimal:
    """Return the burn rate: 1 uses up the budget exactly at the end of the window."""
    hours = Decimal(objective.window // _HOUR)
    return (burn.share * hours / Decimal(burn.long // _HOUR)).normalize()


def _fault(objective: Objective) -> str:
    if objective.latency is None:
        return "are bad"
    return f"take longer than {duration_text(objective.latency.below)}"


def _condition(name: str, objective: Objective, burn: Burn) -> str:
    limit = f"{factor(burn, objective):f} * {budget(objective):f}"
    long, short = (f'{_ratio(w)}{{slo="{name}"}}' for w in (burn.long, burn.short))
    return f"({long} > {limit} and {short} > {limit}{_guard(name, objective, burn)})"


def _guard(name: str, objective: Objective, burn: Burn) -> str:
    """Return the condition that the longer window has enough events."""
    if objective.min_events is None:
        return ""
    rate = f'avg_over_time({_ALL}{{slo="{name}"}}[{duration_text(burn.long)}])'
    return f" and {rate} * {burn.long // timedelta(seconds=1)} >= {objective.min_events}"


def _test(name: str, objective: Objective, burn: Burn) -> RuleTest:
    labels = ",".join(f'{key}="{value}"' for key, value in _labels(name, objective))
    series = [f"{_ratio(w)}{{{labels}}}" for w in (burn.long, burn.short)]
    many = ((f"{_ALL}{{{labels}}}", str(objective.min_events)),) if objective.min_events else ()
    # The long window still shows a burn that is over in the short one.
    return RuleTest(
        fires=((series[0], "1"), (series[1], "1"), *many),
        silent=((series[0], "1"), (series[1], "0"), *many),
    )
