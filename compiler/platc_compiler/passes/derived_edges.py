"""Edges that are not declared because they follow from the rest of the platform.

DNS: every pod that connects to a name needs an edge to DNS, over UDP and over TCP (for answers that
do not fit a datagram). The API server: an edge to it becomes one to the addresses and the port of
its endpoints, which a policy sees after the address of the Service has been rewritten, and one to
port 443 for networks that judge by the Service's address. Pods on the host network: no selector
matches them, so the edge uses the addresses of their nodes. External services in a namespace of the
platform: its default deny also applies to their pods, so they get DNS and, if there are several,
each other on their ports. Dumps that are uploaded without a key: the cloud gives their pods a role,
at addresses that have no name. Probes need no edge: a policy never blocks the kubelet of a pod's
own node (``NetworkPolicySpec.ingress`` in k8s.io/api/networking/v1).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.ir.network import ApiServer, Dns, Edge, Endpoint, Nodes, Outside, Pods
from platc_compiler.ir.platform import Platform

_METADATA, _POD_IDENTITY = "169.254.169.254/32", "169.254.170.23/32"
_SERVICE_PORT = 443
"""The port of the Service ``kubernetes``."""


def derived_edges(platform: Platform) -> Platform:
    """Return the platform with all its edges; a policy can express both ends of each."""
    edges = tuple(_resolved(platform))
    own = {namespace.name for namespace in platform.namespaces}
    more = (*_peers(platform, own), *_cloud_logins(platform))
    return replace(platform, edges=(*edges, *more, *_dns(platform, (*edges, *more), own)))


def _resolved(platform: Platform) -> Iterator[Edge]:
    cluster = platform.spec.cluster
    api = ApiServer(cidrs=_texts(cluster.api_server.cidrs) or ApiServer().cidrs)
    nodes = Nodes(cidrs=_texts(cluster.node_cidrs) or Nodes().cidrs)
    on_host = {(w.namespace, w.selector) for w in platform.workloads if w.pod.host_network}

    def met_at(end: Endpoint) -> Endpoint:
        if isinstance(end, Nodes) or (
            isinstance(end, Pods) and (end.namespace, end.labels) in on_host
        ):
            return nodes
        return api if isinstance(end, ApiServer) else end

    for edge in platform.edges:
        source, target = met_at(edge.source), met_at(edge.target)
        if isinstance(target, ApiServer):
            for port in (cluster.api_server.port, _SERVICE_PORT):
                yield replace(edge, source=source, target=target, port=port)
        else:
            yield replace(edge, source=source, target=target)


def _texts(cidrs: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(map(str, cidrs))


def _peers(platform: Platform, own: set[str]) -> Iterator[Edge]:
    """Yield the edges between the pods of an external service in a namespace of the platform."""
    here = {each.name: each for each in platform.externals if each.namespace in own}
    for offer in platform.offers:
        external = here.get(offer.service)
        if external is None or not isinstance(offer.endpoint, Pods):
            continue
        peers = external.peers
        if offer.port in peers if peers is not None else external.replicas > 1:
            yield Edge(
                offer.endpoint, offer.endpoint, offer.number, offer.protocol, "replicas",
                external.origin,
            )  # fmt: skip


def _cloud_logins(platform: Platform) -> Iterator[Edge]:
    """Yield the edges to the cloud's own credentials for dumps that are uploaded without a key.

    Their client requests the role of the node from the address of the metadata service and, on EKS,
    the role of the pod from the agent of EKS Pod Identity. Source: docs.aws.amazon.com, "Retrieve
    instance metadata" and "Set up the Amazon EKS Pod Identity Agent".
    """
    pods = {
        (w.namespace, w.name): Pods(w.name, w.namespace, w.selector) for w in platform.workloads
    }
    on_eks = platform.spec.cluster.distribution == "eks"
    addresses = Outside("cloud-credentials", (_METADATA, *((_POD_IDENTITY,) if on_eks else ())))
    for dump in platform.database_backups:
        # An object store with an address of its own does not know the cloud's roles.
        if dump.credentials or dump.endpoint is not None:
            continue
        log = dump.log
        uploaders = (dump.workload, log.copier, log.recoverer) if log is not None else ()
        known = (pods.get((dump.namespace, name)) for name in (dump.cronjob, *uploaders))
        for source in dict.fromkeys((*filter(None, known), *dump.readers)):
            yield Edge(source, addresses, 80, "TCP", "cloud credentials", dump.origin)


def _dns(platform: Platform, edges: tuple[Edge, ...], own: set[str]) -> Iterator[Edge]:
    dns = Dns(cidrs=_texts(platform.spec.cluster.dns.cidrs))
    named = {
        edge.source
        for edge in edges
        if isinstance(edge.source, Pods) and not isinstance(edge.target, (ApiServer, Nodes))
    }
    external = {e.name for e in platform.externals}
    foreign = {o.endpoint for o in platform.offers if o.service in external}
    named |= {end for end in foreign if isinstance(end, Pods)}
    named |= {runner.started for runner in platform.runners if runner.started is not None}
    for source in sorted(named, key=lambda pods: (pods.namespace, pods.labels, pods.name)):
        if source.namespace in own:
            yield Edge(source, dns, 53, "UDP", "DNS")
            yield Edge(source, dns, 53, "TCP", "DNS")
