"""The worst moment of the pipelines: which tasks run at once, and what their pods ask for.

A task takes its worker's pod and, where it runs an image, a pod of its own beside it. Of one run of
a pipeline the heaviest antichain counts; as many runs as may be active count beside each other. All
pipelines may run at the same time, whatever their schedules: runs are started by hand, cleared and
caught up. Caps are those of Airflow: ``parallelism`` over all pipelines, slots by pool, and
``max_active_tasks``, which holds for a run as of Airflow 3 and for all runs of a pipeline before
(``[core] max_active_tasks_per_dag`` in airflow/config_templates/config.yml of either).

A worker that ends and the next one overlap for the seconds of its exit; the later pod is then
pending for as long, so that nothing is added for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from platc_compiler.budget.antichains import NONE, Choice, Choices, heaviest, merged, order
from platc_compiler.budget.load import Load, total
from platc_compiler.budget.pods import Size, size
from platc_compiler.ir.pipelines import Pipeline, Runner, Task
from platc_compiler.ir.pods import Pod

DEFAULT_POOL = "default_pool"
DEFAULT_SLOTS = 128
"""Slots of ``default_pool`` (``[core] default_pool_task_slot_count``)."""

_CAPS_RUNS_SINCE = 3


class Running(Struct, frozen=True):
    """A task while it runs."""

    pipeline: Pipeline
    task: Task
    pods: tuple[Pod, ...]
    """Its worker's, and its own."""
    requests: Load
    limits: Load
    sizes: tuple[Size, ...]


Weight = Callable[[Running], int]


class Peak(Struct, frozen=True):
    """The tasks of a runner at its worst moment, by one measure."""

    weight: int
    """An upper bound of what can be asked for at once, by the measure."""
    tasks: tuple[Running, ...]
    """Tasks that may run then; a task stands here for each of its runs."""


def running(pipelines: Iterable[Pipeline]) -> tuple[Running, ...]:
    """Return every task of the pipelines as it is when it runs."""
    found = []
    workers: dict[int, Size] = {}
    for pipeline in pipelines:
        worker = workers.setdefault(id(pipeline.runner.worker), size(pipeline.runner.worker))
        for task in pipeline.tasks:
            own = size(task.pod) if task.pod is not None else None
            sizes = (worker, own) if own is not None else (worker,)
            found.append(
                Running(
                    pipeline, task,
                    (pipeline.runner.worker, *((task.pod,) if task.pod is not None else ())),
                    total(s.requests for s in sizes), total(s.limits for s in sizes), sizes,
                )
            )  # fmt: skip
    return tuple(found)


def peak(runner: Runner, tasks: tuple[Running, ...], weight: Weight) -> Peak:
    """Return the worst moment of a runner by a measure; ``tasks`` are those of its pipelines."""
    weights = [weight(task) for task in tasks]
    worst = min(_by_order(runner, tasks, weights), _by_pools(runner, tasks, weights), key=_weight)
    return Peak(worst.weight, tuple(tasks[i] for i in worst.tasks))


def _weight(choice: Choice) -> int:
    return choice.weight


def _by_order(runner: Runner, tasks: tuple[Running, ...], weights: list[int]) -> Choice:
    choices: Choices = (NONE,)
    first = 0
    while first < len(tasks):
        pipeline = tasks[first].pipeline
        last = first + len(pipeline.tasks)
        one = _pipeline(pipeline, weights[first:last])
        shifted = tuple(Choice(c.weight, tuple(first + t for t in c.tasks)) for c in one)
        choices = merged(choices, shifted, runner.parallelism)
        first = last
    return choices[-1]


def _pipeline(pipeline: Pipeline, weights: list[int]) -> Choices:
    """Return the heaviest choices out of all active runs of a pipeline."""
    runner = pipeline.runner
    cap = pipeline.max_active_tasks or runner.active_tasks
    each_run = _major(runner.version) >= _CAPS_RUNS_SINCE
    names = [task.name for task in pipeline.tasks]
    waits = {task.name: task.after for task in pipeline.tasks}
    one = heaviest(weights, order(names, waits), min(cap, runner.parallelism))
    slots = runner.parallelism if each_run else min(cap, runner.parallelism)
    # A run that has a task at all takes a slot, so more runs than slots make no difference.
    several = one
    for _ in range(min(pipeline.max_active_runs, slots) - 1):
        grown = merged(several, one, slots)
        if [choice.weight for choice in grown] == [choice.weight for choice in several]:
            break
        several = grown
    return several


def _major(version: str) -> int:
    digits = version.partition(".")[0]
    return int(digits) if digits.isdigit() else _CAPS_RUNS_SINCE


def _by_pools(runner: Runner, tasks: tuple[Running, ...], weights: list[int]) -> Choice:
    """Return the heaviest tasks of each pool up to its slots, whatever their order."""
    slots = {DEFAULT_POOL: DEFAULT_SLOTS, **dict(runner.pools)}
    by_pool: dict[str, list[int]] = {}
    for index, task in enumerate(tasks):
        runs = min(task.pipeline.max_active_runs, runner.parallelism)
        by_pool.setdefault(task.task.pool or DEFAULT_POOL, []).extend([index] * runs)
    chosen: list[int] = []
    for pool, members in by_pool.items():
        members.sort(key=lambda i: -weights[i])
        chosen += members[: slots.get(pool, DEFAULT_SLOTS)]
    chosen = sorted(chosen, key=lambda i: -weights[i])[: runner.parallelism]
    return Choice(sum(weights[i] for i in chosen), tuple(chosen))
