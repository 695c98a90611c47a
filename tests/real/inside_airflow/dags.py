"""Load the DAGs of a folder in Airflow's own environment and print what became of them, as JSON."""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

OPTIONS = (
    "image", "retries", "execution_timeout", "retry_delay", "pool", "owner", "email", "cmds",
    "arguments", "labels", "service_account_name", "namespace",
)  # fmt: skip


def bag_of(folder: str) -> Any:  # noqa: ANN401
    """Return the DagBag of this generation."""
    try:
        from airflow.dag_processing.dagbag import BundleDagBag
    except ImportError:
        from airflow.models.dagbag import DagBag

        sys.path.append(folder)
        return DagBag(folder, include_examples=False)
    return BundleDagBag(folder, bundle_path=Path(folder))


def pod(task: Any) -> dict[str, Any] | None:  # noqa: ANN401
    """Return whom the pod that a task starts runs as, and what it may write to."""
    security = getattr(task, "security_context", None)
    if security is None:
        return None
    return {
        "ids": [security.run_as_user, security.run_as_group, security.fs_group],
        "root": not security.run_as_non_root,
        "volumes": {
            each.name: each.empty_dir.size_limit if each.empty_dir else each.config_map.name
            for each in task.volumes
        },
        "mounts": {each.mount_path: each.sub_path for each in task.volume_mounts},
    }


def facts(task: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what was declared of a task, as Airflow has it."""
    stated = {name: getattr(task, name, None) for name in OPTIONS}
    env = getattr(task, "env_vars", None) or []
    # Of an older provider they are among the variables already.
    own = getattr(task, "pod_runtime_info_envs", None) or []
    resources = getattr(task, "container_resources", None)
    return {
        **{
            name: value if isinstance(value, (int, str, list, dict, type(None))) else str(value)
            for name, value in stated.items()
        },
        "pod": pod(task),
        "after": sorted(task.upstream_task_ids),
        "env": env if isinstance(env, dict) else {each.name: each.value for each in env},
        "fields": {
            each.name: each.value_from.field_ref.field_path
            for each in (*([] if isinstance(env, dict) else env), *own)
            if each.value_from and each.value_from.field_ref
        },
        "resources": resources.to_dict() if resources else None,
        "secrets": [
            [each.deploy_type, each.deploy_target, each.secret, each.key]
            for each in getattr(task, "secrets", [])
        ],
        "function": getattr(getattr(task, "python_callable", None), "__module__", None),
        "notifies": bool(getattr(task, "on_failure_callback", None)),
        "executor_config": bool(getattr(task, "executor_config", None)),
    }


def schedule(dag: Any) -> str | None:  # noqa: ANN401
    """Return the schedule as it was written, or as its timetable has it."""
    stated = getattr(dag, "schedule_interval", getattr(dag, "schedule", None))
    return getattr(stated, "expression", stated)


def main(folder: str) -> None:
    """Print faults, warnings and DAGs."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bag = bag_of(folder)
    ours = [f"{each.category.__name__}: {each.message}" for each in caught
            if Path(each.filename).is_relative_to(folder)]  # fmt: skip
    ours += [
        str(each) for found in getattr(bag, "captured_warnings", {}).values() for each in found
    ]
    dags = {
        dag.dag_id: {
            "schedule": schedule(dag),
            "start": dag.start_date.isoformat(), "catchup": dag.catchup,
            "paused": dag.is_paused_upon_creation,
            "runs": dag.max_active_runs, "active_tasks": dag.max_active_tasks,
            "tags": sorted(dag.tags), "description": dag.description,
            "tasks": {task.task_id: facts(task) for task in dag.tasks},
        }
        for dag in bag.dags.values()
    }  # fmt: skip
    errors = {str(path): str(error) for path, error in bag.import_errors.items()}
    print(json.dumps({"errors": errors, "warnings": ours, "dags": dags}, default=str))


main(str(Path(sys.argv[1]).absolute()))
