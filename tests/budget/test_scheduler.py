"""What the played scheduler does, with scores that can be worked out by hand from its sources."""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.budget.fleet import Fleet, fleet
from platc_compiler.budget.load import Load
from platc_compiler.budget.nodes import Node
from platc_compiler.budget.scheduler import Cluster, Placed, Refused, Steps
from platc_compiler.budget.wanted import Pods, Shape
from platc_compiler.ir.labels import ZONE
from platc_compiler.ir.taints import Taint, Toleration

MI = 1 << 20


def node(name: str, memory: int, cpu: int, system: Load | None = None) -> Node:
    whole = Load(memory * MI, cpu, 1 << 40, 110)
    return Node(name, name, whole, whole, system or Load(), ())


def homes(nodes: list[Node], kinds: list[Pods]) -> list[str]:
    turns = [(kind, index) for kind, pods in enumerate(kinds) for index in range(pods.count)]
    placed = Cluster(places(nodes), kinds, Steps(1000)).place(turns, lambda _: 0)
    assert isinstance(placed, Placed)
    return [nodes[at].name for _, at in placed.homes]


def places(nodes: list[Node]) -> Fleet:
    return fleet(nodes, [each.free for each in nodes], [Load()] * len(nodes))


def shape(memory: int, cpu: int, scored: Load | None = None) -> Shape:
    return Shape(Load(memory * MI, cpu, 0, 1), scored=scored)


def test_a_pod_goes_to_the_node_that_is_left_the_emptiest() -> None:
    # Least allocated: (25 + 50) / 2 = 37 and (50 + 50) / 2 = 50, balance 68 and 75.
    nodes = [node("small", 10_000, 4000), node("large", 10_000, 6000)]
    assert homes(nodes, [Pods("a", shape(5000, 3000))]) == ["large"]


def test_a_pod_goes_where_the_use_of_memory_and_cpu_becomes_alike() -> None:
    # Of the first, 60 % of the memory is taken, of the second 60 % of the CPU. The pod of 20 % CPU
    # leaves both with 60 % free on the mean: (40 + 80) / 2 and (100 + 20) / 2.
    nodes = [
        node("memory", 1000, 1000, Load(600 * MI, 0)), node("cpu", 1000, 1000, Load(0, 600)),
    ]  # fmt: skip
    assert homes(nodes[::-1], [Pods("a", shape(1, 200))]) == ["memory"]


def test_pods_without_requests_are_scored_as_if_they_had_some() -> None:
    nodes = [node("a", 8000, 4000), node("b", 8000, 4000)]
    default = Load(200 * MI, 100, 0, 1)
    assert sorted(homes(nodes, [Pods("p", shape(0, 0, default), 2)])) == ["a", "b"]
    # They take no room all the same.
    assert homes([node("a", 1, 1)], [Pods("p", shape(0, 0, default), 3)]) == ["a"] * 3


def test_replicas_spread_although_one_node_is_much_emptier() -> None:
    nodes = [node("large", 64_000, 16_000), node("small", 4000, 2000)]
    kinds = [Pods("web", shape(1000, 500), 2)]
    assert homes(nodes, kinds) == ["large", "large"]
    spread = [Pods("web", shape(1000, 500), 2, spread=True)]
    assert homes(nodes, spread) == ["large", "small"]


def test_a_taint_that_repels_counts_more_than_an_empty_node() -> None:
    # Least allocated gives 90 and 20, balance the same to both; the taint takes 300 away.
    spot = Taint("spot", "true", "PreferNoSchedule")
    nodes = [replace(node("spot", 10_000, 10_000), taints=(spot,)), node("full", 1250, 1250)]
    assert homes(nodes, [Pods("a", shape(1000, 1000))]) == ["full"]
    assert homes(nodes, [Pods("a", shape(1000, 1000), 2)]) == ["full", "spot"]
    tolerant = replace(shape(1000, 1000), tolerations=(Toleration("spot", value="true"),))
    assert homes(nodes, [Pods("a", tolerant)]) == ["spot"]


def test_a_node_without_a_zone_counts_more_than_an_empty_one_in_a_zone() -> None:
    # Least allocated gives 90 and 20, balance the same to both. By default, a zone and a node have
    # (5 - 1) + (3 - 1) = 6 of 6, a node alone 2: twice 33 against twice 100.
    north = replace(node("north", 10_000, 10_000), labels=((ZONE, "north"),))
    nodes = [north, node("full", 1250, 1250)]
    assert homes(nodes, [Pods("a", shape(1000, 1000))]) == ["full"]
    assert homes(
        [north, replace(nodes[1], labels=north.labels)], [Pods("a", shape(1000, 1000))]
    ) == ["north"]
    # Jobs are of no Service or ReplicaSet, by which the scheduler would know their kind.
    assert homes(nodes, [Pods("a", shape(1000, 1000), passing=True)]) == ["north"]


def test_a_pod_stays_apart_by_zone_and_near_by_zone() -> None:
    zones = {"n1": "north", "n2": "north", "s1": "south", "none": ""}
    nodes = [
        replace(node(name, 10_000, 10_000), labels=((ZONE, zone),) if zone else ())
        for name, zone in zones.items()
    ]
    store = Pods("store", replace(shape(9000, 9000), group="store"))
    near = Pods("near", replace(shape(5000, 5000), group="near", zone_near=("store",)), 1)
    first = replace(store, shape=replace(store.shape, selector=((ZONE, "north"),)))
    assert homes(nodes, [first, near]) == ["n1", "n2"]
    apart = Pods("apart", replace(shape(5000, 5000), group="apart", zone_apart=("store",)), 2)
    assert homes(nodes[:3], [first, apart]) == ["n1", "s1", "s1"]


def test_a_pod_that_no_node_has_room_for_is_named() -> None:
    kinds = [Pods("web", shape(600, 100), 2)]
    found = Cluster(places([node("a", 1000, 1000)]), kinds, Steps(1000)).place(
        [(0, 0), (0, 1)], lambda _: 0
    )
    assert isinstance(found, Refused)
    assert found.name == "web-1"


def test_playing_ends_when_its_steps_are_spent() -> None:
    kinds = [Pods("web", shape(1, 1), 50)]
    turns = [(0, index) for index in range(50)]
    assert Cluster(places([node("a", 1000, 1000)]), kinds, Steps(20)).place(
        turns, lambda _: 0
    ) is None  # fmt: skip
