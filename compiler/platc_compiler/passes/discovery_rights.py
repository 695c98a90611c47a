"""What Prometheus may read of the cluster: exactly what its scrape jobs need.

A job that names its namespaces needs a Role in each of them; only nodes, and a job that names no
namespace, need a ClusterRole. What the user's own ``config`` adds or replaces counts as well.

Source: prometheus 3.14, discovery/kubernetes/kubernetes.go (Discovery.Run, its informers list and
watch); kubernetes 1.37, pkg/kubelet/server/auth.go (/metrics and what is below it is the
subresource nodes/metrics).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from platc_compiler.ir.observability import (
    TOKEN,
    Monitor,
    NodeTargets,
    PodTargets,
    ScrapeJob,
    ServiceTargets,
)
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Rights, Rule
from platc_compiler.merging import overlay

_EVERYWHERE = ""
_FIND = ("list", "watch")
_READ = ("get",)
_FOUND_BY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "pod": (("", "pods"),),
    "service": (("", "services"),),
    "endpoints": (("", "endpoints"), ("", "pods"), ("", "services")),
    "endpointslice": (("", "pods"), ("", "services"), ("discovery.k8s.io", "endpointslices")),
    "ingress": (("networking.k8s.io", "ingresses"),),
    "node": (("", "nodes"),),
}
"""Groups and resources that each role of ``kubernetes_sd_configs`` lists and watches."""
_ATTACHED: Mapping[str, tuple[str, str]] = {
    "node": ("", "nodes"),
    "namespace": ("", "namespaces"),
    "deployment": ("apps", "replicasets"),
    "job": ("batch", "jobs"),
    "cronjob": ("batch", "jobs"),
}
"""The same for ``attach_metadata``."""
_OF_NO_NAMESPACE = frozenset({("", "nodes"), ("", "namespaces")})

_Needs = dict[str, set[tuple[str, str, tuple[str, ...]]]]
"""By namespace: group, resource or path of a URL, and verbs. A path begins with a slash."""


def discovery_rights(platform: Platform) -> Platform:
    """Add the rights of each Prometheus."""
    rights = [each for monitor in platform.monitors for each in _rights(platform, monitor)]
    return replace(platform, rights=(*platform.rights, *rights))


def _rights(platform: Platform, monitor: Monitor) -> Iterator[Rights]:
    own = monitor.pods.namespace
    needs = _needs(overlay(_skeleton(platform.scrapes), monitor.config), own)
    for where, needed in sorted(needs.items()):
        rest = needed if where == _EVERYWHERE else needed - needs.get(_EVERYWHERE, set())
        if rest:
            yield Rights(
                account=monitor.service, namespace=own, rules=tuple(_rules(rest)),
                cluster=where == _EVERYWHERE, within=where, origin=monitor.origin,
            )  # fmt: skip


def _skeleton(jobs: Iterable[ScrapeJob]) -> dict[str, Any]:
    """Return the parts of the generated ``prometheus.yml`` that need rights."""
    return {"scrape_configs": [_job(job) for job in jobs]}


def _job(job: ScrapeJob) -> dict[str, Any]:
    found: dict[str, Any] = {"job_name": job.name, "metrics_path": job.path}
    match job.discovery:
        case PodTargets(namespaces):
            return found | _discovery("pod", namespaces)
        case ServiceTargets(namespaces):
            return found | _discovery("endpointslice", namespaces)
        case NodeTargets():
            return found | _discovery("node", ()) | {"authorization": {"credentials_file": TOKEN}}
    return found


def _discovery(role: str, namespaces: tuple[str, ...]) -> dict[str, Any]:
    return {"kubernetes_sd_configs": [{"role": role, "namespaces": {"names": list(namespaces)}}]}


def _needs(config: Mapping[str, Any], own: str) -> _Needs:
    needs: _Needs = defaultdict(set)
    alerting = _mapping(config.get("alerting"))
    for job in (
        *_mappings(config.get("scrape_configs")),
        *_mappings(alerting.get("alertmanagers")),
    ):
        discoveries = [
            each
            for each in _mappings(job.get("kubernetes_sd_configs"))
            if not each.get("api_server") and not each.get("kubeconfig_file")
        ]
        for discovery in discoveries:
            _add_discovery(needs, discovery, own)
        if _sends_token(job):
            path = str(job.get("metrics_path") or "/metrics")
            on_nodes = any(each.get("role") == "node" for each in discoveries)
            needs[_EVERYWHERE].add(("", "nodes/metrics" if on_nodes else path, _READ))
    return needs


def _add_discovery(needs: _Needs, discovery: Mapping[str, Any], own: str) -> None:
    stated = _mapping(discovery.get("namespaces"))
    names = stated.get("names")
    namespaces = [str(name) for name in names] if isinstance(names, list) else []
    namespaces += [own] if stated.get("own_namespace") is True else []
    attached = _mapping(discovery.get("attach_metadata"))
    wanted = (
        *_FOUND_BY.get(str(discovery.get("role")).lower(), ()),
        *(resource for key, resource in _ATTACHED.items() if attached.get(key) is True),
    )
    for group, resource in wanted:
        everywhere = not namespaces or (group, resource) in _OF_NO_NAMESPACE
        for where in [_EVERYWHERE] if everywhere else namespaces:
            needs[where].add((group, resource, _FIND))


def _sends_token(job: Mapping[str, Any]) -> bool:
    """Return whether a job shows its targets who it is, so that they ask what it may."""
    authorization = _mapping(job.get("authorization"))
    return TOKEN in {authorization.get("credentials_file"), job.get("bearer_token_file")}


def _rules(needed: Iterable[tuple[str, str, tuple[str, ...]]]) -> Iterator[Rule]:
    """Yield a rule for each group and its verbs, then one for all URLs."""
    resources: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    urls = []
    for group, what, verbs in sorted(needed):
        if what.startswith("/"):
            urls.append(what)
        else:
            resources[group, verbs].append(what)
    for (group, verbs), names in resources.items():
        yield Rule((group,), tuple(names), verbs)
    if urls:
        yield Rule((), (), _READ, urls=tuple(urls))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
