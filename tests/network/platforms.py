"""Small platforms, and the policies that they become."""

from __future__ import annotations

from typing import Any

import yaml

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

Object = dict[str, Any]
NODE = {"nodes": {"main": {"memory": "32GB", "cpu": 16}}}


def compiled(
    services: Object, namespaces: tuple[str, ...] = ("a", "b"), cluster: Object = NODE
) -> Result:
    spec = {
        "platform": "p", "version": 1, "cluster": cluster, "services": services,
        "namespaces": dict.fromkeys(namespaces),
    }  # fmt: skip
    result = compile_platform(Source(yaml_text(spec)))
    assert not result.failed, result.diagnostics
    return result


def workload(namespace: str = "a", *depends_on: str, **more: Any) -> Object:  # noqa: ANN401
    return {
        "kind": "workload", "image": "example.com/i:1.0", "namespace": namespace,
        "ports": {"http": 8080}, "depends_on": list(depends_on), **more,
    }  # fmt: skip


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
