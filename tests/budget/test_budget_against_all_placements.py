"""Whole platforms near the edge of what fits, against an exact search of its own.

It shares no code with platc, and knows only what is written below: how large the nodes are, what
the cluster's own pods take, when each run by the clock goes on, that a pod stands on one node, and
beside which others or apart from which.
It tries every placement of every moment, with nothing but a memory of what it has seen.
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random
from typing import Any, NamedTuple

import pytest

from platc_compiler.ir.labels import ZONE
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

MI = 1 << 20
DEVICE = "example.com/device"


class Room(NamedTuple):
    """What a node has for pods: MiB, millicores, pods and devices, and whether it has an SSD."""

    memory: int
    cpu: int
    pods: int
    ssd: bool
    devices: int
    zone: str = ""
    held: tuple[int, ...] = ()
    """The services whose pods stand there."""


class Wish(NamedTuple):
    """What a pod asks for."""

    memory: int
    cpu: int
    ssd: bool
    devices: int
    service: int
    near: int = -1
    """The service of which a pod must be on the node; -1 for none."""
    apart: int = -1
    """The service of which none may be."""
    zone: bool = False
    """Whether the zone is meant, and not the node."""


class Case(NamedTuple):
    """A platform, and what the search is told of it."""

    text: str
    rooms: tuple[Room, ...]
    standing: tuple[Wish, ...]
    runs: tuple[tuple[Wish, int, int], ...]
    """Each with the first minute of the week at which it may go on, and the last."""


def case(seed: int, *, tied: bool = False) -> Case:
    """Return a platform near the edge; with ties there is more room, and they decide."""
    chance = Random(seed)  # noqa: S311 - no secret
    pools, rooms = nodes(chance, Random(seed + 20_000))  # noqa: S311 - no secret
    zoned = any(room.zone for room in rooms)
    # Of each pair, one asks for about as much as there is.
    share = chance.choice([0.4, 0.5, 0.6] if tied else [0.8, 0.9, 0.95, 1.0])
    memory = sum(room.memory for room in rooms) * share
    cpu = sum(room.cpu for room in rooms) * chance.choice([0.3, 0.5] if tied else [0.5, 0.9, 0.97])
    services: dict[str, Any] = {}
    standing: list[Wish] = []
    runs: list[tuple[Wish, int, int]] = []
    count = chance.randint(3, 9)
    parts = [chance.random() + 0.15 for _ in range(count)]
    ties, zones = Random(seed + 10_000), Random(seed + 30_000)  # noqa: S311 - no secret
    devices, most = Random(-seed), max(room.devices for room in rooms)  # noqa: S311 - no secret
    for index, part in enumerate(parts):
        timed = chance.random() < 0.35
        replicas = 1 if timed else chance.choice([1, 1, 1, 2, 3])
        # Runs by the clock share their room with those of other days.
        more = 2.0 if timed else 1.0
        wish = Wish(
            max(1, int(memory * part / sum(parts) * more / replicas)),
            max(1, int(cpu * part / sum(parts) * more / replicas * chance.uniform(0.5, 1.2))),
            chance.random() < 0.25 and any(room.ssd for room in rooms),
            devices.randint(1, most) if most and devices.random() < 0.12 else 0,
            index,
        )
        if tied:
            wish = beside(wish, [each.service for each in standing], ties, alone=timed)
            wish = wish._replace(zone=zoned and zones.random() < 0.4)
        services[f"s{index}"] = service(wish, replicas)
        if timed:
            day, hour, hours = chance.randrange(7), chance.randrange(24), chance.choice([1, 1, 3])
            services[f"s{index}"] |= {"schedule": f"0 {hour} * * {day}", "deadline": f"{hours}h"}
            # It may start ten minutes late, and takes 30 s to end; all begin at a full hour.
            begins = day * 1440 + hour * 60
            runs.append((wish, begins, begins + hours * 60 + 10))
        else:
            services[f"s{index}"]["replicas"] = replicas
            standing += [wish] * replicas
    spec = {
        "platform": "p", "version": 1, "namespaces": {"a": None}, "services": services,
        "cluster": {"nodes": pools, "distribution": "kubeadm",
                    "overcommit": {"memory": 100, "cpu": 100}},
    }  # fmt: skip
    return Case(yaml_text(spec), rooms, tuple(standing), tuple(runs))


def beside(wish: Wish, others: list[int], ties: Random, *, alone: bool) -> Wish:
    """Return a wish that names a service beside which, or apart from which, its pods stand."""
    what = ties.random()
    if others and what < 0.25:
        return wish._replace(near=ties.choice(others))
    if what < 0.6 and (others or not alone):
        return wish._replace(apart=ties.choice([*others, *([] if alone else [wish.service])]))
    return wish


def nodes(chance: Random, zones: Random) -> tuple[dict[str, Any], tuple[Room, ...]]:
    """Return one to three pools beside a control plane that takes no pods, some in a zone.

    On kubeadm a kubelet keeps 100 MiB; kube-proxy and the network's pod ask for nothing.
    """
    pools: dict[str, Any] = {"control": {"memory": "8Gi", "cpu": 4, "control_plane": True}}
    rooms: list[Room] = []
    for index in range(chance.randint(1, 3)):
        memory, cpu = chance.choice([1000, 2000, 3000, 4100]), chance.choice([1000, 2000, 4000])
        pods, ssd = chance.choice([5, 7, 110]), chance.random() < 0.4
        count = chance.randint(1, 3 if index else 2)
        devices, zone = chance.choice([0, 0, 1, 2]), zones.choice(["", "north", "south"])
        pools[f"n{index}"] = {
            "count": count, "memory": f"{memory}Mi", "cpu": f"{cpu}m", "pods": pods,
            "labels": {"disk": "ssd" if ssd else "hdd"} | ({ZONE: zone} if zone else {}),
            "extended": {DEVICE: devices} if devices else {},
        }  # fmt: skip
        rooms += [Room(memory - 100, cpu, pods - 2, ssd, devices, zone)] * count
    return pools, tuple(rooms)


def service(wish: Wish, replicas: int) -> dict[str, Any]:
    amounts = {"memory": f"{wish.memory}Mi", "cpu": f"{wish.cpu}m", "ephemeral_storage": "1Mi"}
    extended = {"extended": {DEVICE: wish.devices}} if wish.devices else {}
    stated = [(word, n) for word, n in (("near", wish.near), ("apart", wish.apart)) if n >= 0]
    by = {"by": "zone"} if wish.zone else {}
    placement = [{word: f"s{n}", "required": True, **by} for word, n in stated]
    selector = {"node_selector": {"disk": "ssd"}} if wish.ssd else {}
    return {
        "kind": "workload", "image": "example.com/i:1.0", "namespace": "a",
        "resources": {"requests": amounts, "limits": amounts, **extended}, **selector,
        "placement": placement,
    } | ({"replicas": replicas} if replicas > 1 else {})  # fmt: skip


def moments(runs: tuple[tuple[Wish, int, int], ...]) -> list[tuple[Wish, ...]]:
    """Return who goes on in each minute of a week at which a run begins."""
    week = 7 * 1440
    found = [()] if not runs else []
    for _, moment, _ in runs:
        found.append(
            tuple(
                wish
                for wish, first, last in runs
                if any(first - w <= moment <= last - w for w in (0, week))
            )
        )
    return found


class Ties(NamedTuple):
    """Who must stand beside whom, and who apart, and whether the zone is meant."""

    near: dict[int, tuple[int, bool]]
    apart: set[tuple[int, int, bool]]

    def let(self, wish: Wish, room: Room, left: tuple[Room, ...]) -> bool:
        """Say whether a pod may stand in a room."""
        beside = {(other, False) for other in room.held}
        beside |= {(other, True) for other in together(room, left)}
        return not any(
            (wish.service, other, zone) in self.apart or (other, wish.service, zone) in self.apart
            for other, zone in beside
        )

    def hold(self, left: tuple[Room, ...]) -> bool:
        """Say whether all pods stand beside those that they want to stand beside."""
        return all(
            wanted in (together(room, left) if zone else room.held)
            for room in left
            for wanted, zone in (self.near.get(each, (each, False)) for each in room.held)
        )


def together(room: Room, left: tuple[Room, ...]) -> set[int]:
    """Return the services in the zone of a room."""
    return {each for one in left if room.zone and one.zone == room.zone for each in one.held}


def placeable(wishes: tuple[Wish, ...], rooms: tuple[Room, ...]) -> bool:
    """Say whether some placement exists, by trying all, the largest pods first."""
    ranked = sorted(wishes, key=lambda wish: (wish.memory, wish.cpu), reverse=True)
    dead: set[tuple[int, tuple[Room, ...]]] = set()
    ties = Ties(
        {wish.service: (wish.near, wish.zone) for wish in wishes if wish.near >= 0},
        {(wish.service, wish.apart, wish.zone) for wish in wishes},
    )

    def rest(index: int, left: tuple[Room, ...]) -> bool:
        if index == len(ranked):
            return ties.hold(left)
        if (index, left) in dead:
            return False
        wish = ranked[index]
        for at, room in enumerate(left):
            if room in left[:at] or (wish.ssd and not room.ssd) or not room.pods:
                continue
            if not ties.let(wish, room, left):
                continue
            if wish.memory <= room.memory and wish.cpu <= room.cpu and wish.devices <= room.devices:
                after = Room(
                    room.memory - wish.memory, room.cpu - wish.cpu, room.pods - 1, room.ssd,
                    room.devices - wish.devices, room.zone,
                    tuple(sorted({*room.held, wish.service})),
                )  # fmt: skip
                if rest(index + 1, tuple(sorted((*left[:at], after, *left[at + 1 :])))):
                    return True
        dead.add((index, left))
        return False

    return rest(0, tuple(sorted(rooms)))


def verdicts(seeds: range, *, tied: bool = False) -> Counter[str]:
    """Return how often each pair of answers is given; no wrong one is."""
    told: Counter[str] = Counter()
    for seed in seeds:
        it = case(seed, tied=tied)
        truth = all(placeable((*it.standing, *now), it.rooms) for now in moments(it.runs))
        found = compile_platform(Source(it.text)).diagnostics
        errors = {d.code for d in found if d.severity == "error"}
        warnings = {d.code for d in found if d.severity == "warning" and d.code.startswith("PLT2")}
        assert errors <= {"PLT201", "PLT202", "PLT203", "PLT205", "PLT206", "PLT211", "PLT227"}, (
            it.text
        )
        assert truth or errors, f"accepted, and cannot be placed (seed {seed}):\n{it.text}"
        assert not truth or errors <= {"PLT211"}, f"refused (seed {seed}):\n{it.text}"
        answer = "undecided" if "PLT211" in errors else "refused" if errors else "accepted"
        told[
            f"{answer}{' with a warning' if warnings else ''}, {'' if truth else 'not '}placeable"
        ] += 1
    return told


def test_no_platform_near_the_edge_is_judged_wrongly() -> None:
    told = verdicts(range(60))
    assert told["accepted, placeable"]
    assert told["refused, not placeable"]


def test_no_platform_whose_pods_stand_beside_others_is_judged_wrongly() -> None:
    told = verdicts(range(80), tied=True)
    assert told["accepted, placeable"]
    assert told["refused, not placeable"]


@pytest.mark.e2e
def test_no_platform_of_two_thousand_near_the_edge_is_judged_wrongly() -> None:
    told = verdicts(range(2000))
    verdicts(range(2000), tied=True)
    print(*sorted(told.items()), sep="\n", file=sys.stderr)
    assert told["undecided, placeable"] < 20
