"""What services share by ``extends`` and ``env_from`` becomes a part of each."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import InMemory
from platc_compiler.source.source import Source

PLATFORM = """\
platform: demo
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: {} }
secrets: { db: { keys: [USER, PASSWORD] } }
profiles:
  small:
    resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 64Mi, cpu: 50m } }
    env: { LEVEL: info, MODE: live, GONE: "1" }
    tolerations: [{ key: spot, operator: Exists }]
  python: { extends: small, env: { MODE: safe, UNBUFFERED: "1" } }
services:
  web:
    kind: workload
    image: example.com/web:1.0
    extends: [python]
    env: { LEVEL: debug, GONE: null }
    resources: { limits: { memory: 128Mi } }
    sidecars:
      proxy: { image: "example.com/proxy:1.0", env_from: [{ file: web.env }], ports: { p: 9000 } }
  api:
    kind: workload
    image: example.com/api:1.0
    env: { B: own }
    env_from: [{ file: web.env }, { secret: db, prefix: DB_ }]
environments:
  production: { profiles: { small: { env: { LEVEL: warn, MODE: fast } } } }
"""
FILES = {"web.env": '# A comment.\nA=1\nexport B="two words"\nC=3 # not a part\n\nD=\n'}


def _result(environment: str | None = None) -> Result:
    found = compile_platform(Source(PLATFORM, environment=environment, beside=InMemory(FILES)))
    assert not found.failed, as_text(found.diagnostics)
    return found


def _container(name: str, environment: str | None = None, group: str = "containers") -> Any:  # noqa: ANN401
    path = f"manifests/50-workloads/shop/deployment-{name}.yaml"
    pod = yaml.safe_load(_result(environment).files[path])["spec"]["template"]["spec"]
    return {**pod[group][0], "tolerations": pod.get("tolerations")}


def _env(container: dict[str, Any]) -> dict[str, Any]:
    return {
        each["name"]: each.get("value", each.get("valueFrom", {}).get("secretKeyRef"))
        for each in container["env"]
    }


def test_a_service_changes_what_a_profile_states_and_a_profile_what_it_extends() -> None:
    web = _container("web")
    assert _env(web) == {"LEVEL": "debug", "MODE": "safe", "UNBUFFERED": "1"}
    assert web["resources"]["requests"]["memory"] == "64Mi"
    assert web["resources"]["limits"] == {
        "cpu": "50m", "memory": "128Mi", "ephemeral-storage": "1Gi",
    }  # fmt: skip
    assert web["tolerations"] == [{"key": "spot", "operator": "Exists"}]


def test_an_environment_changes_a_profile_for_all_that_extend_it() -> None:
    assert _env(_container("web", "production"))["LEVEL"] == "debug"
    assert _env(_container("web", "production"))["MODE"] == "safe"


def test_variables_come_from_a_file_and_from_every_key_of_a_secret() -> None:
    assert _env(_container("api")) == {
        "A": "1",
        "B": "own",
        "C": "3",
        "D": "",
        "DB_USER": {"name": "db", "key": "USER"},
        "DB_PASSWORD": {"name": "db", "key": "PASSWORD"},
    }
    assert _env(_container("web", group="initContainers"))["B"] == "two words"


def test_a_platform_that_shares_nothing_reads_no_profile() -> None:
    from platc_compiler.language.reuse import is_used

    assert is_used({"profiles": {}})
    assert is_used({"services": {"a": {"sidecars": {"b": {"env_from": []}}}}})
    assert not is_used({"services": {"a": {"env": {"extends": "x"}}}})


_WEB = {"kind": "workload", "image": "example.com/web:1.0"}
_HOSTILE: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "doubled": (
        {f"p{i}": {"extends": [f"p{i - 1}"] * 2 if i else []} for i in range(40)},
        {"web": {**_WEB, "extends": "p39"}},
        "'web' takes over more than 50 profiles",
    ),
    "long": (
        {f"p{i}": {"extends": [f"p{i - 1}"] if i else []} for i in range(3000)},
        {"web": {**_WEB, "extends": "p2999"}},
        "more than 50 profiles extend each other in a row",
    ),
    "large": (
        {"large": {"env": {f"A{i}": "1" for i in range(2000)}}},
        {f"web{i}": {**_WEB, "extends": "large"} for i in range(200)},
        "more than 200000 values are taken over",
    ),
    "cycles": (
        {"p0": {"extends": ["p0"] * 500}},
        {f"web{i}": {**_WEB, "extends": "p0"} for i in range(500)},
        "the profiles form a cycle: p0 → p0",
    ),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_what_services_take_over_is_bounded(name: str) -> None:
    profiles, services, said = _HOSTILE[name]
    tree = {**yaml.safe_load(PLATFORM), "profiles": profiles, "services": services}
    before = time.process_time()
    found = compile_platform(Source(json.dumps(tree))).diagnostics
    assert time.process_time() - before < 3
    assert said in [each.message for each in found if each.severity == "error"]


def test_a_service_that_replaces_a_part_of_a_profile_is_told_at_its_own_line() -> None:
    tree = yaml.safe_load(PLATFORM)
    tree["profiles"] = {"small": {"ports": {"http": 0}, "env": {"A": {"b": "c"}}}}
    tree["services"] = {"web": {**_WEB, "extends": "small", "env": {"A": ["c"]}}}
    found = compile_platform(Source(json.dumps(tree))).diagnostics
    paths = {each.path for each in found if each.severity == "error"}
    assert paths == {"profiles.small.ports.http", "services.web.env.A"}
