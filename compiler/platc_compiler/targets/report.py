"""The report for people: the budget and the connections, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platc_compiler.budget.lines import Line
from platc_compiler.budget.load import Load, Resource, measured
from platc_compiler.budget.nodes import Node
from platc_compiler.budget.pods import LIMITED
from platc_compiler.budget.report import Budget, homes, text
from platc_compiler.budget.report import report as budget_of
from platc_compiler.ir.platform import Platform
from platc_compiler.network.matrix import matrix
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.templating.templates import Templates

_NAMES: dict[str, str] = {
    "memory": "Memory",
    "cpu": "CPU",
    "ephemeral_storage": "Local disk",
    "pods": "Pods",
}


def report(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield the tables below ``report/``."""
    budget = budget_of(platform)
    text = templates.text(
        "report/budget.md.j2",
        name=platform.name, summary=budget.summary, totals=list(_totals(budget)),
        lines=[_line(line) for line in _by_size(budget)],
        uncounted=", ".join(budget.uncounted), nodes=list(_nodes(budget, platform)),
        accounts=list(_accounts(platform)),
    )  # fmt: skip
    yield File("report/budget.md", text)
    rows = list(_rows(platform))
    text = templates.text("report/network.md.j2", name=platform.name, rows=rows)
    yield File("report/network.md", text)


def _totals(budget: Budget) -> Iterator[dict[str, str]]:
    for resource in measured((budget.requests, budget.available)):
        there = budget.available.of(resource)
        used = budget.requests.of(resource)
        limited = resource in LIMITED
        own = f" {resource}" if "/" in resource else ""
        yield {
            "what": _NAMES.get(resource, resource),
            "requests": text(resource, used).removesuffix(own),
            "available": text(resource, there).removesuffix(own),
            "used": f"{100 * used / max(1, there):.0f} %",
            "overcommit": f"{budget.overcommit(resource):.2f}" if limited else "",
        }


def _by_size(budget: Budget) -> list[Line]:
    return sorted(budget.lines, key=lambda line: (-line.requests.memory, line.namespace, line.name))


def _line(line: Line) -> dict[str, Any]:
    return {
        "what": f"{line.kind} {line.namespace}/{line.name}",
        "pods": line.count,
        "memory": text("memory", line.requests.memory),
        "cpu": text("cpu", line.requests.cpu),
        "disk": text("ephemeral_storage", line.requests.ephemeral_storage),
        "memory_limit": _limit(line, "memory"),
        "cpu_limit": _limit(line, "cpu"),
    }


def _limit(line: Line, resource: Resource) -> str:
    return "none" if resource in line.unlimited else text(resource, line.limits.of(resource))


def _nodes(budget: Budget, platform: Platform) -> Iterator[dict[str, str]]:
    several = len(budget.nodes) > 1
    placed: dict[str, list[str]] = {}
    for pod, home in homes(platform) if several else ():
        placed.setdefault(home, []).append(pod)
    for node in budget.nodes:
        pods = ", ".join(placed.get(node.name, ())) if several else "all"
        yield {**_sizes(node), "pods": pods or ("control plane" if node.tainted else "none")}


def _sizes(node: Node) -> dict[str, str]:
    kept: Load = node.capacity - node.allocatable
    return {
        "name": node.name,
        "memory": text("memory", node.capacity.memory),
        "kubelet": text("memory", kept.memory),
        "system": text("memory", node.system.memory),
        "free": text("memory", node.free.memory),
    }


def _accounts(platform: Platform) -> Iterator[dict[str, Any]]:
    if not any(limit.strict for limit in platform.session_limits):
        return
    from platc_compiler.budget.sessions import accounts

    for account in accounts(platform):
        yield {
            "title": f"{account.limit.service}:{account.limit.port}",
            "total": account.total, "most": account.limit.most, "why": account.limit.why,
            "clients": account.clients,
        }  # fmt: skip


def _rows(platform: Platform) -> Iterator[dict[str, str]]:
    for row in matrix(platform):
        yield {
            "source": row.source,
            "target": row.target,
            "port": f"{row.protocol} {row.port}",
            "why": row.reason,
        }
