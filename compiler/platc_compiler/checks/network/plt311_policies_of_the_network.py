"""The cluster's network does not read the policies as they are meant.

Why: a NetworkPolicy selects nodes and the API server by address, and some clusters do not apply
this as written. On AKS the API server has a public address unless the cluster is private. The
control plane of GKE may have a public or a private address. In Cilium an ``ipBlock`` does not match
a node or the API server, unless ``policyCIDRMatchMode`` is set. Flannel alone enforces no policy.

Bad:
```yaml
cluster: { distribution: aks }
```

Good:
```yaml
cluster: { distribution: aks, api_server: { cidrs: [203.0.113.9/32], port: 443 } }
```

Fix: state ``cluster.api_server.cidrs``, the addresses that ``kubectl get endpointslices -n
default`` shows for ``kubernetes``. With Cilium 1.15 or later set the Helm value
``policyCIDRMatchMode: nodes`` and allow this warning on its line. Sources: docs.cilium.io,
"Selecting nodes with CIDR / ipBlock" (cilium/cilium#27464, #20550); learn.microsoft.com, "Create a
private AKS cluster"; cloud.google.com, "About network isolation in GKE"; the README of
flannel-io/flannel.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.ir.network import ApiServer, Nodes
from platc_compiler.ir.platform import Platform

CODE = "PLT311"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield the known problems of this distribution and this network."""
    yield from _of_the_api_server(platform)
    yield from _of_the_plugin(platform)


def _of_the_api_server(platform: Platform) -> Iterator[Diagnostic]:
    cluster = platform.spec.cluster
    if cluster.api_server.cidrs or not _edges_to(platform, ApiServer):
        return
    place = ("cluster", "distribution")
    hint = "add cluster.api_server.cidrs, its addresses"
    if cluster.distribution == "aks":
        message = "the API server of AKS has a public address, and policies open private ones only"
        yield error(CODE, message, place, hint)
    elif cluster.distribution == "gke":
        message = "the API server of GKE may have a public address; policies open private ones only"
        yield warning(CODE, message, place, hint)


def _of_the_plugin(platform: Platform) -> Iterator[Diagnostic]:
    cluster = platform.spec.cluster
    place = ("cluster", "cni")
    if cluster.cni == "cilium" and _edges_to(platform, ApiServer, Nodes):
        message = "Cilium lets no policy match a node or the API server by its address"
        hint = "set policyCIDRMatchMode: nodes in Cilium's Helm values, and allow this"
        yield warning(CODE, message, place, hint)
    elif cluster.cni == "flannel" and cluster.distribution != "k3s":
        message = "Flannel enforces no network policy: every pod reaches every other"
        yield warning(CODE, message, place, "run a network that does, such as Calico or Cilium")


def _edges_to(platform: Platform, *ends: type) -> bool:
    return any(isinstance(edge.target, ends) for edge in platform.edges)
