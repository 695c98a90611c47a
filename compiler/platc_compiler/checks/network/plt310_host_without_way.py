"""A host outside is given by a name that leads to no public address.

Why: without ``cidrs`` the policy allows only public addresses, so a host on a private network is
never reached. ``localhost`` is the pod itself. A Service of the cluster is reached at its pods,
which a policy selects by labels. A compiler cannot know which addresses a name has today.

Bad:
```yaml
services:
  web: { depends_on: [db] }
  db:
    kind: external
    address: { host: shop.abc.eu-west-1.rds.amazonaws.com }
    ports: { sql: 5432 }
```

Good:
```yaml
services:
  web: { depends_on: [db] }
  db:
    kind: external
    address: { host: shop.abc.eu-west-1.rds.amazonaws.com, cidrs: [10.0.64.0/20] }
    ports: { sql: 5432 }
```

Fix: state under ``cidrs`` the networks in which it is, such as the subnets of the database; for a
publicly accessible database, its public addresses. A host that is an IPv4 address needs no
``cidrs``. For a Service of the cluster write ``address: { service: NAME, namespace: NAMESPACE }``;
for a developer's machine, its address in the network of the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.network import Outside
from platc_compiler.ir.platform import Platform
from platc_compiler.network.names import in_cluster, of_the_pod
from platc_compiler.network.reachable import is_private, unreachable
from platc_spec.kinds.external import External

CODE = "PLT310"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each such host of a service or of a repository of DAGs."""
    for name, service in platform.spec.of_kind(External).items():
        if service.address.host:
            host, place = service.address.host, ("services", name, "address", "host")
            reason = unreachable(host)
            if reason and (of_the_pod(host) or not service.address.cidrs):
                yield error(CODE, f"'{host}' is cut off: {reason}", place, _hint(host))
    repositories = {
        (edge.target.name, edge.origin)
        for edge in platform.edges
        if edge.reason == "git" and isinstance(edge.target, Outside) and not edge.target.cidrs
    }
    for host, origin in sorted(repositories):
        reason = unreachable(host) or ("it is a private address" if is_private(host) else None)
        if reason:
            hint = f"add {'.'.join(map(str, origin[:-1]))}.cidrs, its networks"
            yield error(CODE, f"'{host}' is cut off: {reason}", origin, hint)


def _hint(host: str) -> str:
    if of_the_pod(host):
        return "write the host or address at which the cluster finds it"
    if in_cluster(host.lower()):
        name, _, namespace = host.lower().partition(".svc")[0].rpartition(".")
        return f"write address: {{ service: {name}, namespace: {namespace} }}"
    return "add cidrs: the networks that it is in"
