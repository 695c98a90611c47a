"""An entry of ``include`` speaks of a port that its objects do not have.

Why: the policies admit callers to the port of the pods. A port that no Service and no container has
would be a rule for nothing, and who depends on it could not connect.

Bad:
```yaml
include:
  cache: { files: [vendor/cache.yaml], ports: { redis: 6380 } }
```
```yaml file=vendor/cache.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: cache }
spec:
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache } }
    spec:
      containers:
        - name: cache
          image: example.com/cache:1.0.0
          ports: [{ containerPort: 6379 }]
          resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 64Mi, cpu: 100m } }
```

Good:
```yaml
include:
  cache: { files: [vendor/cache.yaml], ports: { redis: 6379 } }
```
```yaml file=vendor/cache.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: cache }
spec:
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache } }
    spec:
      containers:
        - name: cache
          image: example.com/cache:1.0.0
          ports: [{ containerPort: 6379 }]
          resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 64Mi, cpu: 100m } }
```

Fix: write a number that a Service or a container of the files has, or leave ``ports`` out: then all
ports of its Service objects can be depended on. ``peers``, ``sources`` and ``metrics`` name such a
port.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.include.entries import Entry
from platc_compiler.lower.include.ports import numbers, without_place
from platc_compiler.lower.kind import Context

CODE = "PLT128"


def check_included(entries: Sequence[Entry], context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each port that the objects of its entry do not have."""
    for entry in entries:
        missing = set(without_place(entry.stated, entry.objects))
        held = ", ".join(map(str, numbers(entry.objects)))
        hint = f"its objects have {held}" if held else "its objects have no port"
        for name in missing:
            message = f"no Service and no container of '{entry.name}' has this port"
            yield error(CODE, message, (*entry.origin, "ports", name), hint)
        names = {offer.port for offer in context.offerings[entry.name].ports}
        named: list[tuple[str, Origin, bool]] = [
            *((peer, ("peers", index), False) for index, peer in enumerate(entry.stated.peers)),
            *((port, ("sources", port), True) for port in entry.stated.sources),
        ]
        if entry.stated.metrics is not None:
            named.append((entry.stated.metrics.port, ("metrics", "port"), False))
        for port, path, on_key in named:
            if port not in names | missing:
                known = did_you_mean(port, names, "it has " + (", ".join(sorted(names)) or "none"))
                message = f"'{entry.name}' has no port '{port}'"
                yield error(CODE, message, (*entry.origin, *path), known, on_key=on_key)
