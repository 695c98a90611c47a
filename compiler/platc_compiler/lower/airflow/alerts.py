"""The alerts of every Airflow."""

from __future__ import annotations

from datetime import timedelta

from platc_compiler.ir.observability import Alert, RuleTest, Severity
from platc_compiler.lower.airflow.site import Site

_FAILED = "airflow_dagrun_duration_failed_count"


def alerts(site: Site) -> tuple[Alert, ...]:
    """Return the alerts of the service's generation.

    The alert on failed runs is left out when platform.yaml has one on the same metric.
    """
    found = [
        _silent(site, "AirflowSchedulerDown", "scheduler", "critical"),
        _import_errors(site),
        _starving(site),
    ]
    if site.modern:
        found.append(_silent(site, "AirflowDagProcessorDown", "dag_processor", "critical"))
        if site.service.triggerer.replicas:
            found.append(_silent(site, "AirflowTriggererDown", "triggerer", "warning"))
    if not any(_FAILED in alert.expr for alert in site.context.spec.alerts.values()):
        found.append(_failed_runs(site))
    return tuple(found)


def _silent(site: Site, name: str, part: str, severity: Severity) -> Alert:
    """Return an alert on a heartbeat that stands still or is missing while the exporter is up."""
    what = part.replace("_", " ")
    beat = f'airflow_{part}_heartbeat{{job="{site.name}"}}'
    up = f'up{{job="{site.name}"}}'
    return Alert(
        name=name, group=site.name, severity=severity, lasting=timedelta(minutes=5),
        service=site.name, liveness=True,
        expr=f"(sum(increase({beat}[5m])) or vector(0)) == 0 and on() max({up}) == 1",
        summary=f"No heartbeat of Airflow's {what}",
        description=f"Nothing has been heard of the {what} of {site.name} for 5 minutes.",
        test=RuleTest(fires=((beat, "7"), (up, "1")), silent=((beat, "0+12x30"), (up, "1"))),
        origin=site.origin(),
    )  # fmt: skip


def _import_errors(site: Site) -> Alert:
    errors = f'airflow_dag_processing_import_errors{{job="{site.name}"}}'
    return Alert(
        name="AirflowDagImportErrors", group=site.name, severity="warning",
        lasting=timedelta(minutes=10), expr=f"max({errors}) > 0", service=site.name,
        summary="Airflow cannot import {{ $value }} DAG files",
        description="Their DAGs are not scheduled. `airflow dags list-import-errors` says why.",
        test=RuleTest(fires=((errors, "2"),), silent=((errors, "0"),)), origin=site.origin(),
    )  # fmt: skip


def _starving(site: Site) -> Alert:
    starving = f'airflow_pool_starving_tasks{{job="{site.name}"}}'
    fires = f'airflow_pool_starving_tasks{{job="{site.name}",pool_name="default_pool"}}'
    return Alert(
        name="AirflowTasksStarving", group=site.name, severity="warning",
        lasting=timedelta(minutes=30), expr=f"max by (pool_name) ({starving}) > 0",
        service=site.name,
        summary="Tasks wait for slots of the pool {{ $labels.pool_name }}",
        description="{{ $value }} tasks have been waiting for 30 minutes.",
        test=RuleTest(fires=((fires, "3"),), silent=((fires, "0"),)), origin=site.origin(),
    )  # fmt: skip


def _failed_runs(site: Site) -> Alert:
    """Return an alert on failed runs.

    ``increase`` misses the first event of a counter, which starts with it: the alert counts new
    series too.
    """
    failed = f'{_FAILED}{{job="{site.name}"}}'
    fires = f'{_FAILED}{{job="{site.name}",dag_id="daily"}}'
    expr = (
        f"sum by (dag_id) (increase({failed}[15m])) > 0"
        f" or sum by (dag_id) ({failed} unless {failed} offset 15m) > 0"
    )
    return Alert(
        name="AirflowDagRunFailed", group=site.name, severity="warning", expr=expr,
        service=site.name,
        summary="A run of the DAG {{ $labels.dag_id }} has failed",
        description="A run of {{ $labels.dag_id }} has failed within the last 15 minutes.",
        test=RuleTest(fires=((fires, "_x10 1x6"),), silent=((fires, "3"),)), origin=site.origin(),
    )  # fmt: skip
