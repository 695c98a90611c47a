"""Prometheus may read what its configuration makes it read, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.sources import beside
from tests.tools import ROOT

Right = tuple[str, str, str, str]
"""Namespace (empty: everywhere), group, resource or path, verb."""

_LISTED = {
    "node": {"/nodes"},
    "pod": {"/pods"},
    "service": {"/services"},
    "endpoints": {"/endpoints", "/services", "/pods"},
    "endpointslice": {"discovery.k8s.io/endpointslices", "/services", "/pods"},
    "ingress": {"networking.k8s.io/ingresses"},
}
"""Group and resource of the informers of each role; an informer lists and watches.
Source: prometheus 3.14, discovery/kubernetes/kubernetes.go, Discovery.Run."""

_PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { shop: {}, watch: {} }
services:
  prometheus: { kind: prometheus, namespace: watch, SETTINGS }
  web:
    kind: workload
    namespace: shop
    image: "example.com/shop/web:1.0"
    ports: { http: 8080 }
    metrics: { port: http }
"""
_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 - a path
_NOTHING = "discover: { pods: false, services: false, kubelet: false, cadvisor: false }"


def _compiled(text: str, sealed: str | None = None) -> dict[str, str]:
    result = compile_platform(Source(text, beside=beside(sealed)))
    assert not result.failed, render.as_text(result.diagnostics)
    return dict(result.files)


def _needed(config: dict[str, Any], own: str) -> set[Right]:
    needed: set[Right] = set()
    jobs = [*config["scrape_configs"], *config.get("alerting", {}).get("alertmanagers", [])]
    for job in jobs:
        roles = []
        for discovery in job.get("kubernetes_sd_configs", []):
            roles.append(discovery["role"])
            stated = discovery.get("namespaces", {})
            namespaces = set(stated.get("names", []))
            namespaces |= {own} if stated.get("own_namespace") else set()
            listed = {
                (where, what)
                for what in _LISTED[discovery["role"]]
                for where in (namespaces if namespaces and what != "/nodes" else {""})
            }
            if discovery.get("attach_metadata", {}).get("node"):
                listed.add(("", "/nodes"))
            for where, what in listed:
                group, _, resource = what.rpartition("/")
                needed |= {(where, group, resource, verb) for verb in ("list", "watch")}
        if job.get("authorization", {}).get("credentials_file") == _TOKEN:
            # The kubelet asks for nodes/metrics, all else for the path itself.
            path = job.get("metrics_path", "/metrics")
            needed.add(("", "", "nodes/metrics" if "node" in roles else path, "get"))
    everywhere = {right[1:] for right in needed if not right[0]}
    return {right for right in needed if not right[0] or right[1:] not in everywhere}


def _given(files: dict[str, str], account: str) -> set[Right]:
    objects = [yaml.safe_load(text) for path, text in files.items() if "/20-rbac/" in path]
    roles = {
        (body["kind"], body["metadata"].get("namespace", ""), body["metadata"]["name"]): body
        for body in objects
    }
    given: set[Right] = set()
    for body in objects:
        if not body["kind"].endswith("RoleBinding"):
            continue
        if account not in {subject["name"] for subject in body["subjects"]}:
            continue
        where = body["metadata"].get("namespace", "")
        role = roles[body["roleRef"]["kind"], where, body["roleRef"]["name"]]
        for rule in role["rules"]:
            what = [(group, r) for group in rule.get("apiGroups", ()) for r in rule["resources"]]
            what += [("", url) for url in rule.get("nonResourceURLs", ())]
            given |= {(where, *each, verb) for each in what for verb in rule["verbs"]}
    return given


def _compared(files: dict[str, str], own: str) -> set[Right]:
    given = _given(files, "prometheus")
    assert given == _needed(yaml.safe_load(files["prometheus/prometheus.yml"]), own)
    return given


def test_the_reference_platform() -> None:
    text = (ROOT / "platform.yaml").read_text(encoding="utf-8")
    given = _compared(_compiled(text), "monitoring")
    assert {right for right in given if not right[0]} == {
        ("", "", "nodes", "list"), ("", "", "nodes", "watch"), ("", "", "nodes/metrics", "get"),
    }  # fmt: skip
    assert ("spark-operator", "", "pods", "watch") in given


_INGRESS = "{ role: ingress, namespaces: { names: [shop], own_namespace: true } }"
_ENDPOINTS = "{ role: endpoints, namespaces: { names: [shop] }, attach_metadata: { node: true } }"
_SERVICE = "{ role: service, namespaces: { names: [shop] } }"
_SLICES = "{ role: endpointslice, namespaces: { own_namespace: true } }"
_SHOWS = f"authorization: {{ credentials_file: {_TOKEN} }}, metrics_path: /metrics/slis"


def _with_job(discovery: str, name: str = "own", more: str = "metrics_path: /m") -> str:
    job = f"{{ job_name: {name}, kubernetes_sd_configs: [{discovery}], {more} }}"
    return f"config: {{ scrape_configs: [{job}] }}"


@pytest.mark.parametrize(
    "settings",
    [
        "version: 3.14.0",
        _NOTHING,
        "discover: { kubelet: false, cadvisor: false }",
        "discover: { services: false }",
        _with_job("{ role: pod }"),
        _with_job(_INGRESS),
        _with_job(_ENDPOINTS, more=_SHOWS),
        _with_job(_SERVICE, name="kubernetes-pods"),
        f"config: {{ alerting: {{ alertmanagers: [{{ kubernetes_sd_configs: [{_SLICES}] }}] }} }}",
    ],
)
def test_what_is_given_is_what_is_needed(settings: str) -> None:
    assert _compared(_compiled(_PLATFORM.replace("SETTINGS", settings)), "watch")


def test_without_discovery_there_is_no_role() -> None:
    text = _PLATFORM.replace("SETTINGS", _NOTHING).replace("    metrics: { port: http }\n", "")
    files = _compiled(text)
    assert _given(files, "prometheus") == set()
    assert not any("role" in path and "prometheus" in path for path in files)
