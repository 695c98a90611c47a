"""The sessions that Airflow keeps with its database, at most.

Each process has a pool of its own, of ``sql_alchemy_pool_size`` and ``sql_alchemy_max_overflow``.
Sources, of 3.3.2 and 2.11.2: ``airflow/settings.py`` (pools; in 3.x a second one of asyncpg, which
the API server uses), ``airflow/dag_processing/processor.py`` (2.x parses each file in a process
with a pool), ``airflow/cli/commands/task_command.py`` (a task of 2.x has no pool: one session of
the process that watches it, and one of its own), ``airflow/utils/db.py`` (a migration: its lock,
and its work).
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.network import Pods
from platc_compiler.ir.sessions import Sessions
from platc_compiler.lower.airflow import migration, settings, worker
from platc_compiler.lower.airflow.site import Site

_OF_A_TASK = 2
_OF_A_MIGRATION = 2
_OF_A_PROBE = 1
"""A probe by a command of Airflow opens one for a moment."""


def sessions(site: Site) -> tuple[Sessions, ...]:
    """Return the sessions of each component; none where Airflow keeps no pools of a known size."""
    options = settings.components(site)
    size = settings.number(options, "database", "sql_alchemy_pool_size", 5)
    overflow = settings.number(options, "database", "sql_alchemy_max_overflow", 10)
    pooled = options.get("database", {}).get("sql_alchemy_pool_enabled", "True") == "True"
    if not pooled or not size:
        return ()
    found = tuple(_modern(site, size + overflow) if site.modern else _older(site, size + overflow))
    tasks = settings.number(options, "core", "parallelism", 32)
    return (
        *(_of(site, site.pods(part), each, why) for part, each, why in found),
        _of(site, site.pods(migration.COMPONENT), _OF_A_MIGRATION, "the migration"),
        *(
            ()
            if site.modern
            else (_of(site, site.pods(worker.COMPONENT), _OF_A_TASK, "tasks", tasks),)
        ),
    )


def _modern(site: Site, pool: int) -> Iterator[tuple[str, int, str]]:
    workers = settings.number(settings.components(site), "api", "workers", 1)
    yield site.front, workers * 2 * pool, _pools(workers * 2, pool)
    yield "scheduler", pool, _pools(1, pool)
    for part in ("dag-processor", "triggerer"):
        yield part, pool + _OF_A_PROBE, f"{_pools(1, pool)}, a probe"


def _older(site: Site, pool: int) -> Iterator[tuple[str, int, str]]:
    options = settings.components(site)
    workers = settings.number(options, "webserver", "workers", 4)
    parsers = settings.number(options, "scheduler", "parsing_processes", 2)
    yield site.front, workers * pool, _pools(workers, pool)
    # The scheduler itself, the process that starts the parsers, and each of them.
    yield "scheduler", (2 + parsers) * pool, _pools(2 + parsers, pool)
    yield "triggerer", pool + _OF_A_PROBE, f"{_pools(1, pool)}, a probe"


def _pools(number: int, size: int) -> str:
    return f"{number} pool{'s' if number > 1 else ''} of {size}"


def _of(site: Site, source: Pods, each: int, why: str, pods: int = 0) -> Sessions:
    return Sessions(
        source=source, service=site.database.service, port=site.database_port.port, each=each,
        pods=pods, roles=((site.database.owner, each),), why=why, origin=site.origin("database"),
    )  # fmt: skip
