"""The metrics of Airflow, as its exporter serves them, which are useful to a platform.

Both generations send each metric, except those in the list of 3.x. The exporter adds no ``_total``
to counters, and converts durations to seconds.
Source: ``metrics_template.yaml`` of 3.3.2, calls of ``Stats`` in 2.7.3, and both as recorded.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from platc_compiler.ir.observability import Metric
from platc_compiler.lower.airflow.site import Site

_Type: TypeAlias = Literal["counter", "gauge", "histogram", "summary"]
_Row: TypeAlias = tuple[str, _Type, tuple[str, ...], str]

_TASK = ("dag_id", "task_id")

_BOTH: tuple[_Row, ...] = (
    ("scheduler_heartbeat", "counter", (), "Heartbeats of schedulers"),
    (
        "scheduler_scheduler_loop_duration",
        "summary",
        (),
        "Seconds that a round of the scheduler took",
    ),
    ("scheduler_critical_section_duration", "summary", (), "Seconds in the scheduler's lock"),
    ("scheduler_critical_section_busy", "counter", (), "Rounds without the scheduler's lock"),
    ("scheduler_tasks_starving", "gauge", (), "Tasks that cannot run for want of slots"),
    ("scheduler_tasks_executable", "gauge", (), "Tasks that are ready to run"),
    (
        "scheduler_tasks_killed_externally",
        "counter",
        (),
        "Tasks that ended without Airflow's doing",
    ),
    ("scheduler_orphaned_tasks_adopted", "counter", (), "Orphaned tasks that were adopted"),
    ("scheduler_orphaned_tasks_cleared", "counter", (), "Orphaned tasks that were cleared"),
    ("dagbag_size", "gauge", (), "DAGs that have been parsed"),
    ("dag_processing_import_errors", "gauge", (), "Files that could not be imported"),
    ("dag_processing_total_parse_time", "gauge", (), "Seconds that parsing all files took"),
    ("dag_processing_file_path_queue_size", "gauge", (), "Files that wait to be parsed"),
    ("dag_processing_last_duration", "summary", ("file_name",), "Seconds that parsing a file took"),
    (
        "dag_processing_last_run_seconds_ago",
        "gauge",
        ("file_name",),
        "Seconds since a file was parsed",
    ),
    ("dag_processing_processor_timeouts", "counter", (), "Files whose parsing took too long"),
    ("dagrun_duration_success", "histogram", ("dag_id",), "Seconds that a successful run took"),
    ("dagrun_duration_failed", "histogram", ("dag_id",), "Seconds that a failed run took"),
    ("dagrun_schedule_delay", "summary", ("dag_id",), "Seconds that a run began too late"),
    ("task_duration", "histogram", _TASK, "Seconds that a task took"),
    ("task_queued_duration", "summary", _TASK, "Seconds that a task waited in the queue"),
    ("task_scheduled_duration", "summary", _TASK, "Seconds that a task waited for a slot"),
    ("ti_start", "counter", _TASK, "Tasks that started"),
    ("ti_finish", "counter", (*_TASK, "state"), "Tasks that ended, by how"),
    ("ti_successes", "counter", (), "Tasks that succeeded"),
    ("ti_failures", "counter", (), "Tasks that failed"),
    ("operator_successes", "counter", ("operator_name",), "Tasks that succeeded, by operator"),
    ("operator_failures", "counter", ("operator_name",), "Tasks that failed, by operator"),
    ("pool_open_slots", "gauge", ("pool_name",), "Free slots of a pool"),
    ("pool_queued_slots", "gauge", ("pool_name",), "Slots of a pool held by queued tasks"),
    ("pool_running_slots", "gauge", ("pool_name",), "Slots of a pool held by running tasks"),
    ("pool_deferred_slots", "gauge", ("pool_name",), "Slots of a pool held by deferred tasks"),
    ("pool_starving_tasks", "gauge", ("pool_name",), "Tasks that a pool has no slots for"),
    ("executor_open_slots", "gauge", (), "Tasks that the executor could still start"),
    ("executor_queued_tasks", "gauge", (), "Tasks that wait in the executor"),
    ("executor_running_tasks", "gauge", (), "Tasks that the executor runs"),
    ("triggers_running", "gauge", ("hostname",), "Triggers that wait"),
    ("triggers_failed", "counter", (), "Triggers that failed before they fired"),
    ("triggers_succeeded", "counter", (), "Triggers that fired"),
    ("triggers_blocked_main_thread", "counter", (), "Times that a trigger blocked all others"),
)
_MODERN: tuple[_Row, ...] = (
    ("dag_processor_heartbeat", "counter", (), "Heartbeats of DAG processors"),
    ("triggerer_heartbeat", "counter", (), "Heartbeats of triggerers"),
    ("triggerer_capacity_left", "gauge", ("hostname",), "Triggers that could still wait"),
    ("scheduler_dagruns_running", "gauge", (), "Runs that go on"),
    ("task_instances_without_heartbeats_killed", "counter", (), "Tasks that were lost"),
)


NAMED = frozenset(name for name, _, _, _ in (*_BOTH, *_MODERN))
"""The names of the metrics above, without their common beginning."""


def metrics(site: Site) -> tuple[Metric, ...]:
    """Return the metrics that the exporter of the service serves."""
    rows = (*_BOTH, *_MODERN) if site.modern else _BOTH
    # Tags of 3.x become labels as they come: there may be more than are listed.
    exact = not site.modern
    return tuple(
        Metric(f"airflow_{name}", site.name, labels if exact else None, kind, text, site.origin())
        for name, kind, labels, text in rows
    )
