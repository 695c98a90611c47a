"""Exact values of the quantities in emitted objects, and rules about them.

Source: pkg/apis/core/validation, validateResourceRequirements, ValidateLimitRange,
ValidateResourceQuotaSpec. The schemas check that a quantity can be parsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.values import duplicates, required_one_of
from platc_compiler.admission.wording import shown
from platc_spec.quantities import QuantityError, parse_quantity

OF_CONTAINERS = frozenset({"cpu", "memory", "ephemeral-storage"})
OF_QUOTAS = OF_CONTAINERS | {
    "storage",
    "pods",
    "services",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
}
WHOLE = OF_QUOTAS - {name for name in OF_QUOTAS if name.endswith(("cpu", "memory", "storage"))}
HUGE_PAGES = "hugepages-"
LIMIT_TYPES = ("Pod", "Container", "PersistentVolumeClaim")


def amount(node: Node) -> Fraction | None:
    """Return the exact value of a quantity, None if it is missing or cannot be parsed."""
    value = node.value
    return _parsed(value) if isinstance(value, str | int | float) else None


@lru_cache(maxsize=8192)
def _parsed(value: str | float) -> Fraction | None:
    try:
        return parse_quantity(value)
    except QuantityError:
        return None


def not_negative(node: Node) -> Iterator[Finding]:
    """Yield a fault if a quantity is below zero."""
    if str(node.value).startswith("-"):
        yield node.wrong(f"must not be negative, is {shown(node.value)}")


def positive(node: Node) -> Iterator[Finding]:
    """Yield a fault if a quantity is zero or below."""
    if str(node.value).startswith("-") or amount(node) == 0:
        yield node.wrong(f"must be greater than 0, is {shown(node.value)}")


def requirements(node: Node) -> Iterator[Finding]:
    """Yield the faults of the `resources` of a container or a pod."""
    limits, requests = node.at("limits"), node.at("requests")
    for amounts in (limits, requests):
        for name, quantity in amounts.entries():
            yield from _container_resource(name, quantity)
            yield from not_negative(quantity)
    for name, request in requests.entries():
        yield from _within_limit(name, request, limits.at(name))
    pages = {name for name in {*limits.strings, *requests.strings} if name.startswith(HUGE_PAGES)}
    plain = {key for part in (limits, requests) for key, _ in part.entries()} & {"cpu", "memory"}
    if pages and not plain:
        yield node.wrong("must name cpu or memory beside huge pages")


def _within_limit(name: str, request: Node, limit: Node) -> Iterator[Finding]:
    asked, allowed = amount(request), amount(limit)
    overcommits = name in OF_CONTAINERS
    if limit.is_set and asked is not None and allowed is not None:
        if asked > allowed:
            yield request.wrong(
                f"the request {shown(request.value)} is above the limit {shown(limit.value)}"
            )
        elif asked != allowed and not overcommits:
            yield request.wrong(
                f"must equal the limit {shown(limit.value)}: {name} is never shared"
            )
    elif not limit.is_set and not overcommits:
        yield request.wrong(f"needs an equal limit: {name} is never shared")


def _container_resource(name: str, quantity: Node) -> Iterator[Finding]:
    if "/" in name:
        if problem := names.label_key(name):
            yield quantity.wrong(f"the resource {shown(name)} {problem}")
        elif name.startswith("requests."):
            yield quantity.wrong(f"the resource {shown(name)} must not begin with 'requests.'")
    elif name not in OF_CONTAINERS and not name.startswith(HUGE_PAGES):
        yield quantity.wrong(f"containers have no resource {shown(name)}")


def quota(manifest: Node) -> Iterator[Finding]:
    """Yield the faults of a ResourceQuota."""
    for name, quantity in manifest.at("spec", "hard").entries():
        yield from not_negative(quantity)
        if "/" in name:
            if problem := names.label_key(name):
                yield quantity.wrong(f"the resource {shown(name)} {problem}")
        elif name not in OF_QUOTAS and not name.startswith((HUGE_PAGES, "requests." + HUGE_PAGES)):
            yield quantity.wrong(f"no quota can be set on {shown(name)}")
        value, counted = amount(quantity), name in WHOLE or name.startswith("count/")
        if counted and value is not None and value.denominator != 1:
            yield quantity.wrong(f"must be a whole number, is {shown(quantity.value)}")


def limit_range(manifest: Node) -> Iterator[Finding]:
    """Yield the faults of a LimitRange."""
    limits = list(manifest.each("spec", "limits"))
    yield from duplicates((limit.at("type") for limit in limits), "the type")
    for limit in limits:
        yield from required_one_of(limit.at("type"), LIMIT_TYPES)
        yield from _limited(limit)
        yield from _in_order(limit)


def _limited(limit: Node) -> Iterator[Finding]:
    kind = limit.at("type").text
    for key in ("min", "max", "default", "defaultRequest", "maxLimitRequestRatio"):
        for name, quantity in limit.at(key).entries():
            yield from not_negative(quantity)
            if kind in {"Pod", "Container"}:
                yield from _container_resource(name, quantity)
    if kind == "Pod":
        for key in ("default", "defaultRequest"):
            if limit.at(key).value:
                yield limit.at(key).wrong("must not be given for the type Pod")
    bounds = [limit.at(key, "storage") for key in ("min", "max")]
    if kind == "PersistentVolumeClaim" and not any(bound.is_set for bound in bounds):
        yield limit.wrong("needs a min or max of storage")


def _in_order(limit: Node) -> Iterator[Finding]:
    pairs = (
        ("min", "max"),
        ("min", "defaultRequest"),
        ("defaultRequest", "max"),
        ("defaultRequest", "default"),
        ("min", "default"),
        ("default", "max"),
    )
    for low, high in pairs:
        for name, quantity in limit.at(low).entries():
            above = limit.at(high, name)
            less, more = amount(quantity), amount(above)
            if less is not None and more is not None and less > more:
                yield quantity.wrong(
                    f"{low} {shown(quantity.value)} is above {high} {shown(above.value)}"
                )
    for _, ratio in limit.at("maxLimitRequestRatio").entries():
        value = amount(ratio)
        if value is not None and value < 1:
            yield ratio.wrong(f"must be at least 1, is {shown(ratio.value)}")
