"""Small platforms to count."""

from __future__ import annotations

from typing import Any

from platc_compiler.ir.platform import Platform
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

MI = 1 << 20
GI = 1 << 30
ONE_NODE = {"nodes": {"main": {"memory": "8GB", "cpu": 4}}}


def spec_of(
    services: dict[str, Any],
    cluster: dict[str, Any],
    **more: Any,  # noqa: ANN401
) -> dict[str, Any]:
    return {
        "platform": "p", "version": 1, "cluster": cluster, "namespaces": {"a": None},
        "services": services, **more,
    }  # fmt: skip


def compiled(
    services: dict[str, Any],
    cluster: dict[str, Any] = ONE_NODE,
    **more: Any,  # noqa: ANN401
) -> Platform:
    result = compile_platform(Source(yaml_text(spec_of(services, cluster, **more))))
    assert result.platform is not None, result.diagnostics
    return result.platform


def workload(memory: str = "256Mi", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    amounts = {"memory": memory, "cpu": "100m", "ephemeral_storage": "128Mi"}
    return {
        "kind": "workload", "image": "example.com/i:1.0", "namespace": "a",
        "resources": {"requests": amounts, "limits": amounts}, **more,
    }  # fmt: skip
