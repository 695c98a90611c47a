"""A text with ``{{ … }}`` will not be understood.

Why: Prometheus refuses the whole rule file because of one bad summary or description. Alertmanager
notices a bad subject or title only when it sends a message, and then the message is lost.

Bad:
```yaml
alerts:
  WebDown: { summary: "{{ $label.job }} does not answer" }
```

Good:
```yaml
alerts:
  WebDown: { summary: "{{ $labels.job }} does not answer" }
```

Fix: close ``{{`` by ``}}``. An alert can use ``$labels.NAME``, ``$value`` and the functions of
prometheus.io/docs/prometheus/latest/configuration/template_reference; a subject or title can use
those of prometheus.io/docs/alerting/latest/notifications.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.expressions.go_templates import ALERTMANAGER, fault
from platc_compiler.lower.kind import Context
from platc_spec.observability import Email, Notifications
from platc_spec.platform import Spec

CODE = "PLT413"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each text that is not a valid template."""
    for text, place in _of_alerts(context.spec):
        yield from _said(_fault_of_alert(text), place)
    if context.spec.notifications is not None:
        for text, place in _of_receivers(context.spec.notifications):
            yield from _said(fault(text, ALERTMANAGER), place)


def _fault_of_alert(text: str) -> str:
    """Return why the text of an alert cannot be filled in, empty if it can."""
    if "{{" not in text:
        return ""
    from platc_compiler.expressions.go_template_syntax import TemplateFault
    from platc_compiler.expressions.prometheus_templates import examined
    from platc_compiler.expressions.promql import PromqlError, parse

    try:
        for query in examined(text).queries:
            parse(query)
    except TemplateFault as fault:
        return str(fault)
    except PromqlError as fault:
        return f"its query is no PromQL: {fault}"
    return ""


def _said(why: str, place: Origin) -> Iterator[Diagnostic]:
    if why:
        yield error(CODE, f"this text cannot be filled in: {why}", place)


def _of_alerts(spec: Spec) -> Iterator[tuple[str, Origin]]:
    for name, alert in spec.alerts.items():
        yield alert.summary, ("alerts", name, "summary")
        yield alert.description, ("alerts", name, "description")
        for part, texts in (("labels", alert.labels), ("annotations", alert.annotations)):
            for key, text in texts.items():
                yield text, ("alerts", name, part, key)


def _of_receivers(notifications: Notifications) -> Iterator[tuple[str, Origin]]:
    for name, receiver in notifications.receivers.items():
        place: Origin = ("notifications", "receivers", name)
        if isinstance(receiver.email, Email) and receiver.email.subject is not None:
            yield receiver.email.subject, (*place, "email", "subject")
        if receiver.slack is not None and receiver.slack.title is not None:
            yield receiver.slack.title, (*place, "slack", "title")
