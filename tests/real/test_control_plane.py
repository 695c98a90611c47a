"""Both large platforms on a real control plane: admission, placement, roll-outs, quotas, rights."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest
import yaml

from tests.real.control_plane import ControlPlane, control_plane, wait
from tests.real.installed import Installed, install
from tests.tools import ROOT, tool

PLATFORMS = (ROOT / "platform.yaml", ROOT / "examples/three-nodes/platform.yaml")

# A pod needs a moment to start and to end, so that old pods are still there beside new ones; what
# runs to its end is there while everything else starts.
DELAYS = {"pod-ready": (500, 1500), "pod-delete": (1000, 2000), "pod-complete": (20000, 20000)}


@pytest.fixture(scope="module", params=PLATFORMS, ids=("reference", "three-nodes"))
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installed]:
    with control_plane(DELAYS) as plane:
        yield install(plane, request.param, tmp_path_factory.mktemp("out"))


pytestmark = pytest.mark.e2e


def test_every_object_is_admitted_without_a_warning(installed: Installed) -> None:
    applied = installed.applied
    assert applied.returncode == 0, applied.stderr
    assert applied.stderr == ""
    assert len(applied.stdout.splitlines()) == len(installed.objects) > 100


def test_every_pod_finds_its_node_at_the_worst_moment(installed: Installed) -> None:
    installed.start_worst_moment("first")
    began = time.monotonic()
    wait(lambda: not waiting(installed), 60, lambda: waiting(installed))
    # The first Job to end would make room for others.
    assert time.monotonic() - began < 20
    wait(lambda: not installed.unfinished(), 60, installed.unfinished)
    placed = [pod["spec"]["nodeName"] for pod in installed.pods()]
    assert len(placed) > 20


def waiting(installed: Installed) -> list[str]:
    return [
        pod["metadata"]["name"] for pod in installed.pods() if "nodeName" not in pod["spec"]
    ] + [line for line in installed.unfinished() if not line.startswith("pod")]


def test_no_quota_refuses_a_pod_while_everything_restarts(installed: Installed) -> None:
    wait(lambda: not installed.unfinished(), 60, installed.unfinished)
    before = installed.controlled()
    assert len(before) > 10
    first = installed.refused_by_quota()
    installed.end_tasks()
    installed.start_worst_moment("second")
    for job in installed.of_kind("Job"):
        installed.start_again(job, "second")
    for namespace in installed.namespaces:
        done = installed.plane.kubectl(
            "rollout", "restart", "deployment,statefulset,daemonset",
            f"--namespace={namespace}", "--selector=app.kubernetes.io/managed-by=platc",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    wait(
        lambda: not installed.unfinished() and not set(installed.controlled()) & set(before), 120,
        lambda: (installed.unfinished(), installed.refused_by_quota()),
    )  # fmt: skip
    assert len(installed.controlled()) == len(before)
    assert installed.refused_by_quota() == first == []


VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
IN_NAMESPACES = (
    "/pods", "/pods/log", "/pods/exec", "/services", "/endpoints", "/secrets", "/configmaps",
    "/events", "/serviceaccounts/token", "/persistentvolumeclaims",
    "discovery.k8s.io/endpointslices", "networking.k8s.io/ingresses", "apps/deployments",
    "batch/jobs", "rbac.authorization.k8s.io/roles",
)  # fmt: skip
OF_THE_CLUSTER = ("/nodes", "/nodes/metrics", "/nodes/proxy", "/namespaces", "/persistentvolumes")
EVERYWHERE = ""
DISCOVERY = {"/pods": ("list", "watch"), "/services": ("list", "watch"),
             "discovery.k8s.io/endpointslices": ("list", "watch")}  # fmt: skip
EXECUTOR = {
    "/pods": ("get", "list", "watch", "create", "patch", "delete"),
    "/pods/log": ("get",), "/events": ("list",),
}  # fmt: skip
LOGS = {"/pods": ("get", "list"), "/pods/log": ("get",)}


def test_prometheus_may_do_what_its_discovery_does_and_nothing_else(installed: Installed) -> None:
    account = "monitoring:prometheus"
    discovered = {
        body["metadata"]["namespace"]
        for body in installed.of_kind("RoleBinding")
        if {"kind": "ServiceAccount", "name": "prometheus", "namespace": "monitoring"}
        in body["subjects"]
    }
    assert discovered >= {"airflow", "database", "monitoring"}
    for namespace in discovered & set(installed.namespaces):
        assert rights(installed.plane, account, namespace) == DISCOVERY
    assert rights(installed.plane, account, "kube-system") == {}
    # Of the nodes it reads the kubelets' metrics; all else is given by namespace.
    assert rights(installed.plane, account, EVERYWHERE) == {
        "/nodes": ("list", "watch"), "/nodes/metrics": ("get",)
    }  # fmt: skip


def test_prometheus_finds_the_pods_of_every_job_with_its_own_rights(
    installed: Installed, tmp_path: Path
) -> None:
    wait(lambda: not installed.unfinished(), 60, installed.unfinished)
    config = yaml.safe_load(installed.files["prometheus/prometheus.yml"])
    jobs: dict[str, str] = {}
    for job in config["scrape_configs"]:
        for discovery in job.get("kubernetes_sd_configs", ()):
            discovery["kubeconfig_file"] = str(kubeconfig_of_prometheus(installed.plane, tmp_path))
            namespaces = discovery.get("namespaces", {}).get("names", installed.namespaces)
            # Nobody has installed what others run.
            if set(namespaces) <= set(installed.namespaces):
                jobs[job["job_name"]] = discovery["role"]
        if "authorization" in job:
            job["authorization"] = {"credentials": "t"}
    file = tmp_path / "prometheus.yml"
    file.write_text(yaml.safe_dump(config))
    with ThreadPoolExecutor(4) as pool:
        found = dict(zip(jobs, pool.map(lambda job: targets(file, job), jobs), strict=True))
    assert len(found) > 8
    # These two find what others annotate, and there is nothing of others.
    empty = {job for job, count in found.items() if not count}
    assert empty == {"kubernetes-pods", "kubernetes-services"}
    nodes = len(installed.plane.list("/api/v1/nodes"))
    assert {found["cadvisor"], found["node-exporter"], found["fluentd"]} == {nodes}


def kubeconfig_of_prometheus(plane: ControlPlane, folder: Path) -> Path:
    """Return a file by which Prometheus is a client as its pods are."""
    file = folder / "kubeconfig"
    if not file.exists():
        token = plane.kubectl("create", "token", "prometheus", "--namespace=monitoring").stdout
        config = yaml.safe_load(plane.kubeconfig.read_text())
        config["users"][0]["user"] = {"token": token.strip()}
        file.write_text(yaml.safe_dump(config))
    return file


def targets(config: Path, job: str) -> int:
    """Return how many targets a job has after relabelling."""
    done = subprocess.run(
        [tool("promtool"), "check", "service-discovery", "--timeout=3s", config, job],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "forbidden" not in done.stderr
    return sum(1 for target in json.loads(done.stdout) if target.get("labels"))


def test_airflow_may_run_pods_in_its_own_namespace_and_nothing_else(installed: Installed) -> None:
    for name, own in (("scheduler", EXECUTOR), ("worker", EXECUTOR), ("api-server", LOGS)):
        account = f"airflow:airflow-{name}"
        assert rights(installed.plane, account, "airflow") == own
        for elsewhere in ("monitoring", "kube-system", EVERYWHERE):
            assert rights(installed.plane, account, elsewhere) == {}


def rights(plane: ControlPlane, account: str, namespace: str) -> dict[str, tuple[str, ...]]:
    """Return the verbs that a service account may use, by resource, as the API server says."""
    user = f"system:serviceaccount:{account}"
    groups = ["system:authenticated", "system:serviceaccounts",
              f"system:serviceaccounts:{account.split(':', maxsplit=1)[0]}"]  # fmt: skip
    found: dict[str, tuple[str, ...]] = {}
    resources = IN_NAMESPACES if namespace else (*IN_NAMESPACES, *OF_THE_CLUSTER)
    for resource, verb in product(resources, VERBS):
        group, _, whole = resource.partition("/")
        name, _, part = whole.partition("/")
        asked = {"namespace": namespace, "group": group, "resource": name, "subresource": part,
                 "verb": verb, "version": "*"}  # fmt: skip
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {"user": user, "groups": groups, "resourceAttributes": asked},
        }
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        if plane.create(path, review)["status"]["allowed"]:
            found[resource] = (*found.get(resource, ()), verb)
    return found
