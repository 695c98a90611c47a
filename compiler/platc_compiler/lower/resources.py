"""Requests and limits of containers: what platform.yaml states, over the defaults of a kind."""

from __future__ import annotations

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import Amounts, Resources
from platc_spec import base

EPHEMERAL_REQUEST = 64 << 20
EPHEMERAL_LIMIT = 1 << 30
"""Bytes of local disk for logs and emptyDirs, where platform.yaml does not state them."""


def sized(
    memory: int, cpu: int, most_memory: int | None = None, most_cpu: int | None = None
) -> Resources:
    """Return the default resources of a container.

    Args:
        memory: the request in MiB.
        cpu: the request in millicores.
        most_memory: the limit in MiB; ``None`` for a limit equal to the request.
        most_cpu: the limit in millicores; ``None`` for four times the request.
    """
    return Resources(
        requests=Amounts(cpu=cpu, memory=memory << 20, ephemeral_storage=EPHEMERAL_REQUEST),
        limits=Amounts(
            cpu=most_cpu if most_cpu is not None else cpu * 4,
            memory=(most_memory if most_memory is not None else memory) << 20,
            ephemeral_storage=EPHEMERAL_LIMIT,
        ),
    )


def stated_resources(stated: base.Resources, default: Resources, place: Origin) -> Resources:
    """Return the stated resources; the default fills in what is not stated.

    A default limit rises to a stated request, and a default request falls to a stated limit.
    """
    asked, most = stated.requests, stated.limits
    extended = tuple(sorted(stated.extended.items()))
    requests = Amounts(
        cpu=_stated(asked.cpu, default.requests.cpu),
        memory=_stated(asked.memory, default.requests.memory),
        ephemeral_storage=_stated(asked.ephemeral_storage, default.requests.ephemeral_storage),
    )
    limits = Amounts(
        cpu=_at_least(most.cpu, default.limits.cpu, requests.cpu),
        memory=_at_least(most.memory, default.limits.memory, requests.memory),
        ephemeral_storage=_at_least(
            most.ephemeral_storage, default.limits.ephemeral_storage, requests.ephemeral_storage
        ),
        extended=extended,
    )
    lowered = Amounts(
        cpu=_at_most(asked.cpu, requests.cpu, most.cpu),
        memory=_at_most(asked.memory, requests.memory, most.memory),
        ephemeral_storage=_at_most(
            asked.ephemeral_storage, requests.ephemeral_storage, most.ephemeral_storage
        ),
        extended=extended,
    )
    return Resources(requests=lowered, limits=limits, origin=place)


def _stated(stated: int | None, default: int | None) -> int | None:
    return stated if stated is not None else default


def _at_least(stated: int | None, default: int | None, request: int | None) -> int | None:
    if stated is not None or default is None:
        return stated
    return max(default, request or 0)


def _at_most(stated: int | None, request: int | None, limit: int | None) -> int | None:
    """Return a request: a stated one stays above a limit, so that a check can report it."""
    if stated is not None or request is None or limit is None:
        return request
    return min(request, limit)
