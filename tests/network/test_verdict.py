"""What the proof finds when somebody changes policies."""

from __future__ import annotations

from typing import Any

from platc_compiler.network.verdict import differences
from tests.network.platforms import Object, compiled, external, objects, workload


def found_after(change: Any) -> set[tuple[str, str, str, str]]:  # noqa: ANN401
    services = {
        "web": workload("a", "db", "mail"), "db": workload("b"),
        "mail": external(587, host="m.example.com"),
    }  # fmt: skip
    result = compiled(services)
    assert result.platform is not None
    written = objects(result)
    assert not list(differences(written, result.platform))
    for body in written:
        change(body, (body["kind"], body["metadata"]["name"]))
    return {
        (d.kind, d.source, d.target, str(d.ports)) for d in differences(written, result.platform)
    }


def test_a_policy_that_is_gone_opens_and_closes() -> None:
    def drop(body: Object, name: tuple[str, str]) -> None:
        if name == ("NetworkPolicy", "allow-db"):
            body["spec"]["ingress"] = []

    assert found_after(drop) == {("missing", "a/web", "b/db", "TCP 8080")}


def test_a_pod_that_lost_its_labels_is_missed() -> None:
    def relabel(body: Object, name: tuple[str, str]) -> None:
        if name == ("Deployment", "db"):
            body["spec"]["template"]["metadata"]["labels"] = {"app": "other"}

    assert ("missing", "a/web", "b/db", "TCP 8080") in found_after(relabel)


def test_a_wider_port_range_is_found_to_the_port() -> None:
    def widen(body: Object, name: tuple[str, str]) -> None:
        direction = {"allow-db": "ingress", "allow-web": "egress"}.get(name[1])
        if name[0] == "NetworkPolicy" and direction:
            for rule in body["spec"][direction]:
                for port in rule["ports"]:
                    if port["port"] == 8080:
                        port["endPort"] = 8082

    assert found_after(widen) == {("extra", "a/web", "b/db", "TCP 8081-8082")}


def test_a_hole_in_an_outside_network_and_a_lost_exception_are_found() -> None:
    def swap(body: Object, name: tuple[str, str]) -> None:
        if name == ("NetworkPolicy", "allow-web"):
            for rule in body["spec"]["egress"]:
                for peer in rule["to"]:
                    if peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0":
                        peer["ipBlock"]["except"][0] = "11.0.0.0/8"

    assert found_after(swap) == {
        ("extra", "a/web", "the address 10.0.0.0", "TCP 587"),
        ("missing", "a/web", "the address 11.0.0.0", "TCP 587"),
    }


def test_a_default_deny_of_one_direction_leaves_the_other_open() -> None:
    def halve(body: Object, name: tuple[str, str]) -> None:
        if name == ("NetworkPolicy", "default-deny") and body["metadata"]["namespace"] == "b":
            body["spec"]["policyTypes"] = ["Ingress"]

    # db has a policy of its own; a stranger in b is what only the default deny holds.
    sources = {source for _, source, _, _ in found_after(halve)}
    assert sources == {"b/a pod of nobody's"}
