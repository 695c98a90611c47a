"""An objective cannot be watched as it is promised.

The alerts watch how fast the error budget is consumed: a fiftieth of it within an hour, a twentieth
within six hours, a tenth within one day or three. A window below three days is too short for that.
In a window below 28 days, a tenth within three days is less than what the objective itself allows.

Why: people rely on an alert that cannot fire, and they stop reading an alert that fires while the
objective is met.

Bad:
```yaml
slos:
  web: { objective: 99.9%, window: 1h, errors: up, total: up }
```

Good:
```yaml
slos:
  web:
    objective: 99.9%
    window: 30d
    errors: 'http_requests_total{code=~"5.."}'
    total: http_requests_total
```

Fix: take 28d or 30d as the window. For an objective so low that its alerts would wait for more bad
events than there are events, write a plain alert under ``alerts``.

Source: The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.lower.kind import Context
from platc_compiler.lower.slos import BURNS, budget, factor
from platc_spec.durations import duration_text
from platc_spec.observability import Objective

CODE = "PLT417"
_LONGEST = max(burn.long for _, _, burns in BURNS for burn in burns)
_USUAL = timedelta(days=28)
"""Four weeks: the shortest window that the workbook's rates are meant for."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each window that is too short and each objective that is too low."""
    for name, objective in context.spec.slos.items():
        window = ("slos", name, "window")
        if objective.window < _LONGEST:
            least = duration_text(_LONGEST)
            message = f"a window of {duration_text(objective.window)} is too short to be watched"
            yield error(CODE, message, window, f"write {least} or more, best 30d")
            continue
        if objective.window < _USUAL:
            share = _LONGEST / objective.window
            message = (
                f"in a window of {duration_text(objective.window)} a tenth of the budget within "
                f"{duration_text(_LONGEST)} is an alert, and {share:.0%} of it is allowed"
            )
            yield warning(CODE, message, window, "write 28d or 30d")
        yield from _never(name, objective)


def _never(name: str, objective: Objective) -> Iterator[Diagnostic]:
    silent = [
        speed
        for _, speed, burns in BURNS
        if all(factor(burn, objective) * budget(objective) >= 1 for burn in burns)
    ]
    place, why = ("slos", name, "objective"), "it would take more bad events than there are events"
    if len(silent) == len(BURNS):
        yield error(CODE, f"no alert can fire: {why}", place, "promise more")
    elif silent:
        message = f"the alert '…BudgetBurns{silent[0]}' can never fire: {why}"
        yield warning(CODE, message, place, "promise more")
