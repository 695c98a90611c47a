"""Metrics or a probe are said to be on a port that the service does not have.

Why: Prometheus and the kubelet would connect to a port on which no program listens.

Bad:
```yaml
services:
  web: { metrics: { port: metrics } }
```

Good:
```yaml
services:
  web: { ports: { metrics: 9100 }, metrics: { port: metrics } }
```

Fix: write a name of the service's ``ports``, or add the port there.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Edit, Hint, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.external import External
from platc_spec.kinds.workload import Workload
from platc_spec.service import PortSpec

CODE = "PLT110"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each named port that does not exist."""
    for name, service in context.spec.services.items():
        if not isinstance(service, (External, Workload)):
            continue
        place: Origin = ("services", name)
        if service.metrics is not None:
            yield from _port(service, service.metrics.port, (*place, "metrics", "port"))
        if isinstance(service, Workload):
            yield from _probes(service, (*place, "probes"))
        for index, peer in enumerate(service.peers or ()):
            yield from _port(service, peer, (*place, "peers", index))


def _probes(service: Workload, place: Origin) -> Iterator[Diagnostic]:
    for which in ("startup", "readiness", "liveness"):
        probe = getattr(service.probes, which)
        if probe is None or probe.command:
            continue
        if probe.port is not None:
            yield from _port(service, probe.port, (*place, which, "port"))
        elif not service.every_port:
            message = f"the {which} probe asks a port, and the service has none"
            yield error(
                CODE, message, (*place, which), "add 'ports:', or probe by a command", on_key=True
            )


def _port(service: External | Workload, port: str, place: Origin) -> Iterator[Diagnostic]:
    ports = service.every_port if isinstance(service, Workload) else service.ports
    if port not in ports:
        numbered = [name for name, number in ports.items() if str(_number(number)) == port]
        hint = did_you_mean(port, ports, "add it to the service's ports:")
        if numbered:
            hint = Hint(f"write its name: {numbered[0]}", Edit("replace", numbered[0]))
        yield error(CODE, f"unknown port '{port}'", place, hint)


def _number(stated: int | PortSpec) -> int:
    return stated if isinstance(stated, int) else stated.port
