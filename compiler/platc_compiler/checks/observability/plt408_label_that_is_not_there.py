"""A text of an alert, or a legend, fills in a label that the expression's result does not have.

Why: the text is then empty at the place where it should name the broken component.

Bad:
```yaml
alerts:
  ManyErrors:
    expr: sum by (code) (rate(http_requests_total[5m])) > 1
    severity: warning
    summary: Many errors on {{ $labels.path }}
```

Good:
```yaml
alerts:
  ManyErrors:
    expr: sum by (code, path) (rate(http_requests_total[5m])) > 1
    severity: warning
    summary: Many errors on {{ $labels.path }}
```

Fix: keep the label in the expression (``by``), or name another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, Hint, Origin, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.ir.platform import Platform

CODE = "PLT408"
_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_LABEL = re.compile(r"(?:\$labels|\.Labels)\.(\w+)")
_CONDITION = re.compile(r"\{\{-?\s*(?:if|else if|with)\b")
_IN_LEGENDS = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_OF_ALERTS = frozenset({"alertname", "severity"})
"""Labels of the alert: a text of the alert sees those of the expression's result only."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each label that is certainly missing."""
    results = {item.origin: item.result for item in stated(platform)}
    for text, place, expression in _texts(platform):
        result = results.get(expression)
        if result is None or result.scalar:
            continue
        for label in dict.fromkeys(_labels(text, place)):
            if label in result.may or label.startswith("__"):
                continue
            hint = did_you_mean(label, () if result.may.inverted else result.may.listed)
            if place[0] == "alerts" and label in _OF_ALERTS:
                hint = Hint("$labels has the labels of the expression: write it out")
            yield warning(CODE, f"the result has no label '{label}'", place, hint)


def _labels(text: str, place: Origin) -> Iterator[str]:
    """Yield the labels that a text fills in; one that it asks about first may be missing."""
    if place[0] != "alerts":
        yield from _IN_LEGENDS.findall(text)
        return
    actions = _ACTION.findall(text)
    asked = {label for a in actions if _CONDITION.match(a) for label in _LABEL.findall(a)}
    for action in actions:
        yield from (label for label in _LABEL.findall(action) if label not in asked)


def _texts(platform: Platform) -> Iterator[tuple[str, Origin, Origin]]:
    """Yield each text, its place, and the place of its expression."""
    for name, alert in platform.spec.alerts.items():
        place: Origin = ("alerts", name)
        for key, text in (("summary", alert.summary), ("description", alert.description)):
            yield text, (*place, key), (*place, "expr")
        for part, texts in (("labels", alert.labels), ("annotations", alert.annotations)):
            for key, text in texts.items():
                yield text, (*place, part, key), (*place, "expr")
    for name, board in platform.spec.dashboards.items():
        for path, panel in board.placed():
            place = ("dashboards", name, *path)
            yield panel.legend, (*place, "legend"), (*place, "expr")
            for index, query in enumerate(panel.queries):
                at = (*place, "queries", index)
                yield query.legend, (*at, "legend"), (*at, "expr")
