"""How many networks the policies of a platform would hold.

A policy repeats the networks of an external for each service that connects to it, so that a short
platform.yaml becomes a long output: a thousand networks for a thousand services.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.network import Outside
from platc_compiler.ir.platform import Platform

MOST_NETWORKS = 20_000
"""Networks in all policies: about three seconds, and 2 MiB of output."""


def too_many_networks(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error at the external that has the most networks, if there are too many."""
    times: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for edge in platform.edges:
        for end in (edge.source, edge.target):
            if isinstance(end, Outside) and end.cidrs:
                times[end.name] += 1
                sizes[end.name] += len(end.cidrs)
    if sizes.total() <= MOST_NETWORKS:
        return
    name, size = max(sizes.items(), key=lambda each: (each[1], each[0]))
    message = (
        f"the network policies would hold {sizes.total()} networks, of {MOST_NETWORKS} at most:"
        f" {size // times[name]} of '{name}' for each of {times[name]} connections"
    )
    place = ("services", name, "address", "cidrs")
    yield error("PLT005", message, place, "state fewer and larger networks", on_key=True)
