"""A service waits for one that it cannot see becoming ready.

Why: a port is waited for by connecting to it, which takes an entry in ``depends_on``; a Job is
waited for until it is complete. A service without pods, a scheduled one, or a port of UDP never
answers, and the pods would wait for ever.

Bad:
```yaml
services:
  web: { wait_for: [cache] }
  cache: { kind: workload, image: "example.com/shop/cache:1.0", ports: { main: 6379 } }
```

Good:
```yaml
services:
  web: { depends_on: [cache], wait_for: [cache] }
  cache: { kind: workload, image: "example.com/shop/cache:1.0", ports: { main: 6379 } }
```

Fix: add the service to ``depends_on``, or remove it from ``wait_for``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT768"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each service that never becomes ready for the one that waits."""
    for name, service in context.of_kind(Workload).items():
        for index, wanted in enumerate(service.wait_for):
            if wanted == name:
                continue  # PLT767 reports it.
            why, hint = _why(service, wanted, context)
            if why:
                place = ("services", name, "wait_for", index)
                yield error(CODE, f"'{name}' cannot wait for '{wanted}': {why}", place, hint)


def _why(service: Workload, wanted: str, context: Context) -> tuple[str, str]:
    """Return why a service never becomes ready for another one, and what to do."""
    stated = context.spec.services.get(wanted)
    if stated is None or (isinstance(stated, Workload) and stated.runs_once):
        return "", ""  # PLT101 reports an unknown one.
    if isinstance(stated, Workload) and stated.schedule is not None:
        return "it runs by the clock", "remove it"
    if isinstance(stated, Workload) and stated.replicas == 0:
        return "it has no pods", "remove it, or give it replicas"
    return _of_ports(service, wanted, context)


def _of_ports(service: Workload, wanted: str, context: Context) -> tuple[str, str]:
    ports = {offer.port: offer for offer in context.offerings[wanted].ports}
    depended = [split_dependency(each) for each in service.depends_on]
    own = [port or next(iter(ports), "") for other, port in depended if other == wanted]
    if not ports:
        return "it has no port", "remove it"
    if not own:
        more = ", ".join((*service.depends_on, wanted))
        return "it may not connect to it", f"add depends_on: [{more}]"
    if any(port in ports and ports[port].protocol != "TCP" for port in own):
        return "its port is of UDP", "remove it"
    return "", ""
