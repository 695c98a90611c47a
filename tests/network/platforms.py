"""Small platforms, and the policies that they become."""

from __future__ import annotations

from typing import Any

import yaml

from platc_compiler.diagnostics import Located
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

Object = dict[str, Any]
NODE = {"nodes": {"main": {"memory": "32GB", "cpu": 16}}}
SECRETS = {"keys": {"namespace": "a", "keys": ["fernet", "session", "jwt", "superuser", "airflow"]}}


def compiled(
    services: Object, namespaces: tuple[str, ...] = ("a", "b"), cluster: Object = NODE
) -> Result:
    spec = {
        "platform": "p", "version": 1, "cluster": cluster, "services": services,
        "namespaces": dict.fromkeys(namespaces),
        **({"secrets": SECRETS} if "airflow" in services else {}),
    }  # fmt: skip
    result = compile_platform(Source(yaml_text(spec)))
    assert not result.failed, result.diagnostics
    return result


def workload(namespace: str = "a", *depends_on: str, **more: Any) -> Object:  # noqa: ANN401
    return {
        "kind": "workload", "image": "example.com/i:1.0", "namespace": namespace,
        "ports": {"http": 8080}, "depends_on": list(depends_on), **more,
    }  # fmt: skip


def airflow(**worker: Any) -> Object:  # noqa: ANN401
    """Return an Airflow with its database and a service that it depends on."""
    keys = {name: f"keys/{name}" for name in ("fernet", "session", "jwt")}
    return {
        "web": workload("a"),
        "airflow": {
            "kind": "airflow", "namespace": "a", "version": "3.3.2", "database": "postgres/airflow",
            "depends_on": ["web"], "keys": keys, "worker": worker,
        },
        "postgres": {
            "kind": "postgres", "namespace": "a", "storage": "5Gi",
            "superuser_password": "keys/superuser", "databases": {"airflow": {"owner": "airflow"}},
            "roles": {"airflow": {"password": "keys/airflow"}},
        },
    }  # fmt: skip


def faults_of_patches(services: Object, patches: list[Object]) -> list[Located]:
    """Return the errors that patches of a platform in one namespace lead to."""
    spec = {
        "platform": "p", "version": 1, "cluster": NODE, "services": services, "patches": patches,
        "namespaces": {"a": None},
    }  # fmt: skip
    found = compile_platform(Source(yaml_text(spec))).diagnostics
    return [each for each in found if each.severity == "error"]


def external(port: int, **address: Any) -> Object:  # noqa: ANN401
    return {"kind": "external", "address": address, "ports": {"main": port}}


def objects(result: Result) -> list[Object]:
    return [
        yaml.safe_load(text)
        for path, text in sorted(result.files.items())
        if path.startswith("manifests/")
    ]


def policies(result: Result) -> dict[tuple[str, str], Object]:
    return {
        (body["metadata"]["namespace"], body["metadata"]["name"]): body["spec"]
        for body in objects(result)
        if body["kind"] == "NetworkPolicy"
    }
