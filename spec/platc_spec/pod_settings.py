"""What a service can say of its pods beside what they run: names, privileges, rights."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.addresses import HostName, IpAddress
from platc_spec.base import Model, ServiceName, Text


class PodDns(Model):
    """How the names of a pod are resolved, as in Kubernetes."""

    policy: Literal["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"] = "ClusterFirst"
    """Whom it asks: the cluster's DNS, the node's, or ``nameservers`` alone."""
    nameservers: Annotated[tuple[IpAddress, ...], Field(max_length=3)] = ()
    """Further servers. A connection to them needs an edge: declare each as an ``external``."""
    searches: Annotated[tuple[HostName, ...], Field(max_length=32)] = ()
    """Domains that are tried for short names."""
    options: dict[Annotated[str, Field(min_length=1)], Text | None] = {}
    """Options of the resolver, such as ``ndots: 2``."""

    @model_validator(mode="after")
    def _has_servers(self) -> Self:
        if self.policy == "None" and not self.nameservers:
            raise ValueError("policy: None asks nobody: write nameservers")
        return self


class Neighbour(Model):
    """A service on whose nodes, or in whose zones, the pods of another stand, or do not."""

    near: ServiceName | None = None
    """Pods stand on a node on which a pod of this service runs."""
    apart: ServiceName | None = None
    """Pods stand on no node on which a pod of this service runs. The service's own name stands for
    its other pods."""
    by: Literal["node", "zone"] = "node"
    """Whether nodes are meant, or zones: the nodes whose pools have the same label
    ``topology.kubernetes.io/zone``."""
    required: bool = False
    """A pod that finds no such node waits (Pending). Otherwise it runs elsewhere."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.near is None) == (self.apart is None):
            raise ValueError("write either near: SERVICE or apart: SERVICE")
        return self


Capability = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{2,40}$", examples=["NET_BIND_SERVICE"])]
"""A capability of Linux, without ``CAP_``."""


class Privileges(Model):
    """What a container may do beyond the least that programs need."""

    root: bool = False
    """It runs as root (user and group 0), without the rights that capabilities give."""
    capabilities: tuple[Capability, ...] = ()
    """Capabilities that it keeps when all others are dropped."""
    because: Annotated[str, Field(min_length=10, max_length=500)]
    """Why it needs them; a reader of the manifests finds it as an annotation of the pods."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.root and not self.capabilities:
            raise ValueError("privileges gives nothing: write root or capabilities, or remove it")
        if "ALL" in self.capabilities:
            raise ValueError("'ALL' is not one capability: name those that the program needs")
        return self


_ESCALATING = frozenset({"bind", "escalate", "impersonate"})


class Right(Model):
    """What the service account of a workload may do in the API of Kubernetes."""

    groups: Annotated[tuple[str, ...], Field(min_length=1)] = ("",)
    """The API groups, such as ``apps``; ``""`` is the core group of pods and services."""
    resources: Annotated[tuple[str, ...], Field(min_length=1)]
    """The resources, such as ``pods`` or ``pods/log``."""
    verbs: Annotated[tuple[str, ...], Field(min_length=1)]
    """What it may do: ``get``, ``list``, ``watch``, ``create``, ``update``, ``patch``,
    ``delete``."""
    names: tuple[str, ...] = ()
    """The only objects of which it may; default: all of the namespace."""
    cluster: bool = False
    """In every namespace, and for objects of none such as nodes."""
    because: Annotated[str, Field(min_length=10, max_length=500)] | None = None
    """Why it needs a right that is nearly all: a wildcard, a verb that gives further rights, or
    secrets of the whole cluster."""

    @model_validator(mode="after")
    def _with_a_reason(self) -> Self:
        if self.because is not None:
            return self
        if "*" in (*self.groups, *self.resources, *self.verbs):
            raise ValueError("a right with '*' needs a reason: name what it needs, or add because")
        if given := sorted(_ESCALATING & set(self.verbs)):
            raise ValueError(f"{given[0]} gives every right: add because, or remove it")
        if self.cluster and "secrets" in self.resources:
            raise ValueError("secrets of every namespace: add because, or remove cluster")
        return self
