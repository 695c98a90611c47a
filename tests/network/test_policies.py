"""What policies say, edge by edge."""

from __future__ import annotations

import pytest
import yaml
from msgspec.structs import replace

from platc_compiler.network.matrix import matrix
from platc_compiler.passes.declared_edges import declared_edges
from platc_compiler.targets.network import network
from platc_compiler.templating.templates import Templates
from tests.network.platforms import (
    NODE,
    Object,
    airflow,
    compiled,
    external,
    faults_of_patches,
    policies,
    workload,
)


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
    # Some networks take the node's address for that of the agents: default deny leaves them out.
    (left_out,) = found["b", "default-deny"]["podSelector"]["matchExpressions"]
    assert (left_out["operator"], left_out["values"]) == ("NotIn", ["agents"])
    assert found["a", "default-deny"]["podSelector"] == {}


def test_a_service_with_pods_elsewhere_is_not_left_out_with_those_on_the_host_network() -> None:
    result = compiled({"agents": {"kind": "node_exporter", "namespace": "b"}})
    assert result.platform is not None
    (agents,) = result.platform.workloads
    inside = replace(agents, name="beside", pod=replace(agents.pod, host_network=False))
    both = replace(result.platform, workloads=(agents, inside))
    bodies = [made.body for made in network(both, Templates(), {})]
    assert bodies[1]["spec"]["podSelector"] == {}


def test_pods_that_are_discovered_are_reached_at_whatever_port_they_announce() -> None:
    jobs = {"kind": "external", "address": {"namespace": "far"}, "ports": {"ui": 4040},
            "discover": True, "metrics": {"port": "ui", "path": "/metrics/prometheus"}}  # fmt: skip
    prometheus = {"kind": "prometheus", "namespace": "a", "storage": "5Gi"}
    result = compiled({"jobs": jobs, "prometheus": prometheus})
    rule = rule_for(policies(result)["a", "allow-prometheus"], 1)
    assert rule["ports"] == [{"protocol": "TCP", "port": 1, "endPort": 65535}]
    assert rule["to"][0]["podSelector"] == {}
    configured = yaml.safe_load(result.files["prometheus/prometheus.yml"])["scrape_configs"]
    (job,) = [job for job in configured if job["job_name"] == "jobs"]
    assert job["metrics_path"] == "/metrics/prometheus"


def test_whoever_calls_from_a_namespace_of_others_is_let_in_and_a_patch_may_say_so_again() -> None:
    gate = {"kind": "external", "address": {"service": "gate", "namespace": "edge"},
            "depends_on": ["web"]}  # fmt: skip
    services = {"web": workload("a"), "gate": gate}
    (rule,) = policies(compiled(services))["a", "allow-web"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8080}]
    (peer,) = rule["from"]
    assert peer["namespaceSelector"] == {"matchLabels": {"kubernetes.io/metadata.name": "edge"}}
    assert peer["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "gate"}}
    again = [{
        "target": {"kind": "NetworkPolicy", "name": "default-deny", "namespace": "a"},
        "merge": {"spec": {"ingress": [{"from": [peer], "ports": rule["ports"]}]}},
    }]  # fmt: skip
    # The default deny holds for every pod of the namespace, so that a stranger is met there too.
    assert "PLT301" in {d.code for d in faults_of_patches(services, again)}
    again[0]["target"]["name"] = "allow-web"
    assert faults_of_patches(services, again) == []


def test_pods_that_hand_written_dags_start_ask_dns_and_reach_what_airflow_depends_on() -> None:
    found = policies(compiled(airflow(starts_pods=True)))["a", "allow-airflow-started"]
    assert found["podSelector"] == {
        "matchLabels": {"kubernetes_pod_operator": "True"},
        "matchExpressions": [{"key": "platc.dev/pipeline", "operator": "DoesNotExist"}],
    }
    assert rule_for(found, 53)
    assert rule_for(found, 8080)
    assert ("a", "allow-airflow-started") not in policies(compiled(airflow()))


@pytest.mark.parametrize(
    ("distribution", "addresses"),
    [("eks", ["169.254.169.254/32", "169.254.170.23/32"]), ("kubeadm", ["169.254.169.254/32"])],
)
def test_a_dump_without_a_key_asks_the_cloud_for_its_role(
    distribution: str, addresses: list[str]
) -> None:
    services = airflow()
    services["s3"] = {"kind": "external", "address": {"host": "s3.eu-west-1.amazonaws.com"},
                      "ports": {"https": 443}}  # fmt: skip
    services["postgres"]["backup"] = {"schedule": "@daily", "to": "s3", "bucket": "s3://copies"}
    found = policies(compiled(services, cluster={**NODE, "distribution": distribution}))
    rule = rule_for(found["a", "allow-postgres-backup"], 80)
    assert [peer["ipBlock"]["cidr"] for peer in rule["to"]] == addresses


def test_the_order_of_services_changes_nothing() -> None:
    services = {
        "web": workload("a", "db"),
        "db": workload("b", "mail"),
        "mail": external(1, host="m.example.com"),
    }
    reverse = dict(reversed(services.items()))
    assert compiled(services).files == compiled(reverse).files


def test_the_matrix_says_why() -> None:
    platform = compiled({"web": workload("a", "db"), "db": workload("b")}).platform
    assert platform is not None
    assert [(r.source, r.target, r.port, r.reason) for r in matrix(platform)] == [
        ("a/web", "b/db", "8080", "depends_on"),
        ("a/web", "dns", "53", "DNS"),
        ("a/web", "dns", "53", "DNS"),
    ]
