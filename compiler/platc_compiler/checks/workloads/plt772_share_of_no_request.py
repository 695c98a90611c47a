"""An autoscaler aims at a share of a request that platform.yaml does not state.

Why: the share is of what a container requests. Without a request in platform.yaml it is a share of
a default that nobody has chosen for this program: it would be scaled all the time, or never.

Bad:
```yaml
services:
  api:
    kind: workload
    image: "example.com/api:1.4.2"
    autoscale: { max: 4, cpu: 70% }
  measurer:
    kind: external
    address: { service: metrics-server, namespace: kube-system }
    autoscaling: metrics-server
```

Good:
```yaml
services:
  api:
    kind: workload
    image: "example.com/api:1.4.2"
    resources: { requests: { cpu: 200m } }
    autoscale: { max: 4, cpu: 70% }
  measurer:
    kind: external
    address: { service: metrics-server, namespace: kube-system }
    autoscaling: metrics-server
```

Fix: state the request of the main container and of each sidecar, or aim at something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.base import Resources
from platc_spec.kinds.workload import Workload

CODE = "PLT772"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each share of each container that states no request."""
    for name, service in context.of_kind(Workload).items():
        if service.autoscale is None:
            continue
        place: Origin = ("services", name)
        for resource in ("cpu", "memory"):
            if getattr(service.autoscale, resource) is None:
                continue
            for where, stated in _containers(service):
                if not _requests(stated, resource):
                    who = f"the sidecar '{where[-1]}'" if where else f"'{name}'"
                    which = "CPU" if resource == "cpu" else resource
                    path = ".".join((*where, "resources", "requests", resource))
                    message = f"a share of the {which} request, and {who} states none"
                    hint = f"state {path}, such as {'200m' if resource == 'cpu' else '256Mi'}"
                    yield error(CODE, message, (*place, "autoscale", resource), hint)


def _containers(service: Workload) -> Iterator[tuple[tuple[str, ...], Resources]]:
    yield (), service.resources
    for name, sidecar in service.sidecars.items():
        yield ("sidecars", name), sidecar.resources


def _requests(stated: Resources, resource: str) -> bool:
    """Return whether there is a request; the API server takes the limit where that is alone."""
    amounts = (stated.requests, stated.limits)
    return any(getattr(each, resource) is not None for each in amounts)
