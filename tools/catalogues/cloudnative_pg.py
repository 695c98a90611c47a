"""Write the catalogues of the metrics that CloudNativePG serves, from the sources of a release.

``python tools/catalogues/cloudnative_pg.py FOLDER``: the folder of cloudnative-pg/cloudnative-pg at
the release. No registry serves its Go module.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.catalogue import write
from tools.metrics_in_sources import go_files, in_go, in_queries

_RUNTIME = "go_"
"""What the client library serves of every program in Go, by its own version."""


def main() -> None:
    """Write both catalogues."""
    folder = Path(sys.argv[1])
    version = re.search(
        r'Version = "([^"]+)"', (folder / "pkg/versions/versions.go").read_text(encoding="utf-8")
    )
    if version is None:
        sys.exit(f"{folder} states no version")
    base = folder / "pkg/management"
    queries = yaml.safe_load(
        (folder / "config/manager/default-monitoring.yaml").read_text(encoding="utf-8")
    )["data"]["queries"]
    own = go_files(base / "postgres", "webserver/metricserver/*.go")
    # Those of the queries are named by an argument.
    cached = [f'name = "cnpg"\n{text}' for text in go_files(base / "postgres", "metrics/*.go")]
    instance = in_go([*own, *cached])
    served = f"Served by CloudNativePG {version[1]}"
    write(
        "cloudnative-pg", f"{served} of an instance, with its own queries; read in its sources.",
        {**instance, **in_queries(queries, "cnpg")}, _RUNTIME,
    )  # fmt: skip
    own = go_files(base / "pgbouncer/metricsserver", "consts.go", "pgbouncer_collector.go")
    pooler = in_go([*own, *_tables(base)])
    write("cloudnative-pg-pooler", f"{served} of a pooler; read in its sources.", pooler, _RUNTIME)


def _tables(base: Path) -> Iterator[str]:
    """Yield the files on tables of PgBouncer's console, each with its subsystem.

    They compose it of an argument and of their own name.
    """
    for name in ("lists", "pools", "stats"):
        (text,) = go_files(base / "pgbouncer/metricsserver", f"{name}.go")
        yield f'subsystem = "pgbouncer_{name}"\n{text}'


if __name__ == "__main__":
    main()
