"""The messages of the budget's checks: which resource does not suffice, and which pods take it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from platc_compiler.budget.bonds import bonds
from platc_compiler.budget.lines import Line, size_origin
from platc_compiler.budget.load import NOTHING, Load, Resource, measured
from platc_compiler.budget.report import Budget, report, text
from platc_compiler.budget.singles import homeless
from platc_compiler.diagnostics import Diagnostic, Mention, Origin
from platc_compiler.ir.platform import Platform

NODES: Origin = ("cluster", "nodes")
_NUMBERED = re.compile(r"(.+)-\d+")
_TOLD = 4
"""How many of the short-lived pods are named."""
_BOUND = (
    "this is an upper bound: the runs by the clock are too many to look at every moment, so some "
    "are counted together that never meet"
)


def placed_at_all(platform: Platform) -> bool:
    """Return whether to search for a placement: there are several nodes, and no sum is exceeded.

    A single node has room for its pods when the sums fit, unless some must stand apart.
    """
    budget = report(platform)
    return not (
        (len(budget.nodes) == 1 and not bonds(platform))
        or any(node.lacking != NOTHING for node in budget.nodes)
        or any(budget.over(resource) > 0 for resource in measured([budget.requests]))
        or any(True for _ in homeless(platform))
    )


def amount_of(requests: Load) -> str:
    """Return what a pod requests: memory, CPU and any further resource."""
    told = [text("memory", requests.memory), text("cpu", requests.cpu)]
    if requests.ephemeral_storage:
        told.append(f"{text('ephemeral_storage', requests.ephemeral_storage)} of disk")
    told += [text(name, number) for name, number in requests.extended if number]
    return ", ".join(told)


def meanwhile(pod: str, beside: Sequence[str]) -> str:
    """Return the rest of a sentence that names the short-lived pods of a moment."""
    others = [f"'{name}'" for name in beside if name != pod]
    if not others:
        return ""
    told = ", ".join(others[:_TOLD])
    rest = f" and {len(others) - _TOLD} more" if len(others) > _TOLD else ""
    verb = "runs" if len(others) == 1 else "run"
    return f" while {told}{rest} {verb}"


def overrun(code: str, budget: Budget, resource: Resource, what: str) -> Iterator[Diagnostic]:
    """Yield an error when a resource does not suffice; list the pods that take it."""
    over = budget.over(resource)
    if over <= 0 or any(node.lacking.of(resource) for node in budget.nodes):
        return
    asked, there = budget.requests.of(resource), budget.available.of(resource)
    if resource == "pods":
        message = f"there are {asked} pods at the worst moment, and the nodes take {there} of them"
    else:
        message = (
            f"the pods ask for {text(resource, asked)}{what} at the worst moment, "
            f"{text(resource, over)} more than the {text(resource, there)} that the nodes have for "
            "them"
        )
    largest = budget.largest(resource)
    notes: tuple[str | Mention, ...] = (
        Mention(room(budget, resource), NODES),
        *shares(largest, resource),
    )
    if not budget.exact:
        notes = (*notes, _BOUND)
    hint = what_would_fit(budget, resource)
    yield Diagnostic(code, "error", message, blamed_of(largest, NODES), hint, notes, on_key=True)


def blamed_of(largest: Sequence[Line], otherwise: Origin) -> Origin:
    """Return the place of the largest contributor: the user would change it first."""
    return largest[0].origin if largest else otherwise


def pod_origin(pod: str, platform: Platform) -> Origin:
    """Return where the size of a pod is stated; the nodes if it belongs to no workload."""
    numbered = _NUMBERED.fullmatch(pod)
    names = (pod, numbered[1]) if numbered else (pod,)
    found = (w for name in names for w in platform.workloads if w.name == name)
    workload = next(found, None)
    return size_origin(workload) if workload is not None else NODES


def room(budget: Budget, resource: Resource) -> str:
    """Describe what the nodes have, and which part of it the platform's pods cannot use."""
    open_nodes = [node for node in budget.nodes if not node.tainted]
    whole = sum(node.capacity.of(resource) for node in open_nodes)
    kubelet = whole - sum(node.allocatable.of(resource) for node in open_nodes)
    system = sum(node.system.of(resource) for node in open_nodes)
    nodes = "1 node" if len(open_nodes) == 1 else f"{len(open_nodes)} nodes"
    closed = len(budget.nodes) - len(open_nodes)
    beside = f", {closed} of the control plane left out" if closed else ""
    return (
        f"room: {text(resource, whole)} on {nodes}{beside}, less {text(resource, kubelet)} kept by "
        f"the kubelet and {text(resource, system)} for kube-system"
    )


def shares(lines: Iterable[Line], resource: str, *, limits: bool = False) -> list[Mention]:
    """Describe how much each line takes."""
    return [
        Mention(
            f"{text(resource, (line.limits if limits else line.requests).of(resource))}: "
            f"{line.kind} {line.name}{_times(line)}",
            line.origin,
        )
        for line in lines
    ]


def _times(line: Line) -> str:
    several = line.count > 1 and line.kind != "Pipeline"
    return f", {line.count} pods" if several else ""


def what_would_fit(budget: Budget, resource: Resource) -> str:
    """Describe by how much the requests or the nodes would have to change."""
    over = budget.over(resource)
    pools = [node for node in budget.nodes if not node.tainted]
    share = -(-over // max(1, len(pools)))
    if resource == "pods":
        return f"{over} too many; run fewer, or raise 'pods' of the nodes"
    return f"ask for {text(resource, over)} less, or give each node {text(resource, share)} more"
