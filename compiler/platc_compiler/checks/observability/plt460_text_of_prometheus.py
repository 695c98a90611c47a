"""A text of an alert that Grafana evaluates asks for what only Prometheus has.

Why: Grafana knows no external labels in a text, and its ``query`` returns nothing: people get the
error or a gap instead of the text. ``$value`` and ``.Value`` are translated.

Bad:
```yaml
secrets: { grafana: { namespace: shop, keys: [password] } }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
alerts:
  Slow:
    expr: up == 0
    severity: warning
    summary: "Slow in {{ $externalLabels.cluster }}"
    evaluated_by: grafana
```

Good:
```yaml
secrets: { grafana: { namespace: shop, keys: [password] } }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
alerts:
  Slow:
    expr: up == 0
    severity: warning
    summary: "Slow: {{ $labels.job }}"
    evaluated_by: grafana
```

Fix: write the text without it, or leave the alert to Prometheus. ``{{ externalURL }}`` is Grafana's
own URL.

Source: pkg/services/ngalert/state/template of grafana/grafana.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_compiler.lower.observability import evaluated_by
from platc_spec.observability import Alert

CODE = "PLT460"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each such text; one that cannot be read is told of by itself."""
    from platc_compiler.expressions.go_template_syntax import TemplateFault
    from platc_compiler.expressions.prometheus_templates import examined

    for name, alert in context.spec.alerts.items():
        if evaluated_by(alert, context.spec) != "grafana":
            continue
        for text, place in _texts(alert):
            try:
                foreign = examined(text).foreign
            except TemplateFault:
                continue
            if foreign:
                message = f"Grafana, which fills this text in, has no '{foreign[0]}'"
                hint = "remove it, or leave the alert to Prometheus"
                yield error(CODE, message, ("alerts", name, *place), hint)


def _texts(alert: Alert) -> Iterator[tuple[str, Origin]]:
    yield alert.summary, ("summary",)
    yield alert.description, ("description",)
    for part, texts in (("labels", alert.labels), ("annotations", alert.annotations)):
        for key, text in texts.items():
            yield text, (part, key)
