"""Another package adds a kind by an entry point, with the interface that the built-in ones use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.lower.kinds import KINDS, catalogue
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source

MODULE = """
from typing import Annotated, Literal

from pydantic import Field

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Container, Pod, Port, Probe, TcpSocket
from platc_compiler.ir.workloads import Deployment, Workload
from platc_compiler.lower.kind import Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized
from platc_spec.service import Component, Deployed

PORTS = (Port("dragonfly", 6379),)


class Dragonfly(Deployed, Component):
    kind: Literal["dragonfly"]
    memory: Annotated[int, Field(ge=1)] = 64


def pods(name, namespace):
    return Pods(name, namespace, selector_labels("dragonfly", name, "server"))


def offer(name, service, namespace):
    host = service_host(name, namespace)
    return Offering(port_offers(name, host, pods(name, namespace), PORTS))


def lower(name, service, context):
    container = Container(
        name="dragonfly", image="dragonfly:8.2.1", args=("--maxmemory", f"{service.memory}mb"),
        ports=PORTS, resources=sized(128, 50), readiness=Probe(handler=TcpSocket(6379)),
        origin=service_origin(name),
    )
    return Fragment(workloads=(Workload(
        name=name, namespace=context.namespace(service), service=name, app="dragonfly",
        component="server",
        controller=Deployment(), pod=Pod(containers=(container,), user=999, group=999),
        exposures=(exposure(name, PORTS),), origin=service_origin(name),
    ),))


DRAGONFLY = Kind("dragonfly", Dragonfly, lower, offer)
"""
PLATFORM = """\
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: }
services:
  cache: { kind: dragonfly, memory: 96 }
  web: { kind: workload, image: "example.com/web:1.0.0", depends_on: [cache] }
"""

BUILT_IN = """\
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: }
services:
  web: { kind: workload, image: "example.com/web:1.0.0" }
"""


@pytest.fixture
def dragonfly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a package that brings the kind ``dragonfly``, as pip would lay it out."""
    (tmp_path / "platc_dragonfly.py").write_text(MODULE, encoding="utf-8")
    info = tmp_path / "platc_dragonfly-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: platc-dragonfly\nVersion: 1.0\n", "utf-8"
    )
    (info / "entry_points.txt").write_text(
        "[platc.kinds]\ndragonfly = platc_dragonfly:DRAGONFLY\n", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("platc_dragonfly", None)


@pytest.mark.usefixtures("dragonfly")
def test_a_kind_of_another_package_is_compiled_like_any_other() -> None:
    result = compile_platform(Source(PLATFORM))
    assert not result.failed, as_text(result.diagnostics)
    assert "--maxmemory" in result.files["manifests/50-workloads/shop/deployment-cache.yaml"]
    assert "port: 6379" in result.files["manifests/10-policies/shop/networkpolicy-allow-web.yaml"]


@pytest.mark.usefixtures("dragonfly")
def test_a_mistake_in_such_a_service_is_told_like_any_other() -> None:
    (found,) = compile_platform(Source(PLATFORM.replace("memory: 96", "memroy: 96"))).diagnostics
    assert (found.code, found.line, found.hint) == ("PLT004", 6, "did you mean 'memory'?")


def test_a_kind_that_nobody_brings_is_refused_by_line() -> None:
    (found,) = compile_platform(Source(PLATFORM)).diagnostics
    assert (found.code, found.line) == ("PLT007", 6)


def test_no_package_is_asked_for_a_kind_that_is_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise AssertionError("entry points were looked up")

    monkeypatch.setattr("importlib.metadata.entry_points", fail)
    assert catalogue(KINDS).keys() == KINDS.keys()


def test_a_kind_is_imported_for_its_first_service_alone() -> None:
    script = (
        "import sys; from platc_compiler.pipeline import compile_platform\n"
        "from platc_compiler.source.source import Source\n"
        f"assert not compile_platform(Source({BUILT_IN!r})).failed\n"
        "print(*(name for name in sys.modules if name.startswith('platc_compiler.lower.')))"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    loaded = {name.removeprefix("platc_compiler.lower.") for name in run.stdout.split()}
    assert "workload" in loaded
    assert loaded.isdisjoint({"keycloak", "fluentd", "postgres", "include"})


def test_what_another_key_stands_for_is_no_kind_to_write() -> None:
    text = PLATFORM.replace("{ kind: dragonfly, memory: 96 }", "{ kind: include, files: [] }")
    assert ("PLT125", 6) in {(d.code, d.line) for d in compile_platform(Source(text)).diagnostics}
    unknown = compile_platform(Source(PLATFORM)).diagnostics[0]
    assert "include" not in f"{unknown.message}{unknown.hint}"
