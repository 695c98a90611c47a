"""The budget of a server's sessions: who may open how many of them, and how many it accepts."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from platc_compiler.budget.lines import pod_count
from platc_compiler.budget.nodes import nodes
from platc_compiler.diagnostics import Origin
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.network import Link, Pods
from platc_compiler.ir.pipelines import PIPELINE
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.sessions import SessionLimit
from platc_compiler.ir.workloads import CronJob, Workload


class Client(Struct, frozen=True, kw_only=True):
    """Pods that may have sessions with a server."""

    name: str
    namespace: str
    service: str
    """The service of the pods, empty for tasks."""
    each: int
    pods: int
    roles: tuple[tuple[str, int], ...]
    why: str
    stated: bool
    """Whether anything says how many sessions a pod has; otherwise one is counted."""
    origin: Origin

    @property
    def total(self) -> int:
        """The sessions of all its pods."""
        return self.each * self.pods


class Account(Struct, frozen=True):
    """A limit, and all that counts against it, the largest first."""

    limit: SessionLimit
    clients: tuple[Client, ...]

    @property
    def total(self) -> int:
        """The sessions of all clients."""
        return sum(client.total for client in self.clients)


@cached_by_identity
def accounts(platform: Platform) -> tuple[Account, ...]:
    """Return an account for each limit of which platform.yaml keeps a budget."""
    kept = [limit for limit in platform.session_limits if limit.strict]
    if not kept:
        return ()
    counting = _Counting(platform)
    return tuple(Account(limit, counting.clients(limit)) for limit in kept)


class _Counting:
    """How many pods there are of each client."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._nodes = nodes(platform.spec.cluster)
        self._workloads = {(each.namespace, each.selector): each for each in platform.workloads}
        self._default: dict[str, str] = {}
        for offer in platform.offers:
            self._default.setdefault(offer.service, offer.port)

    def clients(self, limit: SessionLimit) -> tuple[Client, ...]:
        """Return the clients of a port, the largest first."""
        found = {client.name + client.namespace: client for client in self._known(limit)}
        for client in self._linked(limit):
            found.setdefault(client.name + client.namespace, client)
        return tuple(sorted(found.values(), key=lambda each: (-each.total, each.name)))

    def _known(self, limit: SessionLimit) -> Iterator[Client]:
        for each in self._platform.sessions:
            if (each.service, each.port) == (limit.service, limit.port):
                workload = self._workload(each.source)
                yield Client(
                    name=each.source.name, namespace=each.source.namespace,
                    service=workload.service if workload else "", each=each.each,
                    pods=each.pods or self._pods(each.source), roles=each.roles, why=each.why,
                    stated=True, origin=each.origin,
                )  # fmt: skip

    def _linked(self, limit: SessionLimit) -> Iterator[Client]:
        for link in self._platform.links:
            port = link.port or self._default.get(link.service)
            if (link.service, port) == (limit.service, limit.port) and isinstance(
                link.source, Pods
            ):
                yield self._of_link(link, link.source, limit)

    def _of_link(self, link: Link, source: Pods, limit: SessionLimit) -> Client:
        workload = self._workload(source)
        number, place = self._stated(link)
        own = workload is not None and workload.service == limit.service
        why = "its work" if own else "unknown" if number is None else "stated"
        return Client(
            name=source.name, namespace=source.namespace,
            service=workload.service if workload else "",
            each=1 if number is None else number, pods=self._pods(source), roles=(),
            why=why,
            stated=own or number is not None, origin=place,
        )  # fmt: skip

    def _stated(self, link: Link) -> tuple[int | None, Origin]:
        """Return what the caller says of a dependency, and where."""
        if link.origin[:1] != ("services",):
            return None, link.origin
        name = str(link.origin[1])
        said = self._platform.spec.services[name].sessions
        for key in (link.service, f"{link.service}:{link.port}"):
            if key in said and (link.port is None) == (":" not in key):
                return said[key], ("services", name, "sessions", key)
        return None, link.origin

    def _pods(self, source: Pods) -> int:
        """Return how many of these pods there are at most."""
        workload = self._workload(source)
        if workload is not None:
            running = pod_count(workload, self._nodes)
            return max(1, running) if isinstance(workload.controller, CronJob) else running
        for runner in self._platform.runners:
            if dict(runner.worker_labels).items() <= dict(source.labels).items():
                return runner.parallelism
        name = dict(source.labels).get(PIPELINE)
        runs = [p.max_active_runs for p in self._platform.pipelines if p.name == name]
        return runs[0] if runs else 1

    def _workload(self, source: Pods) -> Workload | None:
        """Return the workload of these pods; a Job has a digest in its name, not in its labels."""
        return self._workloads.get((source.namespace, source.labels))
