"""``wait_for`` makes pods wait for a port or for a Job, and for nothing for ever."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import Any

import yaml

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source

PLATFORM = """\
platform: demo
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: {}, data: {} }
services:
  store:
    kind: workload
    namespace: data
    image: example.com/store:1.0
    ports: { sql: 5432, admin: 80 }
  schema:
    kind: workload
    namespace: data
    controller: Job
    image: example.com/web:1.0
    args: [migrate]
    depends_on: ["store:sql"]
    wait_for: [store]
  seed:
    kind: workload
    namespace: data
    controller: Job
    image: example.com/web:1.0
    wait_for: [schema]
  web:
    kind: workload
    namespace: shop
    image: example.com/web:1.0
    depends_on: ["store:sql", "store:admin"]
    wait_for: [schema, store]
    init: { first: { args: [first] } }
    sidecars: { proxy: { image: "example.com/proxy:1.0", ports: { p: 9000 } } }
"""


def _objects(text: str = PLATFORM) -> dict[str, dict[str, Any]]:
    result = compile_platform(Source(text))
    assert not result.failed, as_text(result.diagnostics)
    return {
        path.removeprefix("manifests/"): yaml.safe_load(made)
        for path, made in result.files.items()
        if path.startswith("manifests/")
    }


def _job(objects: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    beginning = f"50-workloads/data/job-{name}-"
    return next(body for path, body in objects.items() if path.startswith(beginning))


def test_containers_wait_after_the_sidecars_and_before_the_others() -> None:
    objects = _objects()
    pod = objects["50-workloads/shop/deployment-web.yaml"]["spec"]["template"]["spec"]
    assert [each["name"] for each in pod["initContainers"]] == [
        "proxy", "wait-for-schema", "wait-for-store-sql", "wait-for-store-admin", "first",
    ]  # fmt: skip
    schema = _job(objects, "schema")["metadata"]["name"]
    assert pod["initContainers"][1]["args"][-1] == f"job/{schema}"
    assert pod["initContainers"][2]["command"][-2:] == ["store.data.svc", "5432"]


def test_pods_may_read_the_job_that_they_wait_for_and_nothing_else() -> None:
    objects = _objects()
    schema = _job(objects, "schema")["metadata"]["name"]
    role = objects["20-rbac/data/role-demo-web.yaml"]
    assert role["rules"] == [
        {
            "apiGroups": ["batch"],
            "resources": ["jobs"],
            "resourceNames": [schema],
            "verbs": ["get", "list", "watch"],
        }
    ]
    binding = objects["20-rbac/data/rolebinding-demo-web.yaml"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}]
    policy = objects["10-policies/shop/networkpolicy-allow-web.yaml"]["spec"]
    assert 6443 in {port["port"] for rule in policy["egress"] for port in rule["ports"]}


def test_a_job_that_is_waited_for_does_not_delete_itself() -> None:
    objects = _objects()
    assert "ttlSecondsAfterFinished" not in _job(objects, "schema")["spec"]
    assert _job(objects, "seed")["spec"]["ttlSecondsAfterFinished"] == 3600


def test_a_job_gets_another_name_when_the_job_before_it_changes() -> None:
    names = {
        _job(_objects(text), "seed")["metadata"]["name"]
        for text in (PLATFORM, PLATFORM.replace("[migrate]", "[migrate, --all]"))
    }
    assert len(names) == 2


def test_without_wait_for_nothing_waits() -> None:
    text = "\n".join(line for line in PLATFORM.splitlines() if "wait_for: [s" not in line)
    objects = _objects(text)
    assert not any("wait-for" in str(body) for body in objects.values())


def test_the_script_tries_until_the_port_accepts(tmp_path: Any) -> None:  # noqa: ANN401
    """With a stand-in for ``nc`` that connects as busybox does, but not the first time."""
    nc, tried = tmp_path / "nc", tmp_path / "tried"
    nc.write_text(
        "#!/usr/bin/env python3\nimport pathlib, socket, sys\n"
        "assert sys.argv[1:4] == ['-z', '-w', '2'], sys.argv\n"
        f"tried = pathlib.Path({str(tried)!r})\n"
        "first = not tried.exists()\ntried.touch()\n"
        "first or socket.create_connection((sys.argv[4], int(sys.argv[5])), 9).close()\n"
        "sys.exit(first)\n"
    )
    nc.chmod(0o755)
    pod = _objects()["50-workloads/shop/deployment-web.yaml"]["spec"]["template"]["spec"]
    script = pod["initContainers"][2]["command"][:3]
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        done = subprocess.run(
            [*script, "127.0.0.1", str(port)],
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        server.settimeout(9)
        server.accept()[0].close()
    assert done.stdout.splitlines() == [f"waiting for 127.0.0.1:{port}"]


def test_jobs_that_wait_for_each_other_are_named_once_each() -> None:
    """Each layer of two waits for both of the layer before it: 2**20 ways lead to the first."""
    jobs = "".join(
        f"  j{layer}{side}: {{ kind: workload, controller: Job, image: 'example.com/j:1.0',"
        f" wait_for: [{f'j{layer - 1}a, j{layer - 1}b' if layer else ''}] }}\n"
        for layer in range(20)
        for side in "ab"
    )
    cluster = "cluster: { nodes: { main: { memory: 200GB, cpu: 60 } } }"
    start = f"platform: demo\nversion: 1\n{cluster}\nnamespaces: {{ shop: }}\nservices:\n"
    objects = _objects(start + jobs)
    named = {
        path.rpartition("/job-")[2].removesuffix(".yaml") for path in objects if "/job-" in path
    }
    last = next(body for path, body in objects.items() if "/job-j19a" in path)
    waits = last["spec"]["template"]["spec"]["initContainers"]
    assert {each["args"][-1].removeprefix("job/") for each in waits} <= named
    assert len(named) == len(jobs.splitlines())
