"""A name stands where a service is wanted, and no service of that name is declared.

Why: network policies, start order and inhibition follow from ``depends_on``; a misspelt name would
leave a connection cut in production.

Bad:
```yaml
services:
  web: { depends_on: [databse] }
  database: { kind: workload, image: "example/database:1.0", ports: { sql: 5432 } }
```

Good:
```yaml
services:
  web: { depends_on: [database] }
  database: { kind: workload, image: "example/database:1.0", ports: { sql: 5432 } }
```

Fix: write the name of a declared service, or declare it; what somebody else runs is declared with
``kind: external``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_compiler.nearest import did_you_mean

CODE = "PLT101"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each ``depends_on`` of an unknown service."""
    spec = context.spec
    for name, service in spec.services.items():
        yield from _unknown(context, service.depends_on, ("services", name, "depends_on"))
    for name, pipeline in spec.pipelines.items():
        for key, task in pipeline.tasks.items():
            place = ("pipelines", name, "tasks", key, "depends_on")
            yield from _unknown(context, task.depends_on, place)


def _unknown(
    context: Context, dependencies: tuple[str, ...], place: Origin
) -> Iterator[Diagnostic]:
    services = context.spec.services
    for index, dependency in enumerate(dependencies):
        name = dependency.partition(":")[0]
        if name not in services:
            hint = did_you_mean(name, services, "declare it under services:")
            yield error(CODE, f"unknown service '{name}'", (*place, index), hint)
