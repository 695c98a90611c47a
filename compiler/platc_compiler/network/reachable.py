"""Whether a host outside, of which only the name is known, has a public address.

Without networks of its own, the policy for such a host opens every public address on its port, so
that a name which leads to a private one is cut off (``ir/network.py``, ``NOT_PUBLIC``).
"""

from __future__ import annotations

from ipaddress import IPv4Address

from platc_compiler.network.names import as_address, of_the_pod

_CLUSTER = (".svc", ".cluster.local")
_PRIVATE = (
    # Never delegated, or kept for private use: RFC 6762, RFC 8375, RFC 2606, and ICANN's resolution
    # of July 2024 for .internal, which the clouds' own names of machines end in as well.
    ".internal", ".local", ".localdomain", ".lan", ".intranet", ".home.arpa", ".corp", ".private",
    ".home", ".test", ".invalid",
    # Databases, caches and brokers in a VPC: their names lead to its private addresses, unless RDS
    # or Redshift was made publicly accessible (docs.aws.amazon.com, "Hiding a DB instance").
    ".rds.amazonaws.com", ".cache.amazonaws.com", ".redshift.amazonaws.com",
    ".docdb.amazonaws.com", ".neptune.amazonaws.com", ".vpce.amazonaws.com",
    ".vpce-svc.amazonaws.com",
)  # fmt: skip
_PRIVATE_PARTS = frozenset({"privatelink"})
"""A label that makes a name one of a private endpoint: Azure Private Link's zones."""
_AMAZON = ".amazonaws.com"


def unreachable(host: str) -> str | None:
    """Return why a host is not reached at public addresses, ``None`` where it may be."""
    name = host.lower()
    if of_the_pod(name):
        return "inside a pod this is the pod itself"
    if as_address(name) is not None:
        return None
    if name.endswith(_CLUSTER):
        return "this is a Service of the cluster, whose pods have private addresses"
    if "." not in name:
        return "a name of one word is one of your own network, with private addresses"
    labels = name.split(".")
    if name.endswith(_PRIVATE) or not _PRIVATE_PARTS.isdisjoint(labels) or _of_a_vpc(labels):
        return "such a name leads to private addresses"
    return None


def _of_a_vpc(labels: list[str]) -> bool:
    """Say whether a name is that of a load balancer, a broker or a search domain inside a VPC."""
    if not ".".join(labels).endswith(_AMAZON):
        return False
    if "elb" in labels:
        return labels[0].startswith("internal-")
    return "kafka" in labels[:-2] or ("es" in labels[:-2] and labels[0].startswith("vpc-"))


def is_private(host: str) -> bool:
    """Say whether a host is written as a private address."""
    literal = as_address(host)
    return isinstance(literal, IPv4Address) and literal.is_private
