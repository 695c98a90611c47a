"""Strongly connected components."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.targets.alertmanager.strongly_connected import strongly_connected

NODES = st.sampled_from("abcdef")


def reached(graph: dict[str, set[str]], start: str) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        new = graph.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return seen


@given(st.dictionaries(NODES, st.sets(NODES)))
def test_nodes_share_a_ring_exactly_when_they_reach_each_other(graph: dict[str, set[str]]) -> None:
    ring = strongly_connected(graph)
    for one in ring:
        for other in ring:
            mutual = other in reached(graph, one) and one in reached(graph, other)
            assert (ring[one] == ring[other]) == mutual
