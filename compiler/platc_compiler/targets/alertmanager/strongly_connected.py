"""Which parts of a graph lie on a ring: its strongly connected components."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def rings(graph: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return a number for each node; nodes that reach each other have the same.

    Kosaraju's algorithm, without recursion: linear in nodes and edges.
    """
    backwards: dict[str, list[str]] = {node: [] for node in graph}
    for node in sorted(graph):
        for other in sorted(graph[node]):
            backwards.setdefault(other, []).append(node)
    found: dict[str, int] = {}
    for node in reversed(_by_end(graph)):
        if node in found:
            continue
        todo = [node]
        while todo:
            current = todo.pop()
            if current not in found:
                found[current] = len(found) if current == node else found[node]
                todo += [other for other in backwards[current] if other not in found]
    return found


def _by_end(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the nodes in the order in which a search in depth leaves them."""
    left: list[str] = []
    seen: set[str] = set()
    for start in sorted(graph):
        todo = [(start, False)]
        while todo:
            node, done = todo.pop()
            if done:
                left.append(node)
            elif node not in seen:
                seen.add(node)
                todo.append((node, True))
                todo += [(other, False) for other in sorted(graph.get(node, ()))]
    return left
