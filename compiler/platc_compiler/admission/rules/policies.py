"""The API server's rules of NetworkPolicies.

Source: pkg/apis/networking/validation, ValidateNetworkPolicySpec, ValidateNetworkPolicyPort,
ValidateNetworkPolicyPeer, ValidateIPBlock.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network

from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.selectors import selector
from platc_compiler.admission.rules.values import (
    between,
    duplicates,
    one_of,
    port,
    required_one_of,
)
from platc_compiler.admission.wording import shown

DIRECTIONS = (("ingress", "from"), ("egress", "to"))
LARGEST_PORT = 65535


def network_policy(manifest: Node) -> Iterator[Finding]:
    """Selectors, peers and ports of a policy are valid."""
    spec = manifest.at("spec")
    yield from selector(spec.at("podSelector"))
    yield from duplicates(spec.each("policyTypes"), "the type")
    for kind in spec.each("policyTypes"):
        yield from required_one_of(kind, ("Ingress", "Egress"))
    for rules, peers in DIRECTIONS:
        for rule in spec.each(rules):
            for peer in rule.each(peers):
                yield from _peer(peer)
            for each in rule.each("ports"):
                yield from _port(each)


def _port(node: Node) -> Iterator[Finding]:
    first, last = node.at("port"), node.at("endPort")
    yield from one_of(node.at("protocol"), ("TCP", "UDP", "SCTP"))
    yield from port(first)
    yield from between(last, 1, LARGEST_PORT)
    if last.is_set and first.number is None:
        yield last.wrong("must be given only beside a numeric 'port'")
    elif (last.number or LARGEST_PORT) < (first.number or 0):
        yield last.wrong(f"must be at least 'port', {first.value}, is {last.value}")


def _peer(node: Node) -> Iterator[Finding]:
    selectors = [node.at(key) for key in ("podSelector", "namespaceSelector")]
    block = node.at("ipBlock")
    given = [each for each in selectors if each.is_set]
    if not given and not block.is_set:
        yield node.wrong("needs 'podSelector', 'namespaceSelector' or 'ipBlock'")
    if given and block.is_set:
        yield block.wrong("must not be given beside a selector")
    for each in given:
        yield from selector(each)
    if block.is_set:
        yield from _block(block)


def _block(node: Node) -> Iterator[Finding]:
    whole = _network(node.at("cidr"))
    if whole is None:
        yield node.at("cidr").wrong(f"must be a network, is {shown(node.at('cidr').value)}")
    for excepted in node.each("except"):
        part = _network(excepted)
        if part is None:
            yield excepted.wrong(f"must be a network, is {shown(excepted.value)}")
        elif whole is not None and not _is_within(part, whole):
            yield excepted.wrong(f"must be a part of {whole}, is {part}")


def _network(node: Node) -> IPv4Network | IPv6Network | None:
    text = node.text or ""
    return _parsed(text) if "/" in text else None


@lru_cache(maxsize=8192)
def _parsed(text: str) -> IPv4Network | IPv6Network | None:
    # Since Kubernetes 1.36 (StrictIPCIDRValidation), the bits after the prefix must be 0.
    from ipaddress import ip_network

    try:
        return ip_network(text)
    except ValueError:
        return None


def _is_within(part: IPv4Network | IPv6Network, whole: IPv4Network | IPv6Network) -> bool:
    if part.version != whole.version or part.prefixlen <= whole.prefixlen:
        return False
    return part.network_address in whole
