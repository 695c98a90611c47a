"""Network policies: they deny everything in every namespace, then allow each edge at both ends.

The pods of each end have one policy, with a rule for each peer. Ports are given by the numbers of
pods, because network plugins resolve names differently.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import INSTANCE, RECOMMENDED, Labels
from platc_compiler.ir.network import ANYWHERE, NOT_PUBLIC, Dns, Edge, Endpoint, Outside, Pods
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.digests import data_digest
from platc_compiler.objects.manifest import POLICIES, Artefacts, Manifest
from platc_compiler.templating.templates import Templates

_TEMPLATE = "network/policy.yaml.j2"
_PER_NAMESPACE = "kubernetes.io/metadata.name"
"""The label that Kubernetes sets on each namespace: its name."""

_Port = tuple[str, int, int]
"""Protocol, first port, and last port or 0."""
_Place = tuple[str, Labels, tuple[str, ...]]
"""Namespace, labels, and those that must be lacking."""


class _Ends(Struct):
    """The allowed connections of the pods of one selector: ports by peer."""

    names: set[str] = field(default_factory=set)
    ingress: defaultdict[Endpoint, set[_Port]] = field(default_factory=lambda: defaultdict(set))
    egress: defaultdict[Endpoint, set[_Port]] = field(default_factory=lambda: defaultdict(set))
    origins: list[Origin] = field(default_factory=list)


def network(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[Manifest]:
    """Yield the policies of each namespace of the platform."""
    for namespace in platform.namespaces:
        everybody = _but_the_host(platform, namespace.name)
        body = _policy(
            templates, "default-deny", (namespace.name, (), ()), _Ends(), selector=everybody
        )
        yield Manifest(POLICIES, body, namespace.origin)
    own = {namespace.name for namespace in platform.namespaces}
    ends = _by_selector(platform.edges, own)
    names = _names(ends)
    origins: dict[_Place, Origin] = {
        (w.namespace, w.selector, ()): w.origin for w in platform.workloads
    }
    for place in sorted(ends):
        body = _policy(templates, names[place], place, ends[place])
        origin = origins.get(place) or next((o for o in ends[place].origins if o), ())
        yield Manifest(POLICIES, body, origin)


def _but_the_host(platform: Platform, namespace: str) -> dict[str, Any]:
    """Return a selector of all pods of a namespace, but for services on the host's network.

    The API leaves open what a policy means for those. Some networks take the address of the node
    for theirs, and drop what the node answers to pods elsewhere: kindnet does, before
    kubernetes-sigs/kube-network-policies#389.
    """
    others = {
        w.service for w in platform.workloads if w.namespace == namespace and not w.pod.host_network
    }
    on_host = {
        w.service for w in platform.workloads if w.namespace == namespace and w.pod.host_network
    }
    if not on_host - others:
        return {}
    excepted = {"key": INSTANCE, "operator": "NotIn", "values": sorted(on_host - others)}
    return {"matchExpressions": [excepted]}


def _by_selector(edges: Iterable[Edge], own: set[str]) -> dict[_Place, _Ends]:
    ends: defaultdict[_Place, _Ends] = defaultdict(_Ends)
    for edge in edges:
        port = (edge.protocol, edge.port, edge.last)
        for end, peer, outwards in (
            (edge.source, edge.target, True),
            (edge.target, edge.source, False),
        ):
            # Policies restrict pods in the namespaces of the platform only.
            if isinstance(end, Pods) and end.namespace in own:
                found = ends[end.namespace, end.labels, end.lacking]
                (found.egress if outwards else found.ingress)[_nameless(peer)].add(port)
                found.names.add(end.name)
                found.origins.append(edge.origin)
    return ends


def _nameless(peer: Endpoint) -> Endpoint:
    """Return a peer without its name, so that a peer of two names has one rule."""
    if isinstance(peer, Pods):
        return Pods("", peer.namespace, peer.labels, peer.lacking)
    return Outside("", peer.cidrs) if isinstance(peer, Outside) else peer


def _names(ends: dict[_Place, _Ends]) -> dict[_Place, str]:
    """Return the name of each policy, unique in its namespace."""
    wanted: defaultdict[tuple[str, str], list[_Place]] = defaultdict(list)
    for place, found in ends.items():
        name = re.sub(r"[^a-z0-9.-]+", "-", min(found.names).lower()).strip("-.") or "pods"
        wanted[place[0], f"allow-{name}"].append(place)
    names = {}
    for (_, name), places in wanted.items():
        for place in places:
            digest = data_digest(_selector(place[1]))
            names[place] = name if len(places) == 1 else f"{name}-{digest}"
    return names


def _policy(
    templates: Templates,
    name: str,
    place: _Place,
    ends: _Ends,
    selector: dict[str, Any] | None = None,
) -> dict[str, Any]:
    namespace, labels, lacking = place
    data: dict[str, Any] = templates.data(
        _TEMPLATE,
        name=name, namespace=namespace, selector=selector or _selector(labels, lacking),
        # A policy carries the recommended labels of its pods.
        labels={key: value for key, value in labels if key.startswith(RECOMMENDED)},
        ingress=_rules(ends.ingress, namespace), egress=_rules(ends.egress, namespace),
    )  # fmt: skip
    return data


def _rules(peers: dict[Endpoint, set[_Port]], namespace: str) -> list[dict[str, Any]]:
    """Return a rule for each peer, in an order that depends only on the peers."""
    rules = [
        {
            "peers": _peers(peer, namespace),
            "ports": [_port(*port) for port in sorted(ports)],
        }
        for peer, ports in peers.items()
    ]
    return sorted(rules, key=repr)


def _peers(peer: Endpoint, namespace: str) -> list[dict[str, Any]]:
    match peer:
        case Pods():
            return [_pods(peer, namespace)]
        case Dns():
            pods = Pods(peer.name, peer.namespace, peer.labels)
            return [_pods(pods, namespace), *_blocks(peer.cidrs)]
        case Outside(cidrs=()):
            return [{"ipBlock": {"cidr": ANYWHERE, "except": sorted(NOT_PUBLIC)}}]
        case _:
            return _blocks(peer.cidrs)


def _port(protocol: str, number: int, last: int) -> dict[str, Any]:
    stretch = {"endPort": last} if last else {}
    return {"protocol": protocol, "port": number, **stretch}


def _pods(peer: Pods, namespace: str) -> dict[str, Any]:
    """Return a peer. Both selectors are in one item: two items would mean either of them."""
    selector = _selector(peer.labels, peer.lacking)
    if peer.namespace == namespace:
        return {"podSelector": selector}
    return {
        "namespaceSelector": {"matchLabels": {_PER_NAMESPACE: peer.namespace}},
        "podSelector": selector,
    }


def _selector(labels: Labels, lacking: Iterable[str] = ()) -> dict[str, Any]:
    selector: dict[str, Any] = {"matchLabels": dict(labels)} if labels else {}
    absent = [{"key": key, "operator": "DoesNotExist"} for key in sorted(lacking)]
    return {**selector, "matchExpressions": absent} if absent else selector


def _blocks(cidrs: Iterable[str]) -> list[dict[str, Any]]:
    return [{"ipBlock": {"cidr": cidr}} for cidr in sorted(cidrs)]
