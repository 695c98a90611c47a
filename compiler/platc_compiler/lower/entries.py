"""Lowering of ``expose``: ways into the cluster, and the connections that they need."""

from __future__ import annotations

from typing import Literal

from platc_compiler.ir.entries import HttpEntry, PortEntry
from platc_compiler.ir.network import Edge, Offer, Outside, Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import SecretKey
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_spec.exposure import TLS_KEYS, Expose
from platc_spec.service import Deployed, Service

_ISSUER = "cert-manager.io/cluster-issuer"
"""The annotation by which cert-manager issues a certificate for an Ingress (its documentation,
"Annotated Ingress resource")."""


def entry(name: str, service: Service, context: Context) -> Fragment:
    """Return the way into a service, nothing if none is stated."""
    stated = service.expose if isinstance(service, Deployed) else None
    if stated is None:
        return Fragment()
    offer = context.offer(f"{name}:{stated.port}" if stated.port else name)
    pods = offer.endpoint
    if not isinstance(pods, Pods):
        return Fragment()
    place = service_origin(name, "expose")
    if stated.by == "Ingress":
        caller = context.offering(stated.controller or "").pods
        edges = (
            (Edge(caller, pods, offer.number, offer.protocol, "expose", place),) if caller else ()
        )
        return Fragment(http_entries=(_http(name, stated, offer, pods),), edges=edges)
    clients = Outside(f"clients of {name}", tuple(map(str, stated.sources)))
    return Fragment(
        port_entries=(_port(name, stated, stated.by, offer, pods),),
        edges=(Edge(clients, pods, offer.number, offer.protocol, "expose", place),),
    )


def _http(name: str, stated: Expose, offer: Offer, pods: Pods) -> HttpEntry:
    annotations = dict(stated.annotations)
    keys: tuple[SecretKey, ...] = ()
    secret = None
    if stated.tls is not None and stated.tls.secret_name is not None:
        secret = stated.tls.secret_name.partition("/")[0]
        place = service_origin(name, "expose", "tls", "secret_name")
        keys = tuple(SecretKey(secret, key, place) for key in TLS_KEYS)
    elif stated.tls is not None and stated.tls.cluster_issuer is not None:
        secret = f"{name}-tls"
        annotations[_ISSUER] = stated.tls.cluster_issuer
    return HttpEntry(
        name=name, namespace=pods.namespace, host=stated.host or "", path=stated.path,
        service=offer.host.partition(".")[0], port=offer.public or offer.number,
        ingress_class=stated.ingress_class, tls_secret=secret, tls_keys=keys,
        annotations=tuple(sorted(annotations.items())), origin=service_origin(name, "expose"),
    )  # fmt: skip


def _port(
    name: str,
    stated: Expose,
    by: Literal["LoadBalancer", "NodePort"],
    offer: Offer,
    pods: Pods,
) -> PortEntry:
    return PortEntry(
        name=f"{name}-public", namespace=pods.namespace, type=by, selector=pods.labels,
        port=offer.public or offer.number, target=offer.number, protocol=offer.protocol,
        node_port=stated.node_port, sources=tuple(map(str, stated.sources)),
        annotations=tuple(sorted(stated.annotations.items())),
        origin=service_origin(name, "expose"),
    )  # fmt: skip
