"""Label selectors: whether they are valid, and whether they match labels.

Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation, ValidateLabelSelector and ValidateLabels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.values import named, required_name, required_one_of
from platc_compiler.admission.wording import shown


def labels(node: Node) -> Iterator[Finding]:
    """Yield invalid keys and values of labels."""
    for key, value in node.entries():
        if problem := names.label_key(key):
            yield value.wrong(f"the key {shown(key)} {problem}")
        yield from named(value, names.label_value)


def selector(node: Node) -> Iterator[Finding]:
    """Yield the faults of a label selector."""
    yield from labels(node.at("matchLabels"))
    for expression in node.each("matchExpressions"):
        yield from requirement(expression, ("In", "NotIn", "Exists", "DoesNotExist"))


def requirement(node: Node, operators: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the faults of one expression of a selector."""
    operator, values = node.at("operator"), node.at("values")
    yield from required_one_of(operator, operators)
    if operator.text in {"In", "NotIn"} and not values.value:
        yield node.wrong(f"needs 'values', as its operator is {operator.value}")
    if operator.text in {"Exists", "DoesNotExist"} and values.value:
        yield values.wrong(f"must not be given with the operator {operator.value}")
    yield from required_name(node.at("key"), names.label_key)
    for value in values.items():
        yield from named(value, names.label_value)


def matches(node: Node, given: Mapping[str, str]) -> bool:
    """Return whether a valid, non-empty selector matches labels."""
    wanted = node.at("matchLabels").entries()
    if any(given.get(key) != (value.text or "") for key, value in wanted):
        return False
    return all(_holds(expression, given) for expression in node.each("matchExpressions"))


def _holds(expression: Node, given: Mapping[str, str]) -> bool:
    key, values = expression.at("key").text or "", expression.at("values").texts
    match expression.at("operator").value:
        case "In":
            return given.get(key) in values
        case "NotIn":
            return given.get(key) not in values
        case "Exists":
            return key in given
        case "DoesNotExist":
            return key not in given
        case _:
            return True
