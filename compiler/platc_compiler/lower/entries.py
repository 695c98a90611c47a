"""Lowering of ``expose``: ways into the cluster, and the connections that they need."""

from __future__ import annotations

from typing import Literal

from platc_compiler.ir.entries import Gateway, HttpEntry, Issuer, PortEntry
from platc_compiler.ir.network import Edge, Offer, Outside, Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import SecretKey
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_spec.exposure import TLS_KEYS, Expose
from platc_spec.service import Deployed, Service


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
    if stated.by in {"Ingress", "HTTPRoute"}:
        caller = context.offering(stated.controller or "").pods
        edges = (
            (Edge(caller, pods, offer.number, offer.protocol, "expose", place),) if caller else ()
        )
        return Fragment(http_entries=(_http(name, stated, offer, pods),), edges=edges)
    by: Literal["LoadBalancer", "NodePort"] = (
        "LoadBalancer" if stated.by == "LoadBalancer" else "NodePort"
    )
    clients = Outside(f"clients of {name}", tuple(map(str, stated.sources)))
    return Fragment(
        port_entries=(_port(name, stated, by, offer, pods),),
        edges=(Edge(clients, pods, offer.number, offer.protocol, "expose", place),),
    )


def _http(name: str, stated: Expose, offer: Offer, pods: Pods) -> HttpEntry:
    keys: tuple[SecretKey, ...] = ()
    secret = None
    issuer = _issuer(stated)
    if stated.tls is not None and stated.tls.secret_name is not None:
        secret = stated.tls.secret_name.partition("/")[0]
        place = service_origin(name, "expose", "tls", "secret_name")
        keys = tuple(SecretKey(secret, key, place) for key in TLS_KEYS)
    elif issuer is not None:
        secret = f"{name}-tls"
    return HttpEntry(
        name=name, namespace=pods.namespace, host=stated.host or "", path=stated.path,
        service=offer.host.partition(".")[0], port=offer.public or offer.number,
        gateway=_gateway(stated, pods), ingress_class=stated.ingress_class, tls_secret=secret,
        tls_keys=keys, issuer=issuer, annotations=tuple(sorted(stated.annotations.items())),
        origin=service_origin(name, "expose"),
    )  # fmt: skip


def _gateway(stated: Expose, pods: Pods) -> Gateway | None:
    if stated.gateway is None:
        return None
    return Gateway(
        name=stated.gateway.name, namespace=stated.gateway.namespace or pods.namespace,
        listener=stated.gateway.listener,
    )  # fmt: skip


def _issuer(stated: Expose) -> Issuer | None:
    tls = stated.tls
    if tls is not None and tls.cluster_issuer is not None:
        return Issuer(tls.cluster_issuer, "ClusterIssuer")
    return Issuer(tls.issuer, "Issuer") if tls is not None and tls.issuer is not None else None


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
