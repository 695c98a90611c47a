"""A sample of an alert's test is no series with values.

Why: ``promtool test rules`` refuses the whole file of tests.

Bad:
```yaml
alerts:
  WebDown: { test: { fires: 'up{job="web"}' } }
```

Good:
```yaml
alerts:
  WebDown: { test: { fires: 'up{job="web"} 0' } }
```

Fix: write a series, all its labels with ``=``, a blank, and its values, one a minute: ``0``,
``0 0 1``, ``0x10 1``, ``0+60x30``, ``_`` for none; a count has at most six digits.
A single value is held as long as needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_compiler.lower.observability import samples

CODE = "PLT414"
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_DIGITS = re.compile(_NUMBER)
_VALUE = re.compile(
    rf"(?:[+-]?(?:{_NUMBER}|Inf)|NaN|stale)(?:[+-]{_NUMBER})?(?:x\d{{1,6}})?"
    rf"|_(?:x\d{{1,6}})?|\{{\{{.*\}}\}}.*"
)


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each sample that promtool cannot parse."""
    for name, alert in context.spec.alerts.items():
        for key in ("fires", "silent") if alert.test else ():
            stated = getattr(alert.test, key)
            for index, text in enumerate((stated,) if isinstance(stated, str) else stated):
                fault = _fault(text)
                if fault:
                    place: Origin = ("alerts", name, "test", key)
                    where = place if isinstance(stated, str) else (*place, index)
                    yield error(CODE, f"this is no series with values: {fault}", where)


def _fault(text: str) -> str:
    from promql_parser import VectorSelector

    from platc_compiler.expressions.promql import PromqlError, parse, selectors

    ((series, values),) = samples(text)
    try:
        expression = parse(series)
    except PromqlError as fault:
        return str(fault)
    if not isinstance(expression, VectorSelector):
        return f"{series!r} is an expression"
    if any(operator != "=" for s in selectors(expression) for _, operator, _ in s.matchers):
        return "a series has its labels with '='"
    if not values:
        return "it has no values"
    bad = next((v for v in values.split() if not _is_value(v)), None)
    return "" if bad is None else f"{bad!r} is no value"


def _is_value(text: str) -> bool:
    """Whether promtool reads a value; Go's ParseFloat refuses what a float does not hold."""
    if _VALUE.fullmatch(text) is None:
        return False
    return text.startswith("{") or all(isfinite(float(n)) for n in _DIGITS.findall(text))
