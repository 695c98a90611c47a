"""Services wait for each other in a cycle.

Why: each would wait for the next one, and none of them would ever start.

Bad:
```yaml
services:
  web: { depends_on: [api], wait_for: [api] }
  api:
    kind: workload
    image: "example.com/shop/api:1.0"
    ports: { http: 8080 }
    depends_on: [web]
    wait_for: [web]
```

Good:
```yaml
services:
  web: { depends_on: [api], wait_for: [api] }
  api:
    kind: workload
    image: "example.com/shop/api:1.0"
    ports: { http: 8080 }
    depends_on: [web]
```

Fix: remove one of the entries of ``wait_for``. A program that connects when it has started, and
tries again, needs none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT767"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each cycle, at its service whose name comes first."""
    waits = {
        name: service.wait_for
        for name, service in context.spec.services.items()
        if isinstance(service, Workload) and service.wait_for
    }
    told: set[frozenset[str]] = set()
    for name in sorted(waits):
        cycle = _cycle(name, waits)
        if cycle and frozenset(cycle) not in told:
            told.add(frozenset(cycle))
            way = " → ".join((*cycle, name))
            place = ("services", name, "wait_for", waits[name].index((*cycle, name)[1]))
            yield error(CODE, f"these wait for each other: {way}", place, "remove one of them")


def _cycle(start: str, waits: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the shortest way from a service back to itself, without its end."""
    before: dict[str, str] = {}
    rest = [start]
    for at in rest:
        for following in waits.get(at, ()):
            if following == start:
                way = [at]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return tuple(reversed(way))
            if following not in before:
                before[following] = at
                rest.append(following)
    return ()
