"""Variables of Grafana in a text, and PromQL with something typed in the place of each.

Grafana replaces variables in the text of a query before Prometheus sees it. So a query can be
parsed only when a value of the right type stands in the place of each variable: a length of time
in a range, a name of a label in a grouping, any text in a string.

Source: grafana/public/app/features/variables/utils.ts (``variableRegex``), and
grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables (global variables).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

GLOBAL = frozenset(
    """__interval __interval_ms __rate_interval __rate_interval_ms __range __range_s __range_ms
    __from __to __dashboard __name __org __user __timezone __timeFilter timeFilter
    __all_variables __url_time_range __url __data __series __field __value __cell __cell_0
    __auto_interval __adhoc_filters __searchFilter""".split()  # noqa: SIM905 - reads better
)
"""The variables that Grafana has without a declaration."""
_VARIABLE = r"\$\w+|\[\[\w+?(?::\w+)?\]\]|\$\{\w+(?:\.[^:^}]+)?(?::[^}]+)?\}"
_NAMED = re.compile(
    r"\$(?P<plain>\w+)|\[\[(?P<old>\w+?)(?::\w+)?\]\]|\$\{(?P<full>\w+)(?:\.[^:^}]+)?(?::[^}]+)?\}"
)
_STRING = r'"(?:\\.|[^"\\])*+"|\'(?:\\.|[^\'\\])*+\'|`[^`]*+`'
_TOKEN = re.compile(
    rf"(?P<matcher>(?P<operator>=~|!~|!=|(?<![=<>!])=)\s*+(?P<value>{_STRING}))"
    rf"|(?P<string>{_STRING})|(?P<comment>\#[^\n]*+)"
    rf"|(?P<grouping>\b(?P<keyword>(?i:by|without|on|ignoring|group_left|group_right))\s*+"
    rf"\((?P<labels>[^()]*+)\))"
    rf"|(?P<range>\[(?:(?:{_VARIABLE})|[^\[\]\"'`$])++\])"
    rf"|(?P<offset>\boffset\s++-?\s*+(?:{_VARIABLE}))"
    rf"|(?P<label>(?<=[{{,])\s*+(?:{_VARIABLE})\s*+(?:=~|!~|!=|=)\s*+(?:{_STRING}))"
    rf"|(?P<name>[\w:]*+(?:(?:{_VARIABLE})[\w:]*+)+)(?P<after>\s*+[{{(]?)|[\w:.]++",
    re.DOTALL,
)
_ANY = '=~".+"'
_ANY_METRIC = '{__name__=~".+"'
_TIME = "5m"
_NUMBERS = {
    "__range_s": "300", "__range_ms": "300000",
    "__interval_ms": "300000", "__rate_interval_ms": "300000",
}  # fmt: skip
_GROUPINGS = {
    "by": "without (__name__)", "without": "without (__name__)",
    "on": "ignoring (__name__)", "ignoring": "ignoring (__name__)",
    "group_left": "group_left ()", "group_right": "group_right ()",
}  # fmt: skip
_DURATION = re.compile(r"(?:\d+(?:ms|[smhdwy]))+")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def names(text: str) -> Iterator[str]:
    """Yield the names of the variables in a text, in their order.

    ``$1`` is none: ``label_replace`` has such groups, and Grafana lets them stand.
    """
    groups = set(re.findall(r"\(\?P<(\w+)>", text))
    for found in _NAMED.finditer(text):
        name = found["plain"] or found["old"] or found["full"]
        if not name.isdigit() and name not in groups:
            yield name


def has_variables(text: str) -> bool:
    """Return whether a text has a variable."""
    return next(names(text), None) is not None


def concrete(text: str, values: Mapping[str, str], *, numbers: bool = False) -> str:
    """Return a query with something typed in the place of each variable.

    A matcher that has a variable matches any value of its label afterwards, and a variable that
    may be a metric selects any series, so that nothing is said of a value that is not known.

    Args:
        text: the query, in PromQL with variables.
        values: a value of each variable that has one at first.
        numbers: what stands for a value of no certain type: a number, otherwise any series.
    """
    if not has_variables(text):
        return text
    return _TOKEN.sub(lambda token: _replaced(token, values, numbers=numbers), text)


def _replaced(token: re.Match[str], values: Mapping[str, str], *, numbers: bool) -> str:
    whole = token[0]
    if not _NAMED.search(whole) or token["comment"]:
        return whole
    if token["matcher"] or token["label"]:
        return _ANY if token["matcher"] else f"job{_ANY}"
    if token["grouping"]:
        # Nothing can be said of the labels that are left.
        return _GROUPINGS[token["keyword"].lower()]
    if token["range"] or token["offset"]:
        return _NAMED.sub(lambda variable: _length(variable, values), whole)
    if token["name"]:
        return _operand(token, values, numbers=numbers)
    return _NAMED.sub("x", whole)


def _length(variable: re.Match[str], values: Mapping[str, str]) -> str:
    value = _value(variable, values)
    return value if _DURATION.fullmatch(value) else _TIME


def _value(variable: re.Match[str], values: Mapping[str, str]) -> str:
    name = variable["plain"] or variable["old"] or variable["full"]
    return values.get(name) or _NUMBERS.get(name, "")


def _operand(token: re.Match[str], values: Mapping[str, str], *, numbers: bool) -> str:
    """Return what stands for a variable that is a function, a metric, a part of one or a number."""
    before = token["after"].strip()
    alone = _NAMED.fullmatch(token["name"])
    value = _value(alone, values) if alone is not None and not before else ""
    if before == "(":
        # Any aggregation takes a vector.
        return f"sum{token['after']}"
    if before == "{":
        return f"{_ANY_METRIC},"
    if _NUMBER.fullmatch(value):
        return value + token["after"]
    found = "1" if numbers and not before else f"{_ANY_METRIC}}}"
    return found + token["after"]
