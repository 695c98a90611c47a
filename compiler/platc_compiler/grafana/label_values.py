"""What the query of a variable asks Prometheus for.

Source: grafana/packages/grafana-prometheus/src/metric_find_query.ts
"""

from __future__ import annotations

import re

_LABEL_VALUES = re.compile(
    r"^\s*label_values\(\s*(?:(?P<of>.+)\s*,\s*)?(?P<label>[^,()\s]+)\s*\)\s*$", re.DOTALL
)
_QUERY_RESULT = re.compile(r"^\s*query_result\((?P<of>.+)\)\s*$", re.DOTALL)
_OTHERS = re.compile(r"^\s*(?:label_names\([^()]*\)|metrics\(.*\))\s*$", re.DOTALL)


def asked_expressions(query: str) -> tuple[str, ...]:
    """Return the PromQL that a variable's query contains; none when it asks for names only.

    A query of no known form is a series selector, whose label sets are the values.
    """
    for form in (_LABEL_VALUES, _QUERY_RESULT):
        found = form.match(query)
        if found is not None:
            return (found["of"],) if found["of"] else ()
    return () if _OTHERS.match(query) else (query,)


def asked_label(query: str) -> str:
    """Return the label whose values a query asks for, empty when it asks for something else."""
    found = _LABEL_VALUES.match(query)
    return found["label"] if found is not None and "$" not in found["label"] else ""
