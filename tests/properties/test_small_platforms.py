"""Any small platform that the language accepts is built to valid objects, or refused by a check."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.depth import examples

# Small pools beside the whole range, so that things meet that must not.
NAMES = st.sampled_from(["web", "web-data", "data", "tmp", "files"]) | st.from_regex(
    r"[a-z]([-a-z0-9]{0,12}[a-z0-9])?", fullmatch=True
)
NUMBERS = st.sampled_from([80, 8080]) | st.integers(1, 65535)
PORTS = st.dictionaries(
    NAMES.filter(lambda name: "--" not in name),
    NUMBERS | st.fixed_dictionaries({"port": NUMBERS, "protocol": st.sampled_from(["TCP", "UDP"])}),
    max_size=4,
)
PATHS = st.sampled_from(["/tmp", "/a", "/a/b", "/a.b", "/etc/a"]) | st.from_regex(  # noqa: S108
    r"/[a-z]{1,8}(/[A-Za-z0-9._-]{1,8}){0,2}", fullmatch=True
)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
VARIABLES = st.from_regex(r"[A-Z_][A-Z0-9_]{0,10}", fullmatch=True)
AMOUNTS = {
    "memory": st.sampled_from(["16Mi", "64Mi", "100M"]),
    "cpu": st.sampled_from(["10m", "0.05"]),
}
LIMITS = {"memory": st.sampled_from(["128Mi", "1Gi"]), "cpu": st.sampled_from(["100m", 1])}
CHECKS = st.fixed_dictionaries(
    {}, optional={"period": st.sampled_from(["5s", "1m"]), "failures": st.integers(1, 9)}
)
PROBES = st.builds(
    lambda check, how: check | how,
    CHECKS,
    st.sampled_from([{"http": "/health"}, {"tcp": True}, {"command": ["true"]}]),
)


@st.composite
def workloads(draw: st.DrawFn) -> dict[str, Any]:
    """Return a workload of valid names and numbers; how they fit together is left to chance."""
    ports = draw(PORTS)
    stated: dict[str, Any] = {
        "kind": "workload",
        "image": draw(st.sampled_from(["example.com/a:1", "b:v2@sha256:" + "0" * 64])),
    }
    optional = {
        "ports": st.just(ports),
        "command": st.lists(TEXT.filter(bool), max_size=3),
        "args": st.lists(TEXT, max_size=3),
        "env": st.dictionaries(VARIABLES, TEXT, max_size=3),
        "files": st.dictionaries(PATHS, st.text(max_size=60), max_size=3),
        "volumes": st.dictionaries(
            NAMES,
            st.fixed_dictionaries(
                {"mount": PATHS, "size": st.sampled_from(["1Gi", "500Mi"])},
                optional={"ephemeral": st.booleans()},
            ),
            max_size=3,
        ),
        "probes": st.fixed_dictionaries(
            {}, optional={"startup": PROBES, "readiness": PROBES, "liveness": PROBES}
        ),
        "replicas": st.integers(0, 3),
        "schedule": st.sampled_from(["@daily", "*/5 * * * *", "0 3 29 2 *"]),
        "deadline": st.sampled_from(["30s", "2h"]),
        "user": st.integers(1, 70000),
        "api_access": st.booleans(),
        "resources": st.fixed_dictionaries(
            {}, optional={
                "requests": st.fixed_dictionaries({}, optional=AMOUNTS),
                "limits": st.fixed_dictionaries({}, optional=LIMITS),
            },
        ),
    }  # fmt: skip
    if ports:
        optional["metrics"] = st.fixed_dictionaries({"port": st.sampled_from(sorted(ports))})
    return stated | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def platforms(draw: st.DrawFn) -> dict[str, Any]:
    """Return a platform of a few workloads that depend on each other."""
    services = draw(st.dictionaries(NAMES, workloads(), min_size=1, max_size=3))
    for name, service in services.items():
        others = [
            f"{n}:{port}" for n, s in services.items() if n != name for port in s.get("ports", {})
        ]
        if others:
            service["depends_on"] = draw(st.lists(st.sampled_from(others), unique=True, max_size=2))
    return {
        "platform": draw(NAMES),
        "version": 1,
        "cluster": {"nodes": {"main": {"memory": "64Gi", "cpu": 64}}},
        "namespaces": {draw(NAMES.filter(lambda n: n != "default" and n[:5] != "kube-")): {}},
        "services": services,
    }


@given(platforms())
@examples(40)
def test_objects_are_valid_or_the_platform_is_refused_by_its_own_code(
    platform: dict[str, Any],
) -> None:
    result = compile_platform(Source(yaml_text(platform)))
    unexpected = [d for d in result.diagnostics if d.code in {"PLT701", "PLT702", "PLT301"}]
    assert not unexpected, unexpected
