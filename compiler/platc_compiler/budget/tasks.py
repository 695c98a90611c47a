"""The worst moment of the pipelines: which tasks run at once, and what their pods ask for.

A task takes its worker's pod and, where it runs an image, a pod of its own beside it, and those of
the executors that it starts. Of one run of
a pipeline the heaviest antichain counts; as many runs as may be active count beside each other. All
pipelines may run at the same time, whatever their schedules: runs are started by hand, cleared and
caught up. Caps are those of Airflow: ``parallelism`` over all pipelines, slots by pool, and
``max_active_tasks``, which holds for a run as of Airflow 3 and for all runs of a pipeline before
(``[core] max_active_tasks_per_dag`` in airflow/config_templates/config.yml of either).

DAGs that platc did not write can run as many tasks as ``parallelism`` leaves room for. Each counts
as its worker; what pods it starts beside that, nobody says.

A worker that ends and the next one overlap for the seconds of its exit; the later pod is then
pending for as long, so that nothing is added for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from msgspec import Struct

from platc_compiler.budget.antichains import (
    NONE,
    Choice,
    Choices,
    Order,
    heaviest,
    merged,
    order,
    repeated,
)
from platc_compiler.budget.load import Load, total
from platc_compiler.budget.pods import Size, size
from platc_compiler.ir.pipelines import Pipeline, Runner, Task
from platc_compiler.ir.pods import Pod

DEFAULT_POOL = "default_pool"
DEFAULT_SLOTS = 128
"""Slots of ``default_pool`` (``[core] default_pool_task_slot_count``)."""

ANY_POOL = "any pool"
"""The pool of tasks of DAGs written by hand, of which nobody knows the pool."""

_CAPS_RUNS_SINCE = 3


class Running(Struct, frozen=True):
    """A task while it runs."""

    pipeline: Pipeline
    task: Task
    pods: tuple[Pod, ...]
    """Its worker's, its own, and those of its executors."""
    requests: Load
    limits: Load
    sizes: tuple[Size, ...]


Weight = Callable[[Running], int]


class Work(Struct, frozen=True):
    """Every task of the pipelines of a runner, as it is when it runs."""

    runner: Runner
    pipelines: tuple[Pipeline, ...]
    tasks: tuple[Running, ...]
    """One pipeline after the other."""
    orders: tuple[Order, ...]
    """Which tasks of a pipeline wait for which, by pipeline."""


class Peak(Struct, frozen=True):
    """The tasks of a runner at its worst moment, by one measure."""

    weight: int
    """An upper bound of what can be asked for at once, by the measure."""
    tasks: tuple[tuple[Running, int], ...]
    """Tasks that may run then, and how many runs of each."""


def work(runner: Runner, pipelines: Iterable[Pipeline]) -> Work:
    """Return every task of the pipelines of a runner as it is when it runs."""
    own = tuple(pipelines)
    found, orders = [], []
    worker = size(runner.worker)
    for pipeline in own:
        names = [task.name for task in pipeline.tasks]
        orders.append(order(names, {task.name: task.after for task in pipeline.tasks}))
        for task in pipeline.tasks:
            pods, sizes = _pods(task)
            found.append(
                Running(
                    pipeline, task, (runner.worker, *pods),
                    total(s.requests for s in (worker, *sizes)),
                    total(s.limits for s in (worker, *sizes)), (worker, *sizes),
                )
            )  # fmt: skip
    return Work(runner, own, tuple(found), tuple(orders))


def _pods(task: Task) -> tuple[tuple[Pod, ...], tuple[Size, ...]]:
    """Return the pods that a task starts beside its worker, its executors included."""
    pods = () if task.pod is None else (task.pod,)
    sizes = tuple(map(size, pods))
    if task.executors is None:
        return pods, sizes
    own, count = task.executors.pod, task.executors.count
    return (*pods, *(own,) * count), (*sizes, *(size(own),) * count)


def slots_of(runner: Runner) -> dict[str, int]:
    """Return the slots of each pool; tasks of an unknown pool can take those of all together."""
    known = {DEFAULT_POOL: DEFAULT_SLOTS, **dict(runner.pools)}
    return {**known, ANY_POOL: sum(known.values())}


def written_by_hand(runner: Runner) -> Pipeline:
    """Return a pipeline that stands for all DAGs that platc did not write."""
    return Pipeline(
        name=f"{runner.service}: DAGs written by hand", runner=runner, description="",
        schedule=None, start=date.min, catchup=False, max_active_runs=runner.parallelism,
        max_active_tasks=runner.parallelism, tags=(), owner="", depends_on_past=False, retries=0,
        retry_delay=None, timeout=None, email=(), email_on_failure=False, email_on_retry=False,
        tasks=(Task(name="any", pool=ANY_POOL, origin=runner.origin),), origin=runner.origin,
    )  # fmt: skip


def is_written_by_hand(pipeline: Pipeline) -> bool:
    """Return whether a pipeline stands for DAGs that platc did not write."""
    return pipeline.origin == pipeline.runner.origin


def peak(work: Work, weight: Weight) -> Peak:
    """Return the worst moment of a runner by a measure."""
    weights = [weight(task) for task in work.tasks]
    worst = min(_by_order(work, weights), _by_pools(work, weights), key=_weight)
    counts = sorted(worst.counts.items())
    return Peak(worst.weight, tuple((work.tasks[i], count) for i, count in counts))


def _weight(choice: Choice) -> int:
    return choice.weight


def _by_order(work: Work, weights: list[int]) -> Choice:
    choices: Choices = (NONE,)
    first = 0
    for pipeline, place in zip(work.pipelines, work.orders, strict=True):
        last = first + len(pipeline.tasks)
        one = _pipeline(pipeline, place, weights[first:last])
        own = tuple(Choice(c.weight, beside=(c,), shift=first) for c in one)
        choices = merged(choices, own, work.runner.parallelism)
        first = last
    return choices[-1]


def _pipeline(pipeline: Pipeline, place: Order, weights: list[int]) -> Choices:
    """Return the heaviest choices out of all active runs of a pipeline."""
    runner = pipeline.runner
    cap = pipeline.max_active_tasks or runner.active_tasks
    one = heaviest(weights, place, min(cap, runner.parallelism))
    slots = runner.parallelism if caps_each_run(runner) else min(cap, runner.parallelism)
    # A run that has a task at all takes a slot, so more runs than slots make no difference.
    return repeated(one, min(pipeline.max_active_runs, slots), slots)


def caps_each_run(runner: Runner) -> bool:
    """Say whether ``max_active_tasks`` holds for each run of a pipeline, not for all together."""
    digits = runner.version.partition(".")[0]
    return not digits.isdigit() or int(digits) >= _CAPS_RUNS_SINCE


def _by_pools(work: Work, weights: list[int]) -> Choice:
    """Return the heaviest tasks of each pool up to its slots, whatever their order."""
    left = slots_of(work.runner)
    slots = work.runner.parallelism
    weight, chosen = 0, []
    for index in sorted(range(len(weights)), key=lambda i: -weights[i]):
        task = work.tasks[index]
        pool = task.task.pool or DEFAULT_POOL
        runs = min(task.pipeline.max_active_runs, left.setdefault(pool, DEFAULT_SLOTS), slots)
        if runs > 0:
            left[pool] -= runs
            slots -= runs
            weight += runs * weights[index]
            chosen.append(Choice(runs * weights[index], (index,), times=runs))
    return Choice(weight, beside=tuple(chosen))
