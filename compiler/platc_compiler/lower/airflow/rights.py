"""The rights of the service accounts of Airflow in its namespace.

Source: the calls of apache-airflow-providers-cncf-kubernetes 10.22.0 and 7.8.0 to the API.
"""

from __future__ import annotations

from platc_compiler.ir.workloads import Rights, Rule
from platc_compiler.lower.airflow import worker
from platc_compiler.lower.airflow.site import Site

_RUN_PODS = (
    Rule(("",), ("pods",), ("create", "delete", "get", "list", "patch", "watch")),
    Rule(("",), ("pods/log",), ("get",)),
    Rule(("",), ("events",), ("list",)),
)
_READ_LOGS = (Rule(("",), ("pods",), ("get", "list")), Rule(("",), ("pods/log",), ("get",)))
_EXECUTE = Rule(("",), ("pods/exec",), ("create", "get"))


def rights(site: Site) -> tuple[Rights, ...]:
    """Return the rights of the executor, of the user interface, and of tasks that start pods.

    The user interface reads the logs of running tasks.
    """
    found = [
        _rights(site, f"{site.name}-scheduler", _RUN_PODS, "scheduler"),
        _rights(site, f"{site.name}-{site.front}", _READ_LOGS, site.front.replace("-", "_")),
    ]
    if site.starts_pods:
        reads = (_EXECUTE,) if site.service.worker.reads_xcom else ()
        found.append(_rights(site, worker.account(site), (*_RUN_PODS, *reads), worker.COMPONENT))
        found.append(_rights(site, task_account(site.name), (), worker.COMPONENT))
    else:
        found.append(_rights(site, worker.account(site), (), worker.COMPONENT))
    return tuple(found)


def task_account(service: str) -> str:
    """Return the account of pods that tasks start; it has no rights."""
    return f"{service}-task"


def _rights(site: Site, account: str, rules: tuple[Rule, ...], part: str) -> Rights:
    return Rights(account=account, namespace=site.namespace, rules=rules, origin=site.origin(part))
