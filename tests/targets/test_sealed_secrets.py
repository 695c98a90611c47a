from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.seal.declared import Declared, Scope
from platc_compiler.seal.run import seal
from platc_compiler.seal.secret_value import SecretValue
from platc_compiler.source.source import Source
from tests.seal.controller import make_controller
from tests.sources import beside

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { shop: {} }
secrets: { web: { keys: [token], scope: SCOPE } }
services:
  web:
    kind: workload
    image: example/web:1.0
    ports: { http: 80 }
    env: { TOKEN: "${web/token}" }
"""


def _object(scope: Scope) -> tuple[str, dict[str, Any]]:
    """Return the text of sealed-secrets.yaml, and the object that it became."""
    declared = Declared("web", "shop", ("token",), scope=scope)
    values = {"web": {"token": SecretValue(b"a")}}
    sealed = seal([declared], make_controller().certificate, None, values, part_of="shop").text
    result = compile_platform(Source(PLATFORM.replace("SCOPE", scope.value), beside=beside(sealed)))
    assert not result.failed, result.diagnostics
    (path,) = (path for path in result.files if "sealedsecret-web" in path)
    body: dict[str, Any] = yaml.safe_load(result.files[path])
    return sealed, body


@pytest.mark.parametrize("scope", list(Scope))
def test_a_restored_secret_is_taken_over_by_the_controller(scope: Scope) -> None:
    _, body = _object(scope)
    annotations = body["spec"]["template"]["metadata"]["annotations"]
    assert annotations["sealedsecrets.bitnami.com/managed"] == "true"


@pytest.mark.parametrize("scope", list(Scope))
def test_all_else_of_a_sealed_object_stays_as_the_file_has_it(scope: Scope) -> None:
    sealed, body = _object(scope)
    (stated,) = (each for each in yaml.safe_load_all(sealed) if each)
    annotations = body["spec"]["template"]["metadata"].pop("annotations")
    kept = stated["spec"]["template"]["metadata"].pop("annotations", {})
    assert annotations == {**kept, "sealedsecrets.bitnami.com/managed": "true"}
    assert body["spec"] == stated["spec"]
