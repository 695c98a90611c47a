"""The settings of Keycloak that follow from how it is reached."""

from __future__ import annotations

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT


@pytest.mark.parametrize(
    ("entry", "forwarded"),
    [
        ("    expose: { host: login.example.com, path: /auth, controller: gate }", True),
        ("    expose: { by: LoadBalancer, sources: [203.0.113.0/24] }", False),
        ("    expose: { by: NodePort, sources: [203.0.113.0/24] }", False),
    ],
)
def test_only_a_proxy_is_believed_what_it_says_of_the_client(
    entry: str,
    forwarded: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Behind a load balancer of connections, the client itself could write the headers."""
    text = (ROOT / "tests/golden/platforms/keycloak.yaml").read_text(encoding="utf-8")
    begin = text.index("    expose:")
    end = text.index("\n", begin)
    result = compile_platform(Source(text[:begin] + entry + text[end:]))
    assert not result.failed, result.diagnostics
    settings = result.files["manifests/30-config/identity/configmap-keycloak-config.yaml"]
    assert ("proxy-headers=xforwarded" in settings) == forwarded


def test_its_pool_counts_in_the_budget_of_the_database() -> None:
    text = (ROOT / "tests/golden/platforms/keycloak.yaml").read_text(encoding="utf-8")
    text = text.replace("    schema: keycloak\n", "    schema: keycloak\n    connections: 7\n")
    platform = compile_platform(Source(text)).platform
    assert platform is not None
    (found,) = platform.sessions
    assert (found.service, found.port, found.each) == ("postgres", "sql", 7)
    assert found.roles == (("keycloak_app", 7),)
