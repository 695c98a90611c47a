"""The strongly connected components of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def strongly_connected(graph: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return the number of each node's component: nodes that reach each other have the same one.

    Kosaraju's algorithm without recursion; it is linear in nodes and edges.

    Args:
        graph: the successors of each node.
    """
    predecessors: dict[str, list[str]] = {node: [] for node in graph}
    for node in sorted(graph):
        for other in sorted(graph[node]):
            predecessors.setdefault(other, []).append(node)
    components: dict[str, int] = {}
    for node in reversed(_postorder(graph)):
        if node in components:
            continue
        todo = [node]
        while todo:
            current = todo.pop()
            if current not in components:
                components[current] = len(components) if current == node else components[node]
                todo += [other for other in predecessors[current] if other not in components]
    return components


def _postorder(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the nodes in the order in which a depth-first search finishes them."""
    finished: list[str] = []
    seen: set[str] = set()
    for start in sorted(graph):
        todo = [(start, False)]
        while todo:
            node, done = todo.pop()
            if done:
                finished.append(node)
            elif node not in seen:
                seen.add(node)
                todo.append((node, True))
                todo += [(other, False) for other in sorted(graph.get(node, ()))]
    return finished
