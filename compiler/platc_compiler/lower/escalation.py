"""Lowering of ``notifications.escalation``: an alert on alerts that go on.

Alertmanager has no notion of escalation, but Prometheus knows since when an alert fires. The
alert made here carries the labels of the one it speaks of, so that silences and inhibition by
service hold for both, and the label ``escalation``, by which it finds its receiver.
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
        # An alert's own name would be lost to the new one's.
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
