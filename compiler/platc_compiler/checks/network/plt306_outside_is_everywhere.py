"""An address outside the cluster is stated so wide that it holds the cluster itself.

Why: ``cidrs`` is used as it is written. ``0.0.0.0/0`` contains the nodes, the API server, every pod
of other namespaces and the cloud's metadata service, which gives out credentials. Without
``cidrs``, an outside address is any public address except these.

Bad:
```yaml
services:
  mail:
    kind: external
    address: { host: smtp.example.com, cidrs: [0.0.0.0/0] }
    ports: { smtp: 587 }
```

Good:
```yaml
services:
  mail:
    kind: external
    address: { host: smtp.example.com }
    ports: { smtp: 587 }
```

Fix: remove ``cidrs``, or state the networks in which the service really is.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.network import NOT_PUBLIC
from platc_compiler.ir.platform import Platform
from platc_spec.kinds.external import External

CODE = "PLT306"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each network that contains a range which is excluded by default."""
    ranges = [IPv4Network(cidr) for cidr in NOT_PUBLIC]
    for name, service in platform.spec.of_kind(External).items():
        for index, network in enumerate(service.address.cidrs):
            if not isinstance(network, IPv4Network) or network in ranges:
                continue
            held = [str(r) for r in ranges if r.subnet_of(network)]
            if held:
                message = f"{network} holds {', '.join(held)} as well"
                place = ("services", name, "address", "cidrs", index)
                yield warning(CODE, message, place, "leave it out for any public address")
