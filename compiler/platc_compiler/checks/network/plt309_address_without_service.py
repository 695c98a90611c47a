"""A value names an address that no service of the platform has.

Why: pods reach only those addresses outside that are declared as an ``external`` service and
depended on. It is an error where the program certainly connects to the address: a ``remote_write``
or a target of Prometheus, a receiver of Alertmanager, the URL of a database, a Service object of
this cluster. A web address in a variable may be meant for people: it is a warning there, and is not
reported under a key that says so (``PUBLIC_URL``, ``ALLOWED_HOSTS``, ``BIND_ADDRESS``).

Bad:
```yaml
services:
  prometheus: { config: { remote_write: [{ url: "https://metrics.example.com/push" }] } }
```

Good:
```yaml
services:
  metrics: { kind: external, address: { host: metrics.example.com }, ports: { https: 443 } }
  prometheus:
    depends_on: [alertmanager, metrics]
    config: { remote_write: [{ url: "https://metrics.example.com/push" }] }
```

Fix: declare the server at this address as a service of kind ``external``, and depend on it. Declare
the metadata service of a cloud (169.254.169.254) in the same way, with ``cidrs``.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.checks.network.naming import what
from platc_compiler.diagnostics import Diagnostic, Origin, Severity
from platc_compiler.ir.platform import Platform
from platc_compiler.network.traffic import Finding, findings

CODE = "PLT309"
_MOST = 200
"""The number of values that are reported; a platform may have more of them."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error or a warning for each value that names such an address."""
    told: set[tuple[Origin, str]] = set()
    for found in findings(platform):
        key = (found.statement.path, found.mention.host)
        if found.fault in {"undeclared", "perhaps"} and key not in told and len(told) < _MOST:
            told.add(key)
            yield _of(found, platform)


def _of(found: Finding, platform: Platform) -> Diagnostic:
    certain = found.fault == "undeclared"
    verb = "is" if certain else "may be"
    place = ".".join(map(str, found.statement.speaker.path))
    message = f"{what(found)} {verb} connected to, and no service has this address: it is cut off"
    severity: Severity = "error" if certain else "warning"
    told = Diagnostic(CODE, severity, message, found.statement.path)
    told = replace(told, hidden=found.mention.credential)
    if own := _operated(found, platform):
        return replace(told, hint=f"write {own}: CloudNativePG makes no Service of its own name")
    note = (
        f"declare under services: NAME: {_declaration(found)}, and add NAME to {place}.depends_on"
    )
    return replace(told, hint="declare it as a service of kind external", notes=(note,))


def _operated(found: Finding, platform: Platform) -> str | None:
    """Return where the server of this name writes, if an operator runs it."""
    inner = _inner(found.mention.host)
    for each in platform.operated:
        if each.kind == "Cluster" and inner == [each.name, each.namespace]:
            return f"{each.name}-rw.{each.namespace}.svc"
    return None


def _inner(host: str) -> list[str]:
    """Return the parts of a name in the cluster that stand before what all of them end with."""
    return host.removesuffix(".cluster.local").removesuffix(".svc").split(".")


def _declaration(found: Finding) -> str:
    host = found.mention.host
    port = found.mention.port or "PORT"
    inner = _inner(host)
    if host.endswith((".svc", ".svc.cluster.local")):
        address = f"service: {inner[-2]}, namespace: {inner[-1]}"
    else:
        address = f"host: {host}"
    return f"{{ kind: external, address: {{ {address} }}, ports: {{ main: {port} }} }}"
