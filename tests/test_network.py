"""What policies say, edge by edge, and what the proof finds when somebody changes them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from platc_compiler.network.matrix import matrix
from platc_compiler.network.ports import EVERY, Ports, ports
from platc_compiler.network.verdict import differences, probes
from platc_compiler.passes.declared_edges import declared_edges
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


def rule_for(spec: Object, port: int) -> Object:
    ((rule,),) = [[r for r in spec.get("egress", []) if port in {p["port"] for p in r["ports"]}]]
    return rule


def test_every_namespace_denies_both_ways_by_default() -> None:
    found = policies(compiled({"web": workload()}))
    for namespace in ("a", "b"):
        assert found[namespace, "default-deny"] == {
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
        }


def test_a_pod_that_nobody_connects_to_and_that_connects_to_nobody_has_no_policy_of_its_own() -> (
    None
):
    assert set(policies(compiled({"web": workload()}))) == {
        ("a", "default-deny"),
        ("b", "default-deny"),
    }


def test_a_peer_in_another_namespace_is_one_item_of_both_selectors() -> None:
    found = policies(compiled({"web": workload("a", "db"), "db": workload("b")}))
    (peer,) = rule_for(found["a", "allow-web"], 8080)["to"]
    assert peer["namespaceSelector"] == {"matchLabels": {"kubernetes.io/metadata.name": "b"}}
    assert peer["podSelector"]["matchLabels"]["app.kubernetes.io/instance"] == "db"
    (rule,) = found["b", "allow-db"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8080}]


def test_an_address_outside_is_any_public_one_on_its_port_only() -> None:
    found = policies(
        compiled({"web": workload("a", "mail"), "mail": external(587, host="smtp.example.com")})
    )
    rule = rule_for(found["a", "allow-web"], 587)
    assert rule["ports"] == [{"protocol": "TCP", "port": 587}]
    ((kind, block),) = rule["to"][0].items()
    assert (kind, block["cidr"]) == ("ipBlock", "0.0.0.0/0")
    assert block["except"] == [
        "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    ]  # fmt: skip


def test_stated_networks_are_taken_at_their_word() -> None:
    mail = external(587, host="smtp.example.com", cidrs=["10.9.0.0/16"])
    found = policies(compiled({"web": workload("a", "mail"), "mail": mail}))
    assert rule_for(found["a", "allow-web"], 587)["to"] == [{"ipBlock": {"cidr": "10.9.0.0/16"}}]


def test_the_api_server_is_reached_at_its_addresses_on_both_of_its_ports() -> None:
    cluster = {**NODE, "api_server": {"cidrs": ["192.0.2.1/32"], "port": 8443}}
    found = policies(compiled({"web": workload(api_access=True)}, cluster=cluster))
    (rule,) = found["a", "allow-web"]["egress"]
    assert rule["to"] == [{"ipBlock": {"cidr": "192.0.2.1/32"}}]
    assert [port["port"] for port in rule["ports"]] == [443, 8443]


def test_whoever_connects_by_name_may_ask_dns_over_udp_and_tcp() -> None:
    found = policies(compiled({"web": workload("a", "db"), "db": workload("a")}))
    rule = rule_for(found["a", "allow-web"], 53)
    assert [(p["protocol"], p["port"]) for p in rule["ports"]] == [("TCP", 53), ("UDP", 53)]
    assert rule["to"][0]["podSelector"] == {"matchLabels": {"k8s-app": "kube-dns"}}
    assert rule["to"][1] == {"ipBlock": {"cidr": "169.254.20.10/32"}}
    assert "egress" not in found["a", "allow-db"]


def test_an_edge_speaks_of_the_pods_port_and_protocol_whatever_the_service_maps() -> None:
    db = workload("b", ports={"main": {"port": 5353, "protocol": "UDP"}})
    platform = compiled({"web": workload("a", "db"), "db": db}).platform
    assert platform is not None
    mapped = tuple(replace(offer, public=53) for offer in platform.offers)
    edges = declared_edges(replace(platform, offers=mapped, edges=())).edges
    assert [(edge.port, edge.protocol) for edge in edges] == [(5353, "UDP")]


def test_a_namespace_of_somebody_else_gets_no_policy() -> None:
    queue = external(9092, service="queue", namespace="far")
    found = policies(compiled({"web": workload("a", "queue"), "queue": queue}))
    assert {namespace for namespace, _ in found} == {"a", "b"}


def test_replicas_of_an_external_service_under_our_default_deny_reach_each_other() -> None:
    queue = external(9092, service="queue", namespace="b", replicas=3)
    found = policies(compiled({"web": workload("a", "queue"), "queue": queue}))
    (peer,) = rule_for(found["b", "allow-queue"], 9092)["to"]
    assert peer == {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "queue"}}}


def test_pods_on_the_host_network_are_met_at_the_addresses_of_nodes() -> None:
    services = {
        "prometheus": {"kind": "prometheus", "namespace": "a", "storage": "5Gi"},
        "agents": {"kind": "node_exporter", "namespace": "b"},
    }
    cluster = {**NODE, "node_cidrs": ["192.0.2.0/24"]}
    found = policies(compiled(services, cluster=cluster))
    assert rule_for(found["a", "allow-prometheus"], 9100)["to"] == [
        {"ipBlock": {"cidr": "192.0.2.0/24"}}
    ]
    assert ("b", "allow-agents") not in found


def test_the_order_of_services_changes_nothing() -> None:
    services = {
        "web": workload("a", "db"),
        "db": workload("b", "mail"),
        "mail": external(1, host="m"),
    }
    reverse = dict(reversed(services.items()))
    assert compiled(services).files == compiled(reverse).files


def test_the_matrix_says_why() -> None:
    platform = compiled({"web": workload("a", "db"), "db": workload("b")}).platform
    assert platform is not None
    assert [(r.source, r.target, r.port, r.reason) for r in matrix(platform)] == [
        ("a/web", "b/db", 8080, "depends_on"),
        ("a/web", "dns", 53, "DNS"),
        ("a/web", "dns", 53, "DNS"),
    ]


def found_after(change: Any) -> set[tuple[str, str, str, str]]:  # noqa: ANN401
    services = {
        "web": workload("a", "db", "mail"), "db": workload("b"), "mail": external(587, host="m"),
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


@pytest.mark.parametrize(
    ("left", "right", "both", "either", "without"),
    [
        (ports([("TCP", 1, 5)]), ports([("TCP", 4, 9)]), "TCP 4-5", "TCP 1-9", "TCP 1-3"),
        (ports([("TCP", 1, 5)]), ports([("UDP", 1, 5)]), "", "TCP 1-5, UDP 1-5", "TCP 1-5"),
        (ports([("TCP", 1, 9)]), ports([("TCP", 4, 4)]), "TCP 4", "TCP 1-9", "TCP 1-3, TCP 5-9"),
        (
            EVERY, ports([("TCP", 0, 65535)]),
            "TCP 0-65535", "every port", "SCTP 0-65535, UDP 0-65535",
        ),
    ],
)  # fmt: skip
def test_sets_of_ports_are_exact(
    left: Ports, right: Ports, both: str, either: str, without: str
) -> None:
    assert (str(left & right), str(left | right), str(left - right)) == (both, either, without)


def test_networks_are_probed_at_their_first_address_and_after_their_last() -> None:
    assert set(probes(["10.0.0.0/8", "0.0.0.0/0"])) == {
        "0.0.0.0", "10.0.0.0", "11.0.0.0", "2001:db8::",  # noqa: S104 - addresses, not bound to
    }  # fmt: skip
