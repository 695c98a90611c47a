"""An expression groups or matches by a label that the series do not have.

Why: ``sum by (sort)`` without such a label is a sum of everything, and the result has no label to
name what is wrong. ``group_left (owner)`` of a label that the other side lacks adds nothing.

Bad:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [kind], from: web }
alerts:
  ManyCalls:
    expr: sum by (sort) (rate(calls_total[5m])) > 10
    severity: warning
    summary: Many calls
```

Good:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [kind], from: web }
alerts:
  ManyCalls:
    expr: sum by (kind) (rate(calls_total[5m])) > 10
    severity: warning
    summary: Many calls
```

Fix: name a label that the series have, or leave it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from promql_parser import AggModifierType, AggregateExpr, BinaryExpr

from platc_compiler.checks.observability.expressions import Stated, stated
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.expressions.label_names import LabelNames
from platc_compiler.expressions.results import matching_of
from platc_compiler.ir.platform import Platform

CODE = "PLT427"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each such label of an expression, once."""
    for item in stated(platform):
        told: set[str] = set()
        for label, there, where in _labels(item):
            if label not in there and label not in told and not label.startswith("__"):
                told.add(label)
                message = f"{where} a label '{label}' that the series do not have"
                yield warning(CODE, message, item.origin, _hint(label, there))


def _labels(item: Stated) -> Iterator[tuple[str, LabelNames, str]]:
    """Yield each label that is grouped or matched by, the labels there are, and what is done."""
    for node in item.nodes:
        below = [item.results[index] for index in node.below]
        match node.part:
            case AggregateExpr(modifier=modifier) if modifier is not None:
                if modifier.type == AggModifierType.By:
                    for label in modifier.labels:
                        yield label, below[0].may, "this groups by"
            case BinaryExpr() if not any(result.scalar for result in below):
                matching = matching_of(node.part)
                if matching is None:
                    continue
                one = below[0] if matching.side == "right" else below[1]
                for label in sorted(matching.included):
                    yield label, one.may, "this takes over"
                if not matching.by.inverted:
                    for label in sorted(matching.by.listed):
                        yield label, below[0].may | below[1].may, "this matches by"


def _hint(label: str, there: LabelNames) -> str:
    close = closest_match(label, there.listed)
    if close is not None:
        return f"did you mean '{close}'?"
    return f"there are {', '.join(sorted(there.listed))}" if there.listed else "leave it out"
