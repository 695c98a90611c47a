"""Lowering of ``notifications.escalation``: an alert on alerts that keep firing.

Alertmanager has no escalation, but Prometheus knows how long an alert has been firing. The alert
made here has the labels of the escalated one, so that silences and inhibition by service cover
both, and the label ``escalation``, which selects its receiver.
"""

from __future__ import annotations

from platc_compiler.ir.observability import Alert, RuleTest
from platc_spec.durations import duration_text
from platc_spec.observability import EscalationStep
from platc_spec.platform import Spec


def escalations(spec: Spec) -> tuple[Alert, ...]:
    """Return an alert for each step of each severity."""
    if spec.notifications is None:
        return ()
    return tuple(
        _alert(severity, step, index)
        for severity, steps in sorted(spec.notifications.escalation.items())
        for index, step in enumerate(steps)
    )


def _alert(severity: str, step: EscalationStep, index: int) -> Alert:
    firing = f'ALERTS{{alertstate="firing",severity="{severity}",escalation=""}}'
    after = duration_text(step.after)
    sample = 'ALERTS{{alertname="Any",alertstate="{}",severity="{}",service="kafka"}}'
    return Alert(
        name=f"{severity.capitalize()}Escalated{after}", group="escalation",
        severity=severity, lasting=step.after,  # type: ignore[arg-type]
        # The new alert replaces the label alertname: it is kept as another label.
        expr=(
            "max without (alertname, alertstate, escalation) (\n"
            f'  label_replace({firing}, "escalated", "$1", "alertname", "(.+)")\n)'
        ),
        summary=f"{{{{ $labels.escalated }}}} has been firing for {after}",
        description="Whoever was told first has not ended it.",
        labels=(("escalation", step.to),),
        test=RuleTest(
            fires=((sample.format("firing", severity), "1"),),
            silent=((sample.format("pending", severity), "1"),),
        ),
        origin=("notifications", "escalation", severity, index),
    )  # fmt: skip
