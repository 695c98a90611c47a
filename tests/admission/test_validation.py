"""What the embedded schemas refuse, and how it is said."""

from __future__ import annotations

import pytest

from platc_compiler.admission.fault import Fault
from platc_compiler.admission.pack import supported_versions
from platc_compiler.admission.validation import faults
from tests.admission.objects import Object, Path, changed

DEPLOYMENT: Object = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "securityContext": {"runAsNonRoot": True},
                "containers": [
                    {
                        "name": "web",
                        "image": "web:1",
                        "env": [{"name": "A", "value": "1"}],
                        "resources": {"requests": {"cpu": 0.5, "memory": "1Gi", "pods": 1}},
                        "livenessProbe": {"httpGet": {"port": "http"}},
                        "readinessProbe": {"httpGet": {"port": 8080}},
                    },
                ],
            },
        },
    },
}
SEALED: Object = {
    "apiVersion": "bitnami.com/v1alpha1",
    "kind": "SealedSecret",
    "metadata": {"name": "keys", "namespace": "shop"},
    "spec": {"encryptedData": {"key": "AgB"}, "template": {"type": "Opaque"}},
}
SCHEDULE: Object = {
    "apiVersion": "velero.io/v1",
    "kind": "Schedule",
    "metadata": {"name": "daily", "namespace": "velero"},
    "spec": {
        "schedule": "0 2 * * *",
        "template": {
            "ttl": "720h0m0s",
            "labelSelector": None,
            "hooks": {"resources": [{"name": "dump", "pre": [{"exec": {"command": ["sync"]}}]}]},
        },
    },
}
CONTAINER = ("spec", "template", "spec", "containers", 0)


@pytest.mark.parametrize("version", supported_versions())
@pytest.mark.parametrize("document", [DEPLOYMENT, SEALED, SCHEDULE], ids=lambda d: d["kind"])
def test_valid_objects_have_no_faults_in_any_version(document: Object, version: str) -> None:
    assert list(faults([document], version)) == []


@pytest.mark.parametrize(
    ("document", "path", "value", "message"),
    [
        (DEPLOYMENT, ("spec", "replcas"), 3, "unknown field 'replcas' (did you mean 'replicas'?)"),
        (DEPLOYMENT, ("metadata", "owner"), "me", "unknown field 'owner'"),
        (
            DEPLOYMENT,
            (*CONTAINER, "readinessprobe"),
            {},
            "unknown field 'readinessprobe' (did you mean 'readinessProbe'?)",
        ),
        (
            DEPLOYMENT,
            ("spec", "template", "spec", "securityContext", "runasuser"),
            1000,
            "unknown field 'runasuser' (did you mean 'runAsUser'?)",
        ),
        (DEPLOYMENT, ("spec", "replicas"), "three", "must be an integer, is 'three'"),
        (DEPLOYMENT, ("spec", "replicas"), 2**31, "must be at most 2147483647, is 2147483648"),
        (DEPLOYMENT, ("spec", "paused"), "yes", "must be true or false, is 'yes'"),
        (
            DEPLOYMENT,
            (*CONTAINER, "env", 0, "value"),
            8080,
            'must be a string, is 8080 (write "8080")',
        ),
        (
            DEPLOYMENT,
            (*CONTAINER, "env", 0, "value"),
            True,
            'must be a string, is true (write "true")',
        ),
        (DEPLOYMENT, (*CONTAINER, "args"), "-v", "must be a list, is '-v'"),
        (
            DEPLOYMENT,
            (*CONTAINER, "resources", "requests", "memory"),
            [],
            "must be a quantity such as 500m, 2 or 1.5Gi, is a list",
        ),
        (
            DEPLOYMENT,
            (*CONTAINER, "resources", "requests", "memory"),
            "8GB",
            "must be a quantity such as 500m, 2 or 1.5Gi, is '8GB'",
        ),
        (
            DEPLOYMENT,
            (*CONTAINER, "livenessProbe", "httpGet", "port"),
            8080.5,
            "must be a string or an integer, is 8080.5",
        ),
        (DEPLOYMENT, ("metadata", "labels", "0"), {}, "must be a string, is a mapping"),
        (SEALED, ("spec", "encryptedData", "0"), 1, 'must be a string, is 1 (write "1")'),
        (SEALED, ("spec", "encryptedData", "key"), 1, 'must be a string, is 1 (write "1")'),
        (SEALED, ("spec", "scope"), "strict", "unknown field 'scope'"),
        (
            SCHEDULE,
            ("spec", "template", "includedNamespace"),
            ["shop"],
            "unknown field 'includedNamespace' (did you mean 'includedNamespaces'?)",
        ),
        (
            SCHEDULE,
            ("spec", "template", "hooks", "resources", 0, "pre", 0, "exec", "onError"),
            "fail",
            "must be one of 'Continue', 'Fail', is 'fail' (did you mean 'Fail'?)",
        ),
    ],
)
def test_a_faulty_value_is_named_where_it_stands(
    document: Object, path: Path, value: object, message: str
) -> None:
    faulty = changed(document, path, value)
    assert list(faults([document, faulty], "1.37")) == [Fault(1, path, message)]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (DEPLOYMENT, ("spec", "selector")),
        (DEPLOYMENT, (*CONTAINER, "name")),
        (SEALED, ("spec", "encryptedData")),
    ],
)
def test_a_missing_field_is_named_by_what_lacks_it(document: Object, path: Path) -> None:
    found = list(faults([changed(document, path, ...)], "1.37"))
    assert found == [Fault(0, path[:-1], f"missing field '{path[-1]}'")]


def test_every_fault_of_an_object_is_found_in_the_order_of_its_paths() -> None:
    faulty = changed(DEPLOYMENT, ("spec", "replicas"), "three")
    faulty["spec"] |= {"b": 1, "a": 1}
    paths = [fault.path for fault in faults([faulty], "1.37")]
    assert paths == [("spec", "a"), ("spec", "b"), ("spec", "replicas")]


def test_a_kind_without_schema_is_a_fault() -> None:
    document = {"apiVersion": "extensions/v1beta1", "kind": "Ingress"}
    message = "no schema is embedded for extensions/v1beta1 Ingress in Kubernetes 1.37"
    assert list(faults([document], "1.37")) == [Fault(0, (), message)]


@pytest.mark.parametrize("document", [{}, {"kind": "Secret"}, {"apiVersion": 1, "kind": "Pod"}])
def test_an_object_without_kind_is_a_fault(document: dict[str, object]) -> None:
    message = "an object needs 'apiVersion' and 'kind', both strings"
    assert list(faults([document], "1.37")) == [Fault(0, (), message)]


def test_a_long_value_is_quoted_in_part() -> None:
    faulty = changed(DEPLOYMENT, ("spec", "replicas"), "x" * 1000)
    (fault,) = faults([faulty], "1.37")
    assert fault.message == f"must be an integer, is '{'x' * 59}…'"


def test_a_field_that_a_later_version_added_is_unknown_before() -> None:
    faulty = changed(DEPLOYMENT, ("spec", "template", "spec", "schedulingGroup"), {})
    assert [fault.path[-1] for fault in faults([faulty], "1.35")] == ["schedulingGroup"]
    assert list(faults([faulty], "1.36")) == []


def test_a_version_without_schemas_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'1\.20'.*1\.34, 1\.35, 1\.36, 1\.37"):
        list(faults([DEPLOYMENT], "1.20"))
