"""Sessions that pods keep with a server that accepts a bounded number of them."""

from __future__ import annotations

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Pods


class Sessions(Struct, frozen=True, kw_only=True):
    """How many sessions some pods may have with a port of a service at once."""

    source: Pods
    service: str
    port: str
    each: int
    """How many a pod may have."""
    pods: int = 0
    """How many pods there are at most; 0 for those of the workload with these labels."""
    roles: tuple[tuple[str, int], ...] = ()
    """How many of a pod's sessions each role may have, as far as it is known."""
    why: str
    """What they are for, in a few words."""
    origin: Origin


class SessionLimit(Struct, frozen=True, kw_only=True):
    """How many sessions a port of a service accepts."""

    service: str
    port: str
    most: int
    """The sessions of users: what is kept for superusers is not among them."""
    roles: tuple[tuple[str, int, Origin], ...] = ()
    """The limits of single roles, and where they are stated."""
    shares: int = 1
    """How many pods accept an equal share of ``most``."""
    strict: bool
    """Whether platform.yaml keeps a budget of them: more than ``most`` is then an error."""
    why: str
    """How ``most`` comes about: ``max_connections 100, of which 3 are kept for superusers``."""
    origin: Origin
