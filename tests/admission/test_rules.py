"""What a cluster would refuse although the schemas accept it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platc_compiler.admission import rules as admission
from platc_compiler.admission.fault import Fault
from platc_compiler.admission.rules.node import Node, Rule
from platc_compiler.admission.rules.pods import TEMPLATES, containers_of, pod_of
from platc_compiler.admission.validation import faults
from tests.admission.objects import (
    ACCOUNT,
    CONFIG_MAP,
    CRON_JOB,
    DEPLOYMENT,
    EVERY,
    NAMESPACE,
    SECRET,
    SERVICE,
    STATEFUL_SET,
    Object,
    Path,
    changed,
)
from tests.admission.refused import EVERY_CASE, Case


def name_of(case: Case) -> str:
    return f"{case.document['kind']}-{'.'.join(map(str, case.path))}-{str(case.value)[:20]}"


def test_valid_objects_have_no_faults() -> None:
    assert list(admission.faults(EVERY)) == []


@pytest.mark.parametrize("case", EVERY_CASE, ids=name_of)
def test_one_change_gives_one_fault_where_it_is(case: Case) -> None:
    position = EVERY.index(case.document)
    documents = list(EVERY)
    documents[position] = changed(case.document, case.path, case.value)
    found = [fault for fault in admission.faults(documents) if fault.index == position]
    assert found == [Fault(position, case.path if case.at is None else case.at, case.message)]


@pytest.mark.parametrize("case", EVERY_CASE, ids=name_of)
def test_what_admission_refuses_is_what_schemas_cannot_say(case: Case) -> None:
    assert list(faults([changed(case.document, case.path, case.value)], "1.37")) == []


def every_rule() -> Iterator[Rule]:
    yield from admission.CONTAINER_RULES
    yield from admission.POD_RULES
    yield from admission.metadata.RULES
    for rules in admission.KIND_RULES.values():
        yield from rules


def parts_of(document: Object) -> Iterator[Node]:
    node = Node(document)
    yield node
    if document["kind"] in TEMPLATES:
        yield pod_of(node)
        for container, _ in containers_of(pod_of(node)):
            yield container


def test_no_rule_is_without_a_case() -> None:
    documents = [changed(case.document, case.path, case.value) for case in EVERY_CASE]
    fired = set()
    for document in documents:
        kind = document["kind"]
        for rule in (*admission.metadata.RULES, *admission.KIND_RULES.get(kind, ())):
            fired |= {rule for _ in rule(Node(document))}
        for part in list(parts_of(document))[1:]:
            for rule in (*admission.POD_RULES, *admission.CONTAINER_RULES):
                fired |= {rule for _ in rule(part)}
    assert {rule for rule in every_rule() if rule not in fired} == set()


def test_every_rule_says_what_it_demands() -> None:
    assert [rule for rule in every_rule() if not (rule.__doc__ or "").strip()] == []


def paths_in(value: object, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths_in(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from paths_in(inner, (*path, position))


@pytest.mark.parametrize("value", [None, True, -1, 1.5, "", [], [{}], {}, {"a": []}], ids=repr)
def test_objects_of_any_shape_give_faults_and_no_traceback(value: object) -> None:
    for document in EVERY:
        for path in list(paths_in(document))[1:]:
            list(admission.faults([changed(document, path, value)]))


def test_faults_come_object_by_object_and_in_the_order_of_paths() -> None:
    broken = changed(DEPLOYMENT, ("spec", "template", "spec", "containers"), [{}] * 11)
    found = list(admission.faults([SERVICE, broken, changed(SERVICE, ("metadata", "name"), "-")]))
    assert [fault.index for fault in found] == sorted(fault.index for fault in found)
    positions = [fault.path[4] for fault in found if fault.path[3:4] == ("containers",)]
    assert positions == sorted(positions)


def test_an_object_that_is_there_twice_is_named() -> None:
    found = list(admission.faults([NAMESPACE, CONFIG_MAP, SECRET, CONFIG_MAP]))
    message = "ConfigMap 'settings' is there twice in the namespace 'shop'"
    assert found == [Fault(3, ("metadata", "name"), message)]


def test_the_same_name_is_free_in_another_kind_or_namespace() -> None:
    other = changed(NAMESPACE, ("metadata", "name"), "other")
    moved = changed(CONFIG_MAP, ("metadata", "namespace"), "other")
    renamed = changed(SERVICE, ("metadata", "name"), "settings")
    assert list(admission.faults([NAMESPACE, other, CONFIG_MAP, moved, renamed])) == []


def test_a_namespace_that_no_object_makes_is_a_fault() -> None:
    lost = changed(CONFIG_MAP, ("metadata", "namespace"), "shopp")
    message = "no namespace 'shopp' is among the objects"
    found = list(admission.faults([NAMESPACE, lost]))
    assert found == [Fault(1, ("metadata", "namespace"), message)]


@pytest.mark.parametrize("namespace", ["default", "kube-system"])
def test_namespaces_of_every_cluster_need_no_object(namespace: str) -> None:
    assert list(admission.faults([changed(CONFIG_MAP, ("metadata", "namespace"), namespace)])) == []


def test_a_pod_whose_service_account_is_missing_is_a_fault() -> None:
    elsewhere = changed(ACCOUNT, ("metadata", "namespace"), "default")
    found = list(admission.faults([NAMESPACE, elsewhere, DEPLOYMENT]))
    path = ("spec", "template", "spec", "serviceAccountName")
    message = "no ServiceAccount 'web' is in the namespace 'shop'"
    assert found == [Fault(2, path, message)]


def test_the_default_service_account_is_always_there() -> None:
    assert list(admission.faults([NAMESPACE, CRON_JOB])) == []


def test_a_stateful_set_without_headless_service_is_a_warning() -> None:
    service = changed(SERVICE, ("metadata", "name"), "db")
    (warning,) = admission.warnings([STATEFUL_SET, service])
    assert warning.path == ("spec", "serviceName")
    assert "no headless Service" in warning.message
    headless = changed(service, ("spec", "clusterIP"), "None")
    assert list(admission.warnings([STATEFUL_SET, headless])) == []
