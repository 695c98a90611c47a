"""The budget against oracles that try everything: every subset, every minute, every placement."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import chain, combinations, permutations, product
from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.budget import antichains, clock, moments, tasks
from platc_compiler.budget.clock import Timed, concurrent
from platc_compiler.budget.fleet import any_order_fits, fleet
from platc_compiler.budget.load import Load
from platc_compiler.budget.nodes import Node
from platc_compiler.budget.placement import judge
from platc_compiler.budget.pods import size
from platc_compiler.budget.scheduler import Cluster, Placed, Steps
from platc_compiler.budget.search import exceeds, greedy, search
from platc_compiler.budget.wanted import Pods, Shape
from platc_compiler.ir.pipelines import Pipeline, Runner, Task
from platc_compiler.ir.pods import Amounts, Container, Pod, Resources
from platc_compiler.ir.taints import CONTROL_PLANE, Taint, Toleration
from platc_spec.cron import parse_cron
from tests.depth import examples

Edges = dict[int, tuple[int, ...]]


@st.composite
def dags(draw: st.DrawFn, largest: int = 8) -> tuple[list[int], Edges]:
    """Return weights, and for each task those that it waits for, in any order."""
    count = draw(st.integers(1, largest))
    weights = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    waits = {
        i: tuple(draw(st.sets(st.integers(0, i - 1), max_size=3))) if i else ()
        for i in range(count)
    }
    shuffled = draw(st.permutations(range(count)))
    return weights, {shuffled[i]: tuple(shuffled[j] for j in js) for i, js in waits.items()}


def subsets(items: list[int], most: int) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(items, k) for k in range(most + 1)))


def waits_for(later: int, earlier: int, waits: Edges) -> bool:
    return any(w == earlier or waits_for(w, earlier, waits) for w in waits[later])


def can_run_at_once(chosen: tuple[int, ...], waits: Edges) -> bool:
    return not any(
        waits_for(a, b, waits) or waits_for(b, a, waits) for a, b in combinations(chosen, 2)
    )


def heaviest_by_trying(weights: list[int], waits: Edges, most: int) -> int:
    return max(
        sum(weights[i] for i in chosen)
        for chosen in subsets(list(range(len(weights))), min(most, len(weights)))
        if can_run_at_once(chosen, waits)
    )


def order_of(waits: Edges) -> antichains.Order:
    return antichains.order(
        [str(i) for i in sorted(waits)],
        {str(i): [str(j) for j in js] for i, js in waits.items()},
    )


@given(dags(), st.integers(1, 8))
@examples(100)
def test_the_heaviest_tasks_at_once_are_those_that_trying_all_subsets_finds(
    dag: tuple[list[int], Edges], most: int
) -> None:
    weights, waits = dag
    choices = antichains.heaviest(weights, order_of(waits), most)
    for k, choice in enumerate(choices):
        assert choice.weight == heaviest_by_trying(weights, waits, k)
        assert choice.weight == sum(weights[i] for i in choice.tasks)
        assert len(set(choice.tasks)) == len(choice.tasks) <= k
        assert can_run_at_once(choice.tasks, waits)


@pytest.mark.parametrize("flow", [0, 96])
@pytest.mark.parametrize("counted", [1, 3, 256])
def test_the_bounds_for_large_dags_are_never_below_truth(
    flow: int, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(antichains, "_ENUMERATED", 1)
    monkeypatch.setattr(antichains, "_FLOW", flow)
    monkeypatch.setattr(antichains, "_COUNTED", counted)

    @given(dags(), st.integers(1, 8))
    @examples(100)
    def holds(dag: tuple[list[int], Edges], most: int) -> None:
        weights, waits = dag
        best = antichains.heaviest(weights, order_of(waits), most)[-1].weight
        assert best >= heaviest_by_trying(weights, waits, most)
        if flow and most >= len(weights):
            # Dilworth's theorem: without a cap the flow is no bound but the answer.
            assert best == heaviest_by_trying(weights, waits, most)

    holds()


def test_a_large_dag_of_fans_is_exact() -> None:
    # Two layers of twenty, each task of the second after all of the first; a heavy one in each.
    waits = dict.fromkeys(range(20), ()) | {i: tuple(range(20)) for i in range(20, 40)}
    weights = [10 if i in {0, 25} else 1 for i in range(40)]
    choices = antichains.heaviest(weights, order_of(waits), 40)
    assert [choice.weight for choice in choices[:4]] == [0, 10, 11, 12]
    assert choices[-1].weight == 29


def test_two_thousand_tasks_with_any_waits_are_bounded_in_a_moment() -> None:
    chance = Random(7)  # noqa: S311 - no secret
    waits: dict[str, list[str]] = {str(i): [] for i in range(2000)}
    for _ in range(6000):
        first, second = sorted(chance.sample(range(2000), 2))
        waits[str(second)].append(str(first))
    began = process_time()
    place = antichains.order(list(waits), waits)
    for most in (32, 3000):
        assert antichains.heaviest([1 + i % 7 for i in range(2000)], place, most)[-1].weight >= 32
    assert process_time() - began < 2


def test_a_prime_dag_of_a_hundred_tasks_is_bounded_in_a_moment() -> None:
    # Each task waits for two of the layer before: neither series nor parallel.
    waits = {i: tuple(j for j in (i - 10, i - 9) if 0 <= j < i // 10 * 10) for i in range(100)}
    choices = antichains.heaviest([1 + i % 7 for i in range(100)], order_of(waits), 100)
    assert choices[-1].weight >= 40


AMOUNT = st.integers(0, 5)


@st.composite
def containers(draw: st.DrawFn, *, init: bool) -> Container:
    amounts = Amounts(cpu=draw(AMOUNT), memory=draw(AMOUNT), ephemeral_storage=draw(AMOUNT))
    return Container(
        name="c", image="i:1", resources=Resources(requests=amounts, limits=amounts),
        sidecar=init and draw(st.booleans()),
    )  # fmt: skip


@given(
    st.lists(containers(init=True), max_size=5),
    st.lists(containers(init=False), min_size=1, max_size=3),
)
def test_a_pod_counts_for_the_most_that_runs_at_once_from_its_start_on(
    init: list[Container], main: list[Container]
) -> None:
    pod = Pod(containers=tuple(main), init=tuple(init), user=1, group=1)
    started: list[Container] = []
    moments: list[list[Container]] = []
    for container in init:
        moments.append([*started, container])
        if container.sidecar:
            started.append(container)
    moments.append([*started, *main])
    for resource in ("cpu", "memory", "ephemeral_storage"):
        most = max(sum(getattr(c.resources.requests, resource) for c in m) for m in moments)
        assert getattr(size(pod).requests, resource) == most
        assert getattr(size(pod).limits, resource) == most


FIELDS = st.tuples(
    st.sampled_from(["0", "30", "*/20", "5,50"]),
    st.sampled_from(["0", "23", "*", "*/6", "1-3"]),
    st.just("*"),
    st.just("*"),
    st.sampled_from(["*", "0", "1-5", "6,0"]),
)


@given(
    st.lists(
        st.tuples(FIELDS, st.sampled_from([1, 10, 45, 240, 1500, 4000])), min_size=1, max_size=3
    )
)
@examples(25)
def test_runs_by_the_clock_meet_exactly_when_a_walk_minute_by_minute_sees_them_together(
    stated: list[tuple[tuple[str, ...], int]],
) -> None:
    crons = [(" ".join(fields), minutes) for fields, minutes in stated]
    found = concurrent([Timed(parse_cron(text), minutes * 60) for text, minutes in crons])
    seen = set(walk(crons, days=7, before=4))
    maximal = {s for s in seen if not any(s < other for other in seen)}
    assert found.exact
    assert set(found.sets) == maximal


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["0 3 1 * *", "30 3 * * 1", "0 4 15 6 0", "10 * 1 * 5", "0 0 29 2 *"]),
            st.sampled_from([10, 70, 1500, 4000]),
        ),
        min_size=1, max_size=4,
    ),
    st.integers(1, 200),
)  # fmt: skip
@examples(60)
def test_when_runs_by_the_clock_are_too_many_no_moment_that_can_be_is_left_out(
    stated: list[tuple[str, int]], steps: int
) -> None:
    runs = [Timed(parse_cron(text), minutes * 60) for text, minutes in stated]
    exact = concurrent(runs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_STEPS", steps)
        coarse = concurrent(runs)
    assert exact.exact
    assert coarse == exact or not coarse.exact
    assert all(any(moment <= other for other in coarse.sets) for moment in exact.sets)


def test_two_hundred_and_forty_runs_by_days_of_month_and_week_are_exact() -> None:
    crons = [f"{i % 60} {i % 24} {1 + i % 28} * {i % 7}" for i in range(240)]
    found = concurrent([Timed(parse_cron(text), 4200) for text in crons])
    assert found.exact
    assert len(found.sets) > 100


def walk(crons: list[tuple[str, int]], days: int, before: int) -> list[frozenset[int]]:
    """Return who is running in each minute, told by the last minute at which each began."""
    last: list[int | None] = [None] * len(crons)
    seen = []
    for minute in range((days + before) * 1440):
        now = datetime(2025, 6, 1) + timedelta(minutes=minute)  # noqa: DTZ001 - all is UTC
        for index, (text, _) in enumerate(crons):
            if fires_at(text, now):
                last[index] = minute
        if minute >= before * 1440:
            seen.append(
                frozenset(
                    i
                    for i, (_, length) in enumerate(crons)
                    if (began := last[i]) is not None and minute - began < length
                )
            )
    return seen


def fires_at(text: str, now: datetime) -> bool:
    minute, hour, _, _, weekday = text.split()
    return (
        matches(minute, now.minute)
        and matches(hour, now.hour)
        and matches(weekday, now.isoweekday() % 7)
    )


def matches(field: str, value: int) -> bool:
    for part in field.split(","):
        if part == "*" or part == str(value):
            return True
        if part.startswith("*/") and value % int(part[2:]) == 0:
            return True
        if "-" in part:
            low, high = map(int, part.split("-"))
            if low <= value <= high:
                return True
    return False


def test_a_leap_day_that_is_a_sunday_is_found() -> None:
    # 29 February 2032 is a Sunday; the runs meet on no other day.
    runs = [Timed(parse_cron("0 0 29 2 *"), 3600), Timed(parse_cron("30 0 * * 0"), 600)]
    assert concurrent(runs).sets == (frozenset({0, 1}),)


def test_runs_on_different_days_of_the_month_do_not_meet() -> None:
    runs = [Timed(parse_cron("0 0 1 * *"), 3600), Timed(parse_cron("0 0 15 * *"), 3600)]
    assert set(concurrent(runs).sets) == {frozenset({0}), frozenset({1})}


ROOM = st.builds(Load, st.integers(1, 8), st.integers(1, 8), st.just(9), st.integers(1, 4))
NEED = st.builds(Load, st.integers(0, 6), st.integers(0, 6), st.just(0), st.just(1))
DISK = st.sampled_from([(), (("disk", "fast"),)])
GPU = Taint("gpu", "big", "NoSchedule")
TAINTS = st.sampled_from(
    [(), (CONTROL_PLANE,), (GPU,), (GPU, Taint("old", "", "PreferNoSchedule"))]
)
TOLERATIONS = st.sampled_from([
    (), (Toleration(exists=True),), (Toleration("gpu", value="big"),),
    (Toleration("gpu", value="small"),), (Toleration("gpu", exists=True, effect="NoExecute"),),
])  # fmt: skip
TOLERATED = {
    (CONTROL_PLANE.key, ("", True, "", "")),
    ("gpu", ("", True, "", "")),
    ("gpu", ("gpu", False, "big", "")),
}
"""Which taint each of the tolerations covers, by hand."""


@st.composite
def fleets(draw: st.DrawFn) -> list[Node]:
    return [
        Node(f"n-{i}", "n", load, load, Load(), draw(DISK), draw(TAINTS))
        for i, load in enumerate(draw(st.lists(ROOM, min_size=1, max_size=3)))
    ]


@given(st.lists(st.builds(Shape, NEED, DISK, TOLERATIONS), max_size=6), fleets())
@examples(400)
def test_the_search_finds_a_placement_exactly_when_one_exists(
    shapes: list[Shape], nodes: list[Node]
) -> None:
    exists = any(
        suits(shapes, nodes, homes) for homes in product(range(len(nodes)), repeat=len(shapes))
    )
    places = fleet(nodes, [node.free for node in nodes], [Load()] * len(nodes))
    counts = dict(Counter(shapes))
    assert search(places, counts, Steps(100_000)) == ("yes" if exists else "no")
    if greedy(places, counts, Steps(100_000)):
        assert exists
    if exceeds(places, counts) is not None:
        assert not exists
    if any_order_fits(places, counts):
        kinds = tuple(Pods("u", shape, n) for shape, n in counts.items())
        for turns in permutations([(k, i) for k, p in enumerate(kinds) for i in range(p.count)]):
            placed = Cluster(places, kinds, Steps(100_000)).place(turns, lambda n: n // 2)
            assert isinstance(placed, Placed)


def stands(shape: Shape, taint: Taint) -> bool:
    marks = {(t.key, t.exists, t.value, t.effect) for t in shape.tolerations}
    covered = any((taint.key, mark) in TOLERATED for mark in marks)
    return covered or taint.effect == "PreferNoSchedule"


def suits(shapes: list[Shape], nodes: list[Node], homes: tuple[int, ...]) -> bool:
    for index, node in enumerate(nodes):
        here = [shape for shape, home in zip(shapes, homes, strict=True) if home == index]
        if not all(stands(shape, taint) for shape in here for taint in node.taints):
            return False
        if any(not set(shape.selector) <= set(node.labels) for shape in here):
            return False
        if (
            sum(shape.requests.memory for shape in here) > node.capacity.memory
            or sum(shape.requests.cpu for shape in here) > node.capacity.cpu
            or len(here) > node.capacity.pods
        ):
            return False
    return True


def pod(memory: int) -> Pod:
    amounts = Amounts(memory=memory)
    only = Container(name="c", image="i:1", resources=Resources(requests=amounts, limits=amounts))
    return Pod(containers=(only,), user=1, group=1)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Runner, list[Pipeline]]:
    runner = Runner(
        service="airflow", namespace="a", version=draw(st.sampled_from(["2.7.3", "3.3.2"])),
        worker=pod(1), worker_labels=(), parallelism=draw(st.integers(1, 5)),
        active_tasks=draw(st.integers(1, 4)), origin=(),
        pools=(("small", draw(st.integers(1, 2))),),
    )  # fmt: skip
    return runner, [draw(pipelines(runner, name)) for name in ("p", "q")]


@st.composite
def pipelines(draw: st.DrawFn, runner: Runner, name: str) -> Pipeline:
    weights, waits = draw(dags(largest=3))
    own = tuple(
        Task(
            name=str(i), after=tuple(map(str, waits[i])), origin=(),
            pod=pod(weight) if weight else None, pool=draw(st.sampled_from([None, "small"])),
        )
        for i, weight in enumerate(weights)
    )  # fmt: skip
    return Pipeline(
        name=name, runner=runner, description="", schedule=None, start=date(2024, 1, 1),
        catchup=False, max_active_runs=draw(st.integers(1, 2)),
        max_active_tasks=draw(st.none() | st.integers(1, 3)), tags=(), owner="", retries=0,
        depends_on_past=False, retry_delay=None, timeout=None, email=(), email_on_failure=False,
        email_on_retry=False, tasks=own, origin=(),
    )  # fmt: skip


@given(schedules())
@examples(50)
def test_the_peak_of_pipelines_is_never_below_what_the_caps_allow_and_equals_it_without_pools(
    stated: tuple[Runner, list[Pipeline]],
) -> None:
    runner, own = stated
    bound = tasks.peak(tasks.work(runner, own), lambda t: t.requests.memory).weight
    truth = worst_by_trying(runner, own)
    assert bound >= truth
    if all(task.pool is None for pipeline in own for task in pipeline.tasks):
        assert bound == truth


def worst_by_trying(runner: Runner, own: list[Pipeline]) -> int:
    """Return the most memory of any set of task runs that no rule of Airflow forbids."""
    runs = [(p, run, task) for p in own for run in range(p.max_active_runs) for task in p.tasks]
    return max(
        sum(
            1 + (t.pod.containers[0].resources.requests.memory or 0 if t.pod else 0)
            for _, _, t in some
        )
        for k in range(min(runner.parallelism, len(runs)) + 1)
        for some in combinations(runs, k)
        if allowed(runner, some)
    )


def allowed(runner: Runner, some: tuple[tuple[Pipeline, int, Task], ...]) -> bool:
    if sum(task.pool == "small" for _, _, task in some) > runner.pools[0][1]:
        return False
    for pipeline, run, _ in some:
        same_dag = [(r, t) for p, r, t in some if p is pipeline]
        same_run = [t for r, t in same_dag if r == run]
        counted = len(same_run) if runner.version.startswith("3") else len(same_dag)
        if counted > (pipeline.max_active_tasks or runner.active_tasks):
            return False
        waits = {int(t.name): tuple(map(int, t.after)) for t in pipeline.tasks}
        if not can_run_at_once(tuple(int(t.name) for t in same_run), waits):
            return False
    return True


@given(schedules(), fleets(), st.integers(0, 2))
@examples(150)
def test_a_moment_of_tasks_is_refused_exactly_when_some_tasks_that_may_run_find_no_nodes(
    stated: tuple[Runner, list[Pipeline]], nodes: list[Node], standing: int
) -> None:
    runner, own = stated
    work = tasks.work(runner, own)
    shapes = [tuple(Shape(size(pod).requests) for pod in task.pods) for task in work.tasks]
    choices, limits = moments.by_tasks(work, shapes)
    always = Shape(Load(2, 0, 0, 1))
    kinds = (Pods("web", always, standing),) if standing else ()
    places = fleet(nodes, [node.free for node in nodes], [Load()] * len(nodes))
    found = judge(moments.Space(kinds, tuple(choices), limits), places)
    runs = [(p, run, task) for p in own for run in range(p.max_active_runs) for task in p.tasks]
    by_task = dict(zip(map(id, (task for p in own for task in p.tasks)), shapes, strict=True))
    every = {
        tuple(sorted(
            [always] * standing + [shape for _, _, t in some for shape in by_task[id(t)]],
            key=str,
        ))
        for k in range(min(runner.parallelism, len(runs)) + 1)
        for some in combinations(runs, k)
        if allowed(runner, some)
    }  # fmt: skip
    exists = all(placeable(some, nodes) for some in every)
    assert (found.unplaced is None) == exists
    assert found.unplaced is None or found.unplaced.proven


def open_to_all(node: Node) -> bool:
    return all(taint.effect == "PreferNoSchedule" for taint in node.taints)


def placeable(shapes: tuple[Shape, ...], nodes: list[Node]) -> bool:
    """Say whether pods of memory alone find a node each, by trying all ways."""
    states = {tuple((n.capacity.memory, n.capacity.pods) for n in nodes if open_to_all(n))}
    for shape in shapes:
        states = {
            tuple(sorted((*state[:i], (room - shape.requests.memory, pods - 1), *state[i + 1 :])))
            for state in states
            for i, (room, pods) in enumerate(state)
            if room >= shape.requests.memory and pods
        }
    return bool(states)
